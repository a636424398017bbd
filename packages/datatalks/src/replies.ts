import { type Retry, UpstreamError } from '@sluice/errors'
import { type HttpReply, parseRetryAfter, type Secret } from '@sluice/http-client'
import { redactSecrets } from '@sluice/http-client/observe'
import { decodeJson } from '@sluice/json-codec'
import { type GatewayRefusal, gatewayRefusal } from './gateway-refusals.ts'
import type { OperationName } from './operations.ts'
import { type DatatalksReceipt, type ReplyBody, replySchema } from './wire.ts'

/** Every code of an {@link UpstreamError} that this client throws. */
export type DatatalksCode =
  | GatewayRefusal
  /** A 4xx, or `success` false: the vendor does not take the request as it is. */
  | 'DATATALKS_REFUSED'
  /** 429, or another status with `Retry-After` that says that nothing was done. */
  | 'DATATALKS_BUSY'
  /** 429 because a quota is used up: trying again soon is of no use. */
  | 'DATATALKS_QUOTA_EXCEEDED'
  /** A 5xx. */
  | 'DATATALKS_SERVER_FAULT'
  /** A 2xx whose body is neither empty nor a JSON object that can be read. */
  | 'DATATALKS_UNREADABLE_REPLY'

/** What a judge needs to know beside the reply. */
export interface JudgeContext {
  readonly operation: OperationName
  readonly nowMs: number
  /** Texts that must not stand in an error; each is replaced by its slot. */
  readonly secrets: readonly Secret[]
}

const MEANINGS: Readonly<Record<DatatalksCode, readonly [retry: Retry, message: string]>> = {
  DATATALKS_UNSIGNED: ['auth', 'the path is not known there, or the signature did not arrive'],
  DATATALKS_SIGNATURE_MALFORMED: ['auth', 'the signature is incomplete'],
  DATATALKS_SIGNATURE_REFUSED: ['auth', 'the signature does not match'],
  DATATALKS_CLOCK_SKEW: ['auth', 'the clock is off'],
  DATATALKS_SCOPE_REFUSED: ['auth', 'the region or the service is not the one of the endpoint'],
  DATATALKS_KEY_UNKNOWN: ['auth', 'the access key is not known'],
  DATATALKS_NOT_PERMITTED: ['auth', 'the access key has no right to this call'],
  DATATALKS_FORBIDDEN: ['auth', 'access is forbidden'],
  DATATALKS_REFUSED: ['never', 'the request was refused'],
  DATATALKS_BUSY: ['later', 'the service asks to wait'],
  DATATALKS_QUOTA_EXCEEDED: ['later', 'the quota is used up'],
  DATATALKS_SERVER_FAULT: ['unsure', 'the service failed'],
  DATATALKS_UNREADABLE_REPLY: ['unsure', 'the reply says neither success nor failure'],
}

const EMPTY_BODY: ReplyBody = {}

/** Tab, line feed, carriage return and space: what JSON knows as white space. */
const BLANKS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d, 0x20])

/**
 * Judges the answer of any operation, by its status first and then by its body.
 *
 * @throws UpstreamError with a {@link DatatalksCode}.
 * @see https://www.datatalks.se/documentation/api-reference/
 */
export function judgeReply(reply: HttpReply, context: JudgeContext): DatatalksReceipt {
  const body = readBody(reply)
  const refusal = refusedStatus(reply, body)
  if (refusal !== null) throw failure(refusal, reply, context, body)
  if (body === null) throw failure('DATATALKS_UNREADABLE_REPLY', reply, context, body)
  if (body.success === false) throw failure('DATATALKS_REFUSED', reply, context, body)
  if ((body.success ?? null) === null && hasFormOfFault(body)) {
    throw failure('DATATALKS_UNREADABLE_REPLY', reply, context, body)
  }
  const { requestId = reply.headers.get('x-amzn-requestid'), datatalksId } = body
  return { ...(requestId === null ? {} : { requestId }), ...(datatalksId === undefined ? {} : { datatalksId }) }
}

/** Tells a fault's form, which under a good status means that a proxy, the vendor's gateway or a broken function answered. */
function hasFormOfFault({ message, Message, error, errorMessage, errorType }: ReplyBody): boolean {
  return (message ?? Message ?? error ?? errorMessage ?? errorType) !== undefined
}

/** Returns null for a body that is neither empty nor a JSON object of the form that is known. */
function readBody(reply: HttpReply): ReplyBody | null {
  if (reply.bytes.every((byte) => BLANKS.has(byte))) return EMPTY_BODY
  try {
    const json = decodeJson(reply.bytes, { duplicateKeys: 'last', maxBytes: reply.bytes.length })
    return replySchema.safeParse(json).data ?? null
  } catch {
    // The decoder's reason helps nobody: the exchange that was observed shows the reply.
    return null
  }
}

function refusedStatus({ status, headers }: HttpReply, body: ReplyBody | null): DatatalksCode | null {
  const message = body?.message ?? body?.Message ?? ''
  if (status >= 200 && status < 300) return null
  if (status === 401 || status === 403) return gatewayRefusal(headers.get('x-amzn-errortype'), message)
  if (status === 429) return message.startsWith('Limit Exceeded') ? 'DATATALKS_QUOTA_EXCEEDED' : 'DATATALKS_BUSY'
  if (headers.has('retry-after') && (status === 503 || status < 500)) return 'DATATALKS_BUSY'
  return status >= 500 ? 'DATATALKS_SERVER_FAULT' : 'DATATALKS_REFUSED'
}

function failure(
  code: DatatalksCode,
  reply: HttpReply,
  context: JudgeContext,
  body: ReplyBody | null,
): UpstreamError<DatatalksCode> {
  const [usual, text] = MEANINGS[code]
  const retryAfterMs = parseRetryAfter(reply.headers.get('retry-after'), context.nowMs)
  const words = code === 'DATATALKS_SIGNATURE_MALFORMED' ? '' : wordsOf(body)
  return new UpstreamError({
    code,
    retry: mayRepeatContact(code, reply, context) ? 'later' : usual,
    message: `datatalks ${context.operation}: ${text}`,
    httpStatus: reply.status,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(words === '' ? {} : { words: redactSecrets(words, context.secrets) }),
  })
}

/** A contact is set, not added: after a fault that came at once, sending it again is all there is to do. */
function mayRepeatContact(code: DatatalksCode, { status }: HttpReply, { operation }: JudgeContext): boolean {
  return code === 'DATATALKS_SERVER_FAULT' && operation === 'contacts.upsert' && (status === 500 || status === 502)
}

/** Takes the first line only: after it, a refused signature is explained with the whole request as it was signed. */
function wordsOf(body: ReplyBody | null): string {
  const words = body?.messages?.join('; ') || body?.message || body?.Message || body?.errorMessage || ''
  return words.split('\n', 1)[0]?.trim() ?? ''
}
