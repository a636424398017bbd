/** One step in so many milliseconds, which decides about so many deliveries at most. */
export interface Pace {
  readonly size: number
  readonly everyMs: number
}

/** Steps a second, where a rate is higher than that. */
const STEPS_PER_SECOND = 10

/** Says in which steps a job goes, so that in no second more is decided than its rate allows, rounded up. */
export function paceOf(ratePerSecond: number): Pace {
  const size = Math.max(1, Math.floor(ratePerSecond / STEPS_PER_SECOND))
  // Only whole steps: a part of one more in a second would be a whole one in some of them.
  const steps = size === 1 ? ratePerSecond : Math.floor(ratePerSecond / size)
  return { size, everyMs: Math.ceil(1000 / steps) }
}

/** How long a job takes for so many deliveries, until another one may go on at the same pace. */
export function lastsMs(count: number, ratePerSecond: number): number {
  const { size, everyMs } = paceOf(ratePerSecond)
  return Math.ceil(count / size) * everyMs
}
