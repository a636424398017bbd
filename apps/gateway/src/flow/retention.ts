import type { Store } from '../store/port.ts'
import type { Chore } from './lease.ts'

/** About how many rows are removed in one transaction: few, so that events that come meanwhile do not wait. */
const REMOVED_AT_ONCE = 200
/** How long after the beginning of one pass through the events the next begins: 1 h. */
const PASS_EVERY_MS = 3_600_000
const MS_PER_DAY = 86_400_000
/** How long an answer is known by its idempotency key: 24 h. */
export const ANSWER_KNOWN_MS = MS_PER_DAY

/**
 * Creates the chore that removes what ended longer ago than events are kept. A pass goes through all of it in small
 * steps, each of which is over before the next is asked for.
 */
export function createRetentionChore(
  retentionDays: number,
  store: Pick<Store, 'removeEnded' | 'removeAnswers'>,
): Chore {
  let after = ''
  let passAtMs = -Infinity
  return {
    name: 'retention',
    async run(nowMs) {
      if (after === '' && nowMs < passAtMs) return passAtMs
      const begins = after === ''
      const beforeMs = nowMs - retentionDays * MS_PER_DAY
      const { next } = await store.removeEnded({ beforeMs, after, limit: REMOVED_AT_ONCE })
      if (begins) passAtMs = nowMs + PASS_EVERY_MS
      after = next ?? ''
      if (begins) await removeAnswers(nowMs - ANSWER_KNOWN_MS)
      return next === null ? passAtMs : nowMs
    },
  }

  /** Each step is a transaction of its own. */
  async function removeAnswers(beforeMs: number): Promise<void> {
    const limit = REMOVED_AT_ONCE
    while ((await store.removeAnswers({ beforeMs, limit })) === limit);
  }
}
