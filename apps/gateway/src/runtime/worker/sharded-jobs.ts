import type { HttpStore, Job, NewJob } from '../../store/port.ts'
import { type AskAll, askShard, type MergeAll } from './remote-shard.ts'

/** How many deliveries a dry run names. */
const SAMPLE = 20

/**
 * Creates the jobs as the edge sees them: every shard has the same job, under the same id, and works on its own part of it. Of a
 * rate each has as much as it has of the deliveries, so that all end at the same time. Where one shard is not reached, the others
 * have begun all the same, and a second job finds what the first left.
 */
export function createShardedJobs(
  all: AskAll,
  mergeAll: MergeAll,
): Pick<HttpStore, 'countMatching' | 'addJob' | 'cancelJob' | 'readJob' | 'listJobs'> {
  return {
    async countMatching(job) {
      const counted = await all((shard) => askShard(shard, 'countMatching', job))
      return {
        count: counted.reduce((sum, { count }) => sum + count, 0),
        sample: counted
          .flatMap(({ sample }) => sample)
          .toSorted()
          .slice(0, SAMPLE),
        next: null,
      }
    },
    async addJob(job) {
      const rates = await ratesOf(job)
      const parts = await all(async (shard, index) => {
        const ratePerSecond = rates?.[index] ?? null
        return ratePerSecond === 0 ? null : askShard(shard, 'addJob', { ...job, ratePerSecond })
      })
      const [first, ...others] = parts.flatMap((part) => part ?? [])
      if (first === undefined) throw new TypeError('there is no shard')
      return joinJobs([first, ...others])
    },
    async cancelJob(request) {
      return (await all((shard) => askShard(shard, 'cancelJob', request))).includes(true)
    },
    async readJob(id) {
      const [first, ...others] = (await all((shard) => askShard(shard, 'readJob', id))).flatMap((job) => job ?? [])
      return first === undefined ? null : joinJobs([first, ...others])
    },
    async listJobs(page) {
      return mergeAll((shard) => askShard(shard, 'listJobs', page), page.limit, joinJobs)
    },
  }

  /** Shares a rate out by what each shard has of the job: 0 where it has nothing. Null for as fast as they can. */
  async function ratesOf({ action, filter, ratePerSecond }: NewJob): Promise<readonly number[] | null> {
    if (ratePerSecond === null) return null
    const counted = await all((shard) => askShard(shard, 'countMatching', { action, filter, after: '' }))
    const total = counted.reduce((sum, { count }) => sum + count, 0)
    // One that has nothing to do is one shard's, and ends at once.
    return counted.map(({ count }, index) => ratePerSecond * (total === 0 ? (index === 0 ? 1 : 0) : count / total))
  }
}

/** Makes one job of its parts. */
function joinJobs(parts: readonly [Job, ...Job[]]): Job {
  const [first] = parts
  const state =
    parts.find((part) => part.state === 'running') ?? parts.find((part) => part.state === 'cancelled') ?? first
  const sum = (of: (part: Job) => number) => parts.reduce((total, part) => total + of(part), 0)
  const times = (of: (part: Job) => number | null) => parts.flatMap((part) => of(part) ?? [])
  const nextAtMs = times((part) => part.nextAtMs)
  return {
    ...state,
    // Parts of a rate add up to it, but for the last of the digits.
    ratePerSecond: first.ratePerSecond === null ? null : Number(sum((part) => part.ratePerSecond ?? 0).toPrecision(12)),
    done: sum((part) => part.done),
    skipped: sum((part) => part.skipped),
    nextAtMs: nextAtMs.length === 0 ? null : Math.min(...nextAtMs),
    endedAtMs: state.state === 'running' ? null : Math.max(...times((part) => part.endedAtMs)),
  }
}
