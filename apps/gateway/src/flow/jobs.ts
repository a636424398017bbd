import type { Store } from '../store/port.ts'
import type { Chore } from './lease.ts'

/** How many deliveries a job decides about in one transaction: few, so that events that come meanwhile do not wait. */
const DECIDED_AT_ONCE = 100

/** Name of the chore that works on jobs. */
export const JOBS = 'jobs'

/** Creates the chore that works on jobs, a step at a time. */
export function createJobsChore(store: Pick<Store, 'stepJobs'>, wake: (destination: string) => void): Chore {
  return {
    name: JOBS,
    async run(nowMs) {
      const { destinations, nextAtMs } = await store.stepJobs({ nowMs, limit: DECIDED_AT_ONCE })
      for (const destination of destinations) wake(destination)
      return nextAtMs
    },
  }
}
