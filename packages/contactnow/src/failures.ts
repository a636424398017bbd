import { type Retry, UpstreamError } from '@sluice/errors'
import { type HttpReply, parseRetryAfter, type Secret } from '@sluice/http-client'
import { redactSecrets } from '@sluice/http-client/observe'
import type { Envelope } from './envelope.ts'
import type { Format } from './formats.ts'
import { type OperationName, operations } from './operations.ts'

/** Every code of an {@link UpstreamError} that this client throws. */
export type ContactnowCode =
  /** User name and key are not accepted: a new token cannot be had with them. */
  | 'CONTACTNOW_CREDENTIALS_REFUSED'
  /** The token is too old, or the vendor does not know it any more: a new one helps. */
  | 'CONTACTNOW_TOKEN_EXPIRED'
  /** The token is not valid for this caller: a new one helps, unless the address is not the one it is bound to. */
  | 'CONTACTNOW_TOKEN_INVALID'
  /** The vendor understood, and did nothing. */
  | 'CONTACTNOW_REFUSED'
  /** Some of what was sent landed; nothing says which. */
  | 'CONTACTNOW_PARTIAL'
  /** 429, or another status with `Retry-After` that says that nothing was done. */
  | 'CONTACTNOW_BUSY'
  /** A 5xx. */
  | 'CONTACTNOW_SERVER_FAULT'
  /** The reply is not in the format that was asked for, or says neither success nor failure. */
  | 'CONTACTNOW_UNREADABLE_REPLY'
  /** A create succeeded without saying which id it made. */
  | 'CONTACTNOW_KEY_MISSING'
  /** A read listed rows beside its filter, so their absence or presence proves nothing. */
  | 'CONTACTNOW_FILTER_IGNORED'

/** What a judge needs to know beside the reply. */
export interface JudgeContext {
  readonly operation: OperationName
  readonly format: Format
  readonly nowMs: number
  /** Texts that must not stand in an error; each is replaced by its slot. */
  readonly secrets: readonly Secret[]
}

/** What to do about a failure, of a read and of a write: after a read nothing can have been done. */
const MEANINGS: Readonly<Record<ContactnowCode, readonly [read: Retry, write: Retry, message: string]>> = {
  CONTACTNOW_CREDENTIALS_REFUSED: ['auth', 'auth', 'user name and key were not accepted'],
  CONTACTNOW_TOKEN_EXPIRED: ['auth', 'auth', 'the token has expired'],
  CONTACTNOW_TOKEN_INVALID: ['auth', 'auth', 'the token is not valid from this address'],
  CONTACTNOW_REFUSED: ['never', 'never', 'the request was refused'],
  CONTACTNOW_PARTIAL: ['never', 'unsure', 'only a part of what was sent landed'],
  CONTACTNOW_BUSY: ['later', 'later', 'the service asks to wait'],
  CONTACTNOW_SERVER_FAULT: ['later', 'unsure', 'the service failed'],
  CONTACTNOW_UNREADABLE_REPLY: ['later', 'unsure', 'the reply says neither success nor failure'],
  CONTACTNOW_KEY_MISSING: ['later', 'unsure', 'the reply does not name the id that was created'],
  CONTACTNOW_FILTER_IGNORED: ['never', 'never', 'the reply lists rows beside the filter'],
}

/** Tells whether the call may have changed something at the vendor. */
export function isWrite(context: JudgeContext): boolean {
  return operations[context.operation].effect === 'write'
}

/** Makes the error for a reply; the words and counts of its envelope go with it. */
export function failure(
  code: ContactnowCode,
  reply: HttpReply,
  context: JudgeContext,
  envelope: Envelope | null = null,
): UpstreamError<ContactnowCode> {
  const [read, write, text] = MEANINGS[code]
  const retryAfterMs = parseRetryAfter(reply.headers.get('retry-after'), context.nowMs)
  return new UpstreamError({
    code,
    retry: isWrite(context) ? write : read,
    message: `contactnow ${context.operation}: ${text}`,
    httpStatus: reply.status,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
    ...(envelope === null ? {} : wordsAndCounts(envelope, context.secrets)),
  })
}

function wordsAndCounts({ error, total, bad }: Envelope, secrets: readonly Secret[]) {
  const counted = total !== undefined || bad !== undefined
  return {
    ...(error === '' ? {} : { words: redactSecrets(error, secrets) }),
    ...(counted ? { counts: { total: total ?? 0, bad: bad ?? 0 } } : {}),
  }
}
