import { SluiceError } from '@sluice/errors'

import type { HttpRequest } from '../request.ts'
import { type Fetch, type HttpReply, sendHttp, type SendOptions } from '../send.ts'
import { describeReply, describeRequest, secretsOf } from './describe.ts'
import type { Exchange, ReplyDescription } from './exchange.ts'

/** What sending under observation needs beside what {@link sendHttp} does. */
export interface ObservedOptions extends SendOptions {
  readonly nowMs: () => number
  /** Told about the exchange once, when it ended, whatever the end. It must not throw. */
  readonly observe?: (exchange: Exchange) => void
  /**
   * Names the secrets that the reply itself brought (a token, say), so that its description leaves them out. If it
   * throws, the description leaves out the whole body.
   */
  readonly replySecrets?: (reply: HttpReply) => readonly { readonly slot: string; readonly value: string }[]
}

/**
 * Sends one request as {@link sendHttp} does, and describes the exchange to an observer. The description is all that the
 * observer gets: no secret is in it, because none is ever put in.
 *
 * @throws TransportError as `sendHttp`.
 * @throws ConfigError `CONFIG_INVALID` as `sendHttp`.
 * @throws EncodeError `HEADER_CHARACTER` as `sendHttp`.
 */
export async function sendObserved(request: HttpRequest, options: ObservedOptions): Promise<HttpReply> {
  const { nowMs, observe } = options
  if (observe === undefined) return sendHttp(request, options)
  const startedAtMs = nowMs()
  const { fetch, arrived } = watch(options.fetch)
  let reply: HttpReply | undefined
  let error: unknown
  try {
    reply = await sendHttp(request, { ...options, fetch })
    return reply
  } catch (thrown) {
    error = thrown
    throw thrown
  } finally {
    const described = reply ?? arrived()
    observe({
      request: describeRequest(request),
      ...(described === undefined ? {} : { reply: describeArrived(request, described, options) }),
      ...(error instanceof SluiceError ? { error: error.code } : {}),
      startedAtMs,
      endedAtMs: nowMs(),
    })
  }
}

/** Keeps status and headers of what a `fetch` answers: of a reply that never ends, that is all there is. */
function watch(fetch: Fetch): { readonly fetch: Fetch; readonly arrived: () => HttpReply | undefined } {
  let reply: HttpReply | undefined
  return {
    fetch: async (request, init) => {
      const response = await fetch(request, init)
      reply = { status: response.status, headers: response.headers, bytes: new Uint8Array() }
      return response
    },
    arrived: () => reply,
  }
}

function describeArrived(request: HttpRequest, reply: HttpReply, options: ObservedOptions): ReplyDescription {
  const secrets = secretsOf(request)
  try {
    return describeReply(reply, [...secrets, ...(options.replySecrets?.(reply) ?? [])])
  } catch {
    // Nobody knows which words of this reply are secret.
    return { ...describeReply(reply, secrets), body: '(not shown)' }
  }
}
