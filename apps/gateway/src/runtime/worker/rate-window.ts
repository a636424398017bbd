import type { Now } from '../../ports.ts'

/**
 * How long a request may take from the grant to the upstream, in milliseconds, where its holder asks for no longer. A holder
 * begins what it was granted within half of it, or gives it back.
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
  /** Grants requests that take no longer to the upstream than so long. Returns by when they have arrived: their name. */
  grant(requests: number, transitMs: number): number
  /** Takes back grants that are never used, by their names. */
  undo(unused: readonly number[]): void
  /** Notes that granted requests have ended. */
  end(requests: number): void
  /** By when all that was granted has arrived. */
  arrivedAtMs(): number
}

/**
 * Creates the window of one destination.
 *
 * @param savedMs - What the window before this one said last of when all has arrived.
 * @param inFlight - Calls that are under way: each may have been granted another request since that was saved.
 */
export function createRateWindow(ratePerSecond: number, nowMs: Now, savedMs: number, inFlight: number): RateWindow {
  const arrivedAtMs = Math.max(savedMs, inFlight > 0 ? nowMs() + TRANSIT_MS : -Infinity)
  const size = Math.max(1, Math.floor(ratePerSecond))
  const windowMs = (size * 1000) / ratePerSecond
  let lastMs = arrivedAtMs
  /** By when each request has arrived that has not ended, the earliest first. */
  let underWay: number[] = []
  /** Until when those that have ended take up room. */
  let ended: number[] = Array.from({ length: size }, () => arrivedAtMs + windowMs)

  const sweep = (): number => {
    const now = nowMs()
    ended = ended.filter((untilMs) => untilMs > now)
    // Of a grant that was never used no end is heard.
    underWay = underWay.filter((arrivesByMs) => arrivesByMs > now - OVER_AFTER_MS)
    return now
  }
  const untils = (now: number): readonly number[] =>
    [...ended, ...underWay.map((arrivesByMs) => arrivesByMs + windowMs)].filter((untilMs) => untilMs > now)

  return {
    free: () => Math.max(0, size - untils(sweep()).length),
    opensAtMs() {
      const now = sweep()
      const taken = untils(now)
      if (taken.length < size) return now
      return Math.ceil(taken.toSorted((left, right) => left - right)[taken.length - size] ?? now)
    },
    grant(requests, transitMs) {
      const arrivesByMs = nowMs() + transitMs
      lastMs = Math.max(lastMs, arrivesByMs)
      underWay.push(...Array.from({ length: requests }, () => arrivesByMs))
      underWay.sort((left, right) => left - right)
      return arrivesByMs
    },
    undo(unused) {
      for (const name of unused) {
        // An end may have taken its place: the next one before it makes room no earlier, and a later one could.
        const index = underWay.findLastIndex((arrivesByMs) => arrivesByMs <= name)
        if (index !== -1) underWay.splice(index, 1)
      }
    },
    end(requests) {
      const now = sweep()
      for (let count = 0; count < requests; count += 1) {
        // Which of them ended is not known: to take the earliest makes room no earlier than to take the right one.
        ended.push(Math.min(now, underWay.shift() ?? now) + windowMs)
      }
    },
    arrivedAtMs: () => lastMs,
  }
}
