import { type TransportCode, TransportError } from '@sluice/errors'

/** `setTimeout` counts in 32 bits: what is longer would be over at once. */
const MAX_TIMER_MS = 2_147_483_647

/** What ends an exchange from this side. */
export interface Limits {
  /** Time until the response headers, in milliseconds. Default 30,000. */
  readonly headersTimeoutMs?: number
  /** Time until the last byte of the reply, in milliseconds. Default 35,000. */
  readonly replyTimeoutMs?: number
  /** Ends the exchange early. */
  readonly signal?: AbortSignal
}

/** The end that an exchange has to come to. Call `clear` on every way out. */
export interface Deadline {
  /** Aborts with a TransportError as its reason. */
  readonly signal: AbortSignal
  /**
   * Waits for a step of the exchange, one at a time, but not past the end: a stand-in for `fetch` may not listen to the
   * signal.
   */
  wait<T>(step: Promise<T>): Promise<T>
  headersArrived(): void
  clear(): void
}

/**
 * Starts the clocks of an exchange.
 *
 * @param label - Method, host and path template.
 */
export function startDeadline(
  { headersTimeoutMs = 30_000, replyTimeoutMs = 35_000, signal }: Limits,
  label: string,
): Deadline {
  const controller = new AbortController()
  // Nobody can tell what the server did before the end.
  const end = (code: TransportCode, words: string) =>
    controller.abort(new TransportError(code, 'maybe-sent', `${label}: ${words}`))
  const after = (ms: number, code: TransportCode, missing: string) =>
    setTimeout(() => end(code, `no ${missing} in ${ms} ms`), Math.min(ms, MAX_TIMER_MS))
  const headersTimer = after(headersTimeoutMs, 'HEADERS_TIMEOUT', 'response headers')
  const replyTimer = after(replyTimeoutMs, 'REPLY_TIMEOUT', 'complete reply')
  const giveUp = () => end('ABORTED', 'the caller gave up')
  signal?.addEventListener('abort', giveUp, { once: true })
  let endStep = (): void => undefined
  controller.signal.addEventListener('abort', () => endStep())
  return {
    signal: controller.signal,
    wait: (step) =>
      new Promise((resolve, reject) => {
        endStep = () => reject(controller.signal.reason)
        if (controller.signal.aborted) endStep()
        step.then(resolve, reject)
      }),
    headersArrived: () => clearTimeout(headersTimer),
    clear: () => {
      clearTimeout(headersTimer)
      clearTimeout(replyTimer)
      signal?.removeEventListener('abort', giveUp)
    },
  }
}
