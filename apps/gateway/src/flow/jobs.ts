import type { Ports } from '../ports.ts'
import type { NewJob, Store } from '../store/port.ts'
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

/** How many deliveries a dry run names. */
const SAMPLE = 20

/** Counts what a job would decide about now, and lets others have their turn between the parts. */
export async function countMatching(
  job: Pick<NewJob, 'action' | 'filter'>,
  { store, sleep }: Pick<Ports, 'sleep'> & { readonly store: Pick<Store, 'countMatching'> },
): Promise<{ readonly matched: number; readonly sample: readonly string[] }> {
  let matched = 0
  const sample: string[] = []
  for (let after: string | null = ''; after !== null;) {
    const part = await store.countMatching({ ...job, after })
    matched += part.count
    sample.push(...part.sample.slice(0, SAMPLE - sample.length))
    after = part.next
    if (after !== null) await sleep(0)
  }
  return { matched, sample }
}
