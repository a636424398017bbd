import { cryptoActivity } from './ambient.ts'

/** So many turns of the event loop without anything happening end a settling. */
const QUIET_TURNS = 8
/** After so many turns something keeps itself busy without the clock. */
const MAX_TURNS = 2_000_000

/**
 * Lets everything run that can run without the clock: turns the event loop until nothing has happened for a while and
 * nothing is under way on another thread.
 *
 * @param activity - A number that changes whenever something happens.
 * @param isBusy - Whether something is known to be under way.
 */
export async function settleAll(activity: () => number, isBusy: () => boolean): Promise<void> {
  let before = Number.NaN
  let quiet = 0
  for (let turn = 0; quiet < QUIET_TURNS; turn += 1) {
    if (turn > MAX_TURNS) throw new Error('the world does not come to rest')
    await new Promise(setImmediate)
    const { calls, underWay } = cryptoActivity()
    const now = activity() + calls
    quiet = now === before && underWay === 0 && !isBusy() ? quiet + 1 : 0
    before = now
  }
}
