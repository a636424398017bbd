import { TransportError } from '@sluice/errors'

/** What ends an exchange from this side. */
export interface Limits {
  readonly headersTimeoutMs: number
  readonly replyTimeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** The end that an exchange has to come to. Call `clear` on every way out. */
export interface Deadline {
  /** Aborts with a TransportError as its reason. */
  readonly signal: AbortSignal
  /** Waits for a step of the exchange, but not past the end. */
  wait<T>(step: Promise<T>): Promise<T>
  headersArrived(): void
  clear(): void
}

/**
 * Starts the clocks of an exchange.
 *
 * @param label - Method, host and path template.
 */
export function startDeadline(limits: Limits, label: string): Deadline {
  const controller = new AbortController()
  const end = (error: TransportError) => controller.abort(error)
  // Nobody can tell what the server did before the time was up.
  const headersTimer = setTimeout(
    () =>
      end(
        new TransportError(
          'HEADERS_TIMEOUT',
          'maybe-sent',
          `${label}: no response headers in ${limits.headersTimeoutMs} ms`,
        ),
      ),
    limits.headersTimeoutMs,
  )
  const replyTimer = setTimeout(
    () =>
      end(
        new TransportError('REPLY_TIMEOUT', 'maybe-sent', `${label}: no complete reply in ${limits.replyTimeoutMs} ms`),
      ),
    limits.replyTimeoutMs,
  )
  const giveUp = () => end(new TransportError('ABORTED', 'maybe-sent', `${label}: the caller gave up`))
  limits.signal?.addEventListener('abort', giveUp, { once: true })
  return {
    signal: controller.signal,
    wait: (step) => raced(step, controller.signal),
    headersArrived: () => clearTimeout(headersTimer),
    clear: () => {
      clearTimeout(headersTimer)
      clearTimeout(replyTimer)
      limits.signal?.removeEventListener('abort', giveUp)
    },
  }
}

/** Does not trust the step to listen to the signal: a stand-in for `fetch` may not. */
function raced<T>(step: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(signal.reason)
    if (signal.aborted) ended()
    signal.addEventListener('abort', ended, { once: true })
    void step.then(resolve, reject).finally(() => signal.removeEventListener('abort', ended))
  })
}
