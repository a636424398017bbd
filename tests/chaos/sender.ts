import type { Address } from './address.ts'
import { eachAtOnce } from './at-once.ts'
import type { Counter } from './counter.ts'
import { postEvent } from './gateway-api.ts'

/** Events under way at once. */
const CONCURRENCY = 8
/** Time in which the end of a killed process is noticed, so that a dead address is not called over and over. */
const BACK_OFF_MS = 5

export interface SenderOptions {
  readonly events: number
  /** Gets the id of each accepted event, by its number. */
  readonly ids: Map<number, string>
  readonly address: Address
  /** How many events may have begun. */
  readonly allowed: Counter
  /** How many were answered with 202. */
  readonly accepted: Counter
  /** Makes it stop early. */
  readonly signal: AbortSignal
}

/**
 * Sends every event, and repeats each with its key until its 202 was read.
 *
 * @throws Error an answer other than 202.
 */
export async function sendEvents(options: SenderOptions): Promise<void> {
  const { events, ids, address, allowed, accepted, signal } = options
  const send = async (event: number) => {
    await allowed.reached(event + 1)
    while (!signal.aborted) {
      const id = await postEvent(await address.current(), event)
      if (id !== null) {
        ids.set(event, id)
        accepted.raiseTo(ids.size)
        return
      }
      await Bun.sleep(BACK_OFF_MS)
    }
  }
  await eachAtOnce([...Array(events).keys()], CONCURRENCY, send)
}
