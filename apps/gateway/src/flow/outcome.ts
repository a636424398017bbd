import { type Retry, SluiceError, UpstreamError } from '@sluice/errors'
import type { GateSignal } from './gate.ts'

const HTTP_BAD_REQUEST = 400
const HTTP_UNAUTHORIZED = 401
const HTTP_FORBIDDEN = 403
const HTTP_TOO_MANY_REQUESTS = 429
/**
 * The 4xx that speak of the time and not of what was sent: a request that came too slowly, one that meets another at work, a
 * lock, one that came too early, too many. RFC 9110 section 15.5, RFC 4918 section 11.3, RFC 8470 section 5.2, RFC 6585 section 4
 */
const PASSING: ReadonlySet<number> = new Set([408, 409, 423, 425, HTTP_TOO_MANY_REQUESTS])
const HTTP_SERVER_FAULT = 500
const HTTP_UNAVAILABLE = 503
/** No `Retry-After` is obeyed for longer than this: 24 hours. */
export const MAX_RETRY_AFTER_MS = 86_400_000

/** How an attempt ended, as the gate and the record need it. */
export interface Judgement extends GateSignal {
  readonly code: string | null
  readonly detail: string | null
  /**
   * That it uses up one of the ten attempts although it was turned away: its status speaks of what was sent, so that it may
   * be turned away for ever.
   */
  readonly spends?: true
}

/** The judgement on an attempt that the upstream confirmed. */
export const CONFIRMED: Judgement = {
  outcome: 'delivered',
  throttled: false,
  retryAfterMs: null,
  code: null,
  detail: null,
}

/** The judgement on an attempt of which the upstream tells by a callback how it ended. */
export const TAKEN: Judgement = {
  ...CONFIRMED,
  outcome: 'accepted',
  code: 'AWAITING_CALLBACK',
  detail: 'The upstream took it, and will say how it ended.',
}

/** The judgement on an attempt that its process did not survive. */
export const PROCESS_DIED: Judgement = {
  ...CONFIRMED,
  outcome: 'unsure',
  code: 'PROCESS_DIED',
  detail: 'The process ended during the attempt, so nobody knows whether it landed.',
}

/** What the judge has to know beside the error. */
export interface JudgeContext {
  /**
   * Whether the request of the delivery itself was begun. When only its token could not be had, nothing can have landed,
   * however unsure the end of that call was.
   */
  readonly sent: boolean
  /** Whether what was sent may be sent again. */
  readonly idempotent: boolean
}

/**
 * Judges an attempt by the error that it ended with. An upstream's client already said what may be done about the
 * error (`retry`); this says it in the gateway's words.
 *
 * Where the gateway's own rules and an upstream's contract differ, the more cautious wins.
 */
export function judge(error: unknown, { sent, idempotent }: JudgeContext): Judgement {
  // An error of our own making says nothing about the upstream, which may have been called before it.
  if (!(error instanceof SluiceError))
    return failed(sent ? 'unsure' : 'busy', 'INTERNAL', 'The attempt ended in an unexpected error.')
  if (!(error instanceof UpstreamError)) return failed(outcomeOf(error.retry, sent), error.code, error.message)
  const { httpStatus = 0, words } = error
  const retryAfterMs = usableWait(error.retryAfterMs)
  const detail = words === undefined ? error.message : `${error.message}: ${words}`
  const outcome = outcomeOfReply(error, { sent, idempotent })
  // Credentials that are not accepted are not accepted later either, whatever the reply says of time.
  const asked = httpStatus === HTTP_TOO_MANY_REQUESTS || error.retryAfterMs !== undefined
  const throttled = asked && outcome !== 'unauthorized'
  const isOfRequest = httpStatus >= HTTP_BAD_REQUEST && httpStatus < HTTP_SERVER_FAULT && !PASSING.has(httpStatus)
  const spends = throttled && outcome === 'busy' && isOfRequest
  return { outcome, throttled, retryAfterMs, code: error.code, detail, ...(spends ? { spends } : {}) }
}

/** Zero, or a date that has passed by our clock, names no time to wait: the gate then takes its own. */
function usableWait(retryAfterMs: number | undefined): number | null {
  return retryAfterMs === undefined || retryAfterMs <= 0 ? null : Math.min(retryAfterMs, MAX_RETRY_AFTER_MS)
}

function failed(outcome: Judgement['outcome'], code: string, detail: string): Judgement {
  return { outcome, throttled: false, retryAfterMs: null, code, detail }
}

function outcomeOfReply(error: UpstreamError, { sent, idempotent }: JudgeContext): Judgement['outcome'] {
  const { httpStatus = 0, counts, retry, retryAfterMs } = error
  if (counts !== undefined && counts.total > 0 && counts.bad > 0) return 'partial'
  // Where even the token is refused, no delivery of this destination can be sent: that is no fault of this one.
  if (!sent && retry === 'never') return 'unauthorized'
  if (retry === 'never' && (httpStatus === HTTP_UNAUTHORIZED || httpStatus === HTTP_FORBIDDEN)) return 'unauthorized'
  // A 5xx may come from a proxy whose server did the work. Only a 503 that names a time says that nothing was begun, and that
  // only where the upstream's contract takes it so: else its client says `unsure`.
  const isTurnedAway = httpStatus === HTTP_UNAVAILABLE && retryAfterMs !== undefined
  const mayHaveLanded = sent && !idempotent && httpStatus >= HTTP_SERVER_FAULT && !isTurnedAway
  return mayHaveLanded && retry === 'later' ? 'unsure' : outcomeOf(retry, sent)
}

function outcomeOf(retry: Retry, sent: boolean): Judgement['outcome'] {
  switch (retry) {
    case 'never':
      return 'refused'
    case 'later':
      return 'busy'
    case 'auth':
      return 'unauthorized'
    case 'unsure':
      return sent ? 'unsure' : 'busy'
  }
}
