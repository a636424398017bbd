/** Seconds before each attempt, counted from the one before. https://www.standardwebhooks.com, "Deliverability and reliability" */
export const RETRY_DELAYS_SECONDS = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400] as const

/** Delays vary by this share, so that what failed together is not retried together. */
export const RETRY_JITTER = 0.2

/**
 * Tells when to try again.
 *
 * @param countedAttempts - Attempts made so far that count.
 * @param random - From 0 up to 1.
 * @returns the time in milliseconds since the epoch, or null when the attempts are used up.
 */
export function retryAtMs(countedAttempts: number, nowMs: number, random: number): number | null {
  const delaySeconds = RETRY_DELAYS_SECONDS[countedAttempts]
  if (delaySeconds === undefined) return null
  return nowMs + Math.round(delaySeconds * 1000 * (1 + RETRY_JITTER * (2 * random - 1)))
}
