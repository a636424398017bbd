import { type Retry, UpstreamError } from '@sluice/errors'
import { type HttpReply, parseRetryAfter, type Secret } from '@sluice/http-client'
import { redactSecrets } from '@sluice/http-client/observe'
import { decodeJson } from '@sluice/json-codec'
import type { z } from 'zod'
import { type Acceptance, acceptanceSchema, type Problem, problemSchema } from './wire.ts'

/** Every code of an {@link UpstreamError} that this client throws. */
export type SluiceCode =
  /** The signature is not accepted: another secret, or clocks that are more than five minutes apart. */
  | 'SLUICE_SIGNATURE_REFUSED'
  /** Something before the gateway does not let the call through. */
  | 'SLUICE_FORBIDDEN'
  /** There is no such source, or no Sluice at that address. */
  | 'SLUICE_SOURCE_UNKNOWN'
  /** The event is not what the source takes: too large, not its schema, or its id was used with another content. */
  | 'SLUICE_REFUSED'
  /** The event was stored, and no route of the receiving gateway took it. */
  | 'SLUICE_NOT_ROUTED'
  /** The same event is being worked on at this moment. */
  | 'SLUICE_IN_PROGRESS'
  /** 429, or another status with `Retry-After`: nothing was kept. */
  | 'SLUICE_BUSY'
  /** A 5xx. */
  | 'SLUICE_SERVER_FAULT'
  /** A success that is no acceptance of a Sluice. */
  | 'SLUICE_UNREADABLE_REPLY'

/** What a judge needs to know beside the reply. */
export interface JudgeContext {
  readonly nowMs: number
  /** Texts that must not stand in an error; each is replaced by its slot. */
  readonly secrets: readonly Secret[]
}

/** An event that is sent again under its id is no second event, so after a 5xx that is what to do. */
const MEANINGS: Readonly<Record<SluiceCode, readonly [retry: Retry, message: string]>> = {
  SLUICE_SIGNATURE_REFUSED: ['auth', 'the signature was not accepted'],
  SLUICE_FORBIDDEN: ['auth', 'access is forbidden'],
  SLUICE_SOURCE_UNKNOWN: ['auth', 'there is no such source at that address'],
  SLUICE_REFUSED: ['never', 'the event was refused'],
  SLUICE_NOT_ROUTED: ['never', 'the event was stored, and no route took it'],
  SLUICE_IN_PROGRESS: ['later', 'the same event is being worked on'],
  SLUICE_BUSY: ['later', 'the gateway asks to wait'],
  SLUICE_SERVER_FAULT: ['later', 'the gateway failed'],
  SLUICE_UNREADABLE_REPLY: ['unsure', 'the reply is no acceptance'],
}

/**
 * Judges the answer to `events.forward`, by its status first and then by its body.
 *
 * @throws UpstreamError with a {@link SluiceCode}.
 */
export function judgeForward(reply: HttpReply, context: JudgeContext): Acceptance {
  const refusal = refusedStatus(reply)
  if (refusal !== null) throw failure(refusal, reply, context)
  const acceptance = reply.status === HTTP_ACCEPTED ? readBody(reply, acceptanceSchema) : null
  if (acceptance === null) throw failure('SLUICE_UNREADABLE_REPLY', reply, context)
  if (acceptance.deliveries.length === 0) throw failure('SLUICE_NOT_ROUTED', reply, context)
  return acceptance
}

const HTTP_ACCEPTED = 202

function refusedStatus(reply: HttpReply): SluiceCode | null {
  const { status, headers } = reply
  if (status >= 200 && status < 300) return null
  // Whoever is not let in is not let in later either, whatever the reply says of time.
  if (status === 401) return 'SLUICE_SIGNATURE_REFUSED'
  if (status === 403) return 'SLUICE_FORBIDDEN'
  if (status === 409 && readBody(reply, problemSchema)?.code === 'IDEMPOTENCY_KEY_IN_PROGRESS')
    return 'SLUICE_IN_PROGRESS'
  if (status === 429 || headers.has('retry-after')) return 'SLUICE_BUSY'
  if (status >= 500) return 'SLUICE_SERVER_FAULT'
  return status === 404 || status === 405 ? 'SLUICE_SOURCE_UNKNOWN' : 'SLUICE_REFUSED'
}

function readBody<Schema extends z.ZodType>(reply: HttpReply, schema: Schema): z.output<Schema> | null {
  try {
    const json = decodeJson(reply.bytes, { duplicateKeys: 'last', maxBytes: reply.bytes.length })
    return schema.safeParse(json).data ?? null
  } catch {
    // The decoder's reason helps nobody: the exchange that was observed shows the reply.
    return null
  }
}

function failure(code: SluiceCode, reply: HttpReply, { nowMs, secrets }: JudgeContext): UpstreamError<SluiceCode> {
  const [retry, text] = MEANINGS[code]
  const retryAfterMs = parseRetryAfter(reply.headers.get('retry-after'), nowMs)
  const problem = readBody(reply, problemSchema)
  return new UpstreamError({
    code,
    retry,
    message: `sluice events.forward: ${text}`,
    httpStatus: reply.status,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(problem === null ? {} : { words: redactSecrets(wordsOf(problem), secrets) }),
  })
}

/** The words of a problem document hold paths and no values of the event. */
function wordsOf({ code, title = '', detail, errors = [] }: Problem): string {
  const where = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`))
  return [`${code} ${title}`.trim(), ...(detail === undefined ? [] : [detail]), ...where].join('; ')
}
