import type { Now } from '../../ports.ts'

/**
 * How long a request may take from the grant to the upstream, in milliseconds. A holder begins what it was granted within
 * half of it, or gives it back.
 */
export const TRANSIT_MS = 500
/** After this time a call is over, whether its end was heard of or not. */
const OVER_AFTER_MS = 180_000

/**
 * Counts requests so that no upstream ever sees more than a rate in any second, wherever they come from and however long they are
 * on their way: a request may arrive at any time between its grant and its end, and it makes room only when a second
 * has passed since the last moment at which it can have arrived.
 */
export interface RateWindow {
  /** Requests that may be granted now. */
  free(): number
  /** When the next one may be; a time that has passed where one may be now. */
  opensAtMs(): number
  grant(requests: number): void
  /** Takes back grants that were not begun. */
  undo(requests: number): void
  /** Notes that granted requests have ended. */
  end(requests: number): void
}

/**
 * Creates the window of one destination.
 *
 * @param lastGrantAtMs - When the last request was granted by a window before this one: it may be under way still.
 */
export function createRateWindow(ratePerSecond: number, nowMs: Now, lastGrantAtMs: number): RateWindow {
  const size = Math.max(1, Math.floor(ratePerSecond))
  const windowMs = (size * 1000) / ratePerSecond
  /** Until when each request that may have arrived takes up room; those under way first by their grant. */
  let underWay: number[] = []
  let ended: number[] = Array.from({ length: size }, () => lastGrantAtMs + TRANSIT_MS + windowMs)

  const sweep = (): number => {
    const now = nowMs()
    ended = ended.filter((untilMs) => untilMs > now)
    // Of a grant that was never used no end is heard.
    if ((underWay[0] ?? now) <= now - OVER_AFTER_MS) {
      underWay = underWay.filter((grantedAtMs) => grantedAtMs > now - OVER_AFTER_MS)
    }
    return now
  }
  const taken = (now: number): number =>
    ended.length + underWay.filter((grantedAtMs) => latest(grantedAtMs) > now).length
  const latest = (grantedAtMs: number): number => grantedAtMs + TRANSIT_MS + windowMs

  return {
    free: () => Math.max(0, size - taken(sweep())),
    opensAtMs() {
      const now = sweep()
      if (taken(now) < size) return now
      const untils = [...ended, ...underWay.map(latest)].filter((untilMs) => untilMs > now)
      return Math.ceil(untils.toSorted((left, right) => left - right)[untils.length - size] ?? now)
    },
    grant(requests) {
      const now = nowMs()
      underWay.push(...Array.from({ length: requests }, () => now))
    },
    undo(requests) {
      underWay = underWay.slice(0, Math.max(0, underWay.length - requests))
    },
    end(requests) {
      const now = sweep()
      for (let count = 0; count < requests; count += 1) {
        // Which of them ended is not known: to take the oldest makes room no earlier than to take the right one.
        const grantedAtMs = underWay.shift() ?? now
        ended.push(Math.min(now, grantedAtMs + TRANSIT_MS) + windowMs)
      }
    },
  }
}
