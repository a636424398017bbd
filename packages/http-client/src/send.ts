import { checkLimits, SluiceError, TransportError } from '@sluice/errors'

import { type Deadline, type Limits, startDeadline } from './deadline.ts'
import { discardBody, readCapped } from './read-reply.ts'
import type { HttpRequest } from './request.ts'
import { toTransportError } from './transport-fault.ts'
import { requestLabel, toWireRequest } from './wire.ts'

/**
 * The `fetch` of the runtime, or a stand-in for it. A wrapper has to pass `init` on: on Bun it is what keeps a request
 * from being sent twice.
 */
export type Fetch = (request: Request, init?: { readonly keepalive?: boolean }) => Promise<Response>

/** A complete reply, read to its end. */
export interface HttpReply {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
}

/** What sending needs from outside, and its limits. */
export interface SendOptions extends Limits {
  readonly fetch: Fetch
  /** Largest reply body, counted after decompression, in bytes. Default 1,048,576. */
  readonly maxReplyBytes?: number
}

const DEFAULT_MAX_REPLY_BYTES = 1_048_576

/**
 * Sends one request, once, and reads its reply to the end. Resolves for every status but a redirect: what an answer
 * means is for the caller to judge. Never repeats, never follows.
 *
 * @throws TransportError `DNS_FAILED`, `CONNECTION_REFUSED`, `CERTIFICATE_REFUSED` certainly not sent; `CONNECTION_LOST`,
 * `HEADERS_TIMEOUT`, `REPLY_TIMEOUT`, `REPLY_TOO_LARGE`, `REDIRECT_REFUSED`, `ABORTED` perhaps sent.
 * @throws ConfigError `CONFIG_INVALID` the URL is not absolute, holds a query or a credential, or is not https outside loopback.
 * @throws EncodeError `HEADER_CHARACTER` a header that HTTP cannot carry.
 * @see RFC 9110 section 9.2.2 (no repetition of what is not idempotent) https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2
 */
export async function sendHttp(request: HttpRequest, options: SendOptions): Promise<HttpReply> {
  const { headersTimeoutMs, replyTimeoutMs, maxReplyBytes = DEFAULT_MAX_REPLY_BYTES } = options
  checkLimits('http', { headersTimeoutMs, replyTimeoutMs, maxReplyBytes })
  const label = requestLabel(request)
  const deadline = startDeadline(options, label)
  try {
    const response = await respond(request, options, deadline, label)
    deadline.headersArrived()
    refuseRedirect(response, label)
    const bytes = await readCapped(response, maxReplyBytes, deadline, label)
    return { status: response.status, headers: response.headers, bytes }
  } catch (thrown) {
    throw endedBy(deadline, thrown, label)
  } finally {
    deadline.clear()
  }
}

function respond(
  request: HttpRequest,
  { fetch, signal }: SendOptions,
  deadline: Deadline,
  label: string,
): Promise<Response> {
  const wire = toWireRequest(request, deadline.signal)
  if (signal?.aborted === true) {
    throw new TransportError('ABORTED', 'not-sent', `${label}: the caller gave up before it was sent`)
  }
  // QUIRK workerd: its `fetch` throws "Illegal invocation" when it is called as a method of an object that is not its own.
  const response = fetch(wire, connectionFor(request))
  response.then(
    // A reply that comes after the time was up is let go of.
    (late) => (deadline.signal.aborted ? discardBody(late) : undefined),
    () => undefined,
  )
  return deadline.wait(response)
}

/**
 * Decides whether a connection may be shared with other requests.
 *
 * QUIRK bun: a GET, PUT or DELETE on a reused connection that turns out dead is sent again in silence, also when the
 * server had received it. A header `Connection: close`, or `keepalive` on the Request, does not prevent that: only
 * `keepalive: false` in the second argument of fetch keeps the request off reused connections. POST is never sent again.
 *
 * QUIRK workerd: a GET, and a DELETE without a body, is sent again in the same way, and nothing that fetch takes prevents it.
 */
function connectionFor(request: HttpRequest): { readonly keepalive?: boolean } {
  return request.method === 'POST' ? {} : { keepalive: false }
}

function refuseRedirect(response: Response, label: string): void {
  const { status } = response
  // Status 0 is how a browser-like runtime hides a redirect that it did not follow.
  if (status !== 0 && (status < 300 || status > 399)) return
  discardBody(response)
  throw new TransportError(
    'REDIRECT_REFUSED',
    'maybe-sent',
    `${label}: answered ${status}, and redirects are not followed`,
  )
}

function endedBy(deadline: Deadline, thrown: unknown, label: string): SluiceError {
  if (thrown instanceof SluiceError) return thrown
  const reason: unknown = deadline.signal.reason
  return reason instanceof SluiceError ? reason : toTransportError(thrown, label)
}
