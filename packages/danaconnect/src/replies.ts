import { type Retry, UpstreamError } from '@sluice/errors'
import { type HttpReply, parseRetryAfter, type Secret } from '@sluice/http-client'
import { decodeJson, type JsonValue } from '@sluice/json-codec'
import type { OperationName } from './operations.ts'
import { type StartReceipt, startReplySchema } from './wire.ts'

/** Every code of an {@link UpstreamError} that this client throws. */
export type DanaconnectCode =
  /** 401 or 403: user, company code or password is wrong, or the account lacks the API permission. */
  | 'DANACONNECT_UNAUTHORIZED'
  /** A 4xx: the vendor does not take the request as it is; an outdated `conversationID` is the usual reason. */
  | 'DANACONNECT_REQUEST_REFUSED'
  /** A failure inside a 2xx: `idResult` is not 0, or an error stands in place of the result. */
  | 'DANACONNECT_RESULT_REFUSED'
  /** 429, 503, or a 4xx with `Retry-After`: nothing was done. */
  | 'DANACONNECT_BUSY'
  /** Another 5xx: nothing says whether the start was done. */
  | 'DANACONNECT_SERVER_FAULT'
  /** A 2xx whose body says neither success nor failure. */
  | 'DANACONNECT_UNREADABLE_REPLY'

/** What a judge needs to know beside the reply. */
export interface JudgeContext {
  readonly operation: OperationName
  readonly nowMs: number
  /** Texts that must not stand in an error; each is replaced by its slot. */
  readonly secrets: readonly Secret[]
}

const MEANINGS: Readonly<Record<DanaconnectCode, readonly [retry: Retry, message: string]>> = {
  DANACONNECT_UNAUTHORIZED: ['auth', 'the login was not accepted'],
  DANACONNECT_REQUEST_REFUSED: ['never', 'the request was refused'],
  DANACONNECT_RESULT_REFUSED: ['never', 'the reply reports a failure'],
  DANACONNECT_BUSY: ['later', 'the service asks to wait'],
  DANACONNECT_SERVER_FAULT: ['unsure', 'the service failed, and may have started the conversation'],
  DANACONNECT_UNREADABLE_REPLY: ['unsure', 'the reply says neither success nor failure'],
}

const REQUEST_ID_NAMES = ['requestID'] as const

/** Names under which documents and clients of this API know the id of one record. */
const RECORD_UID_NAMES = ['recordUID', 'rowId', 'UID', 'idRow'] as const

/** Where the vendor's words stand, the most telling first. */
const WORDS_NAMES = ['errorDescription', 'resultDescription', 'message', 'errorCode', 'wsError', 'error'] as const

/**
 * Judges the answer of `conversations.startData` and `conversations.startList`: success means accepted, not delivered.
 *
 * @throws UpstreamError with a {@link DanaconnectCode}.
 * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
 */
export function judgeStart(reply: HttpReply, context: JudgeContext): StartReceipt {
  const body = readJson(reply)
  const refusal = refusedStatus(reply)
  if (refusal !== null) throw failure(refusal, reply, context, wordsOf(body) ?? plainText(reply, body))
  // QUIRK danaconnect: a failure can come with HTTP 200, so the body is read for an error before it is read for a result.
  if (holdsError(body)) throw failure('DANACONNECT_RESULT_REFUSED', reply, context, wordsOf(body))
  const parsed = startReplySchema.safeParse(body)
  if (!parsed.success) throw failure('DANACONNECT_UNREADABLE_REPLY', reply, context)
  if (parsed.data.wsResult.idResult !== 0) throw failure('DANACONNECT_RESULT_REFUSED', reply, context, wordsOf(body))
  return receiptOf(body)
}

function refusedStatus(reply: HttpReply): DanaconnectCode | null {
  const { status, headers } = reply
  if (status >= 200 && status < 300) return null
  if (status === 401 || status === 403) return 'DANACONNECT_UNAUTHORIZED'
  if (status === 429 || status === 503) return 'DANACONNECT_BUSY'
  if (status >= 500) return 'DANACONNECT_SERVER_FAULT'
  return headers.has('retry-after') ? 'DANACONNECT_BUSY' : 'DANACONNECT_REQUEST_REFUSED'
}

function failure(
  code: DanaconnectCode,
  reply: HttpReply,
  context: JudgeContext,
  words?: string,
): UpstreamError<DanaconnectCode> {
  const [retry, text] = MEANINGS[code]
  const retryAfterMs = parseRetryAfter(reply.headers.get('retry-after'), context.nowMs)
  return new UpstreamError({
    code,
    retry,
    message: `danaconnect ${context.operation}: ${text}`,
    httpStatus: reply.status,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(words === undefined ? {} : { words: withoutSecrets(words, context.secrets) }),
  })
}

function withoutSecrets(words: string, secrets: readonly Secret[]): string {
  return secrets.reduce((text, secret) => {
    const value = secret.reveal()
    return value === '' ? text : text.replaceAll(value, String(secret))
  }, words)
}

/** Returns null for a body that is not JSON: error bodies have no documented form, so their form decides nothing. */
function readJson(reply: HttpReply): JsonValue {
  try {
    return decodeJson(reply.bytes, { duplicateKeys: 'last', maxBytes: reply.bytes.length })
  } catch {
    return null
  }
}

function holdsError(body: JsonValue): boolean {
  if (!isObject(body)) return false
  return Boolean(body['wsError']) || Boolean(body['error'])
}

function receiptOf(body: JsonValue): StartReceipt {
  const requestId = findMember(body, REQUEST_ID_NAMES)
  const recordUid = findMember(body, RECORD_UID_NAMES)
  return { ...(requestId === undefined ? {} : { requestId }), ...(recordUid === undefined ? {} : { recordUid }) }
}

function wordsOf(body: JsonValue): string | undefined {
  for (const name of WORDS_NAMES) {
    const words = findMember(body, [name])
    if (words !== undefined) return words
  }
  return undefined
}

/** Returns the text of a body that is neither JSON nor markup; a page of HTML says nothing in its first 500 characters. */
function plainText(reply: HttpReply, body: JsonValue): string | undefined {
  if (body !== null) return undefined
  const text = new TextDecoder().decode(reply.bytes).trim()
  return text === '' || text.startsWith('<') || text.startsWith('{') ? undefined : text
}

/** Finds the first of the names at any depth: no page says where the extra members of a reply stand. */
function findMember(value: JsonValue, names: readonly string[]): string | undefined {
  if (Array.isArray(value)) return firstOf(value, names)
  if (!isObject(value)) return undefined
  for (const name of names) {
    const found = value[name]
    if (typeof found === 'number' || (typeof found === 'string' && found !== '')) return String(found)
  }
  return firstOf(Object.values(value), names)
}

function firstOf(values: readonly JsonValue[], names: readonly string[]): string | undefined {
  for (const value of values) {
    const found = findMember(value, names)
    if (found !== undefined) return found
  }
  return undefined
}

function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
