import { type Retry, UpstreamError } from '@sluice/errors'
import { type HttpReply, parseRetryAfter, type Secret } from '@sluice/http-client'
import { redactSecrets } from '@sluice/http-client/observe'
import type { JsonValue } from '@sluice/json-codec'

import { type OperationName, operations } from './operations.ts'
import { readJson, reportsFailure, wordsOf } from './reply-body.ts'

/** Every code of an {@link UpstreamError} that these clients throw. */
export type DanaconnectCode =
  /** 401 or 403: user, company code or password is wrong, or the account lacks the API permission or a token its scope. */
  | 'DANACONNECT_UNAUTHORIZED'
  /** 401 to a token: it was given up, and the next call fetches another. */
  | 'DANACONNECT_TOKEN_REFUSED'
  /** The token endpoint does not accept the client's id, secret or scope. */
  | 'DANACONNECT_CLIENT_REFUSED'
  /** A 4xx: the vendor does not take the request as it is; an outdated `conversationID` is the usual reason. */
  | 'DANACONNECT_REQUEST_REFUSED'
  /** A failure inside a 2xx: `idResult` is not 0, `status` or `result` is false, or an error stands in place of the result. */
  | 'DANACONNECT_RESULT_REFUSED'
  /** The link that a `dana` code came from is too old. */
  | 'DANACONNECT_LINK_EXPIRED'
  /** 429, 503, or a 4xx with `Retry-After`: nothing was done. */
  | 'DANACONNECT_BUSY'
  /** Another 5xx: nothing says whether the work was done. */
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

/** What to do about a failure, of a read and of a write: after a read nothing can have been done. */
const MEANINGS: Readonly<Record<DanaconnectCode, readonly [read: Retry, write: Retry, message: string]>> = {
  DANACONNECT_UNAUTHORIZED: ['auth', 'auth', 'the login was not accepted'],
  DANACONNECT_TOKEN_REFUSED: ['auth', 'auth', 'the token was not accepted'],
  DANACONNECT_CLIENT_REFUSED: ['auth', 'auth', 'client id, secret or scope was not accepted'],
  DANACONNECT_REQUEST_REFUSED: ['never', 'never', 'the request was refused'],
  DANACONNECT_RESULT_REFUSED: ['never', 'never', 'the reply reports a failure'],
  DANACONNECT_LINK_EXPIRED: ['never', 'never', 'the link has expired'],
  DANACONNECT_BUSY: ['later', 'later', 'the service asks to wait'],
  DANACONNECT_SERVER_FAULT: ['later', 'unsure', 'the service failed, and does not say whether it did the work'],
  DANACONNECT_UNREADABLE_REPLY: ['later', 'unsure', 'the reply says neither success nor failure'],
}

/**
 * Reads the body of a reply that reports no failure, neither by its status nor inside a 2xx; null when it is not JSON.
 *
 * @throws UpstreamError with a {@link DanaconnectCode}.
 */
export function bodyWithoutFailure(
  reply: HttpReply,
  context: JudgeContext,
  read: (reply: HttpReply) => JsonValue = readJson,
): JsonValue {
  const body = read(reply)
  const refusal = refusedStatus(reply, context)
  if (refusal !== null) throw failure(refusal, reply, context, wordsOf(reply, body))
  // QUIRK danaconnect: a failure can come with HTTP 200, so the body is read for an error before it is read for a result.
  if (reportsFailure(body)) throw failure('DANACONNECT_RESULT_REFUSED', reply, context, wordsOf(reply, body))
  return body
}

/** Makes the error for a reply. */
export function failure(
  code: DanaconnectCode,
  reply: HttpReply,
  context: JudgeContext,
  words?: string,
): UpstreamError<DanaconnectCode> {
  const { operation, nowMs, secrets } = context
  const [read, write, text] = MEANINGS[code]
  const retryAfterMs = parseRetryAfter(reply.headers.get('retry-after'), nowMs)
  return new UpstreamError({
    code,
    retry: operations[operation].effect === 'read' ? read : write,
    message: `danaconnect ${operation}: ${text}`,
    httpStatus: reply.status,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(words === undefined ? {} : { words: redactSecrets(words, secrets) }),
  })
}

function refusedStatus({ status, headers }: HttpReply, { operation }: JudgeContext): DanaconnectCode | null {
  if (status >= 200 && status < 300) return null
  const { authorization } = operations[operation]
  // An unknown client is answered with 401 or 400, and no page says which.
  if (authorization === 'client' && (status === 400 || status === 401 || status === 403)) {
    return 'DANACONNECT_CLIENT_REFUSED'
  }
  if (status === 401) return authorization === 'bearer' ? 'DANACONNECT_TOKEN_REFUSED' : 'DANACONNECT_UNAUTHORIZED'
  if (status === 403) return 'DANACONNECT_UNAUTHORIZED'
  if (status === 429 || status === 503) return 'DANACONNECT_BUSY'
  if (status >= 500) return 'DANACONNECT_SERVER_FAULT'
  return headers.has('retry-after') ? 'DANACONNECT_BUSY' : 'DANACONNECT_REQUEST_REFUSED'
}
