import { lastsMs } from '../../store/job-pace.ts'
import type { HttpStore, Job, NewJob } from '../../store/port.ts'
import { type AskAll, askShard, type MergeAll } from './remote-shard.ts'

/** How many deliveries a dry run names. */
const SAMPLE = 20

/**
 * Creates the jobs as the edge sees them: every shard has the same job, under the same id, and works on its own part of it. One
 * with a rate goes through them one after the other: each begins when those before it have ended at that rate. Where one shard is
 * not reached, the others have begun all the same, and a second job finds what the first left.
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
      const turns = await turnsOf(job)
      const parts = await all(async (shard, index) => {
        const firstAtMs = turns === null ? job.createdAtMs : (turns[index] ?? null)
        return firstAtMs === null ? null : askShard(shard, 'addJob', job, firstAtMs)
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

  /** When each shard begins: null where it has nothing to do. Null for all at once, where there is no rate. */
  async function turnsOf({ action, filter, ratePerSecond, createdAtMs }: NewJob) {
    if (ratePerSecond === null) return null
    const counted = await all((shard) => askShard(shard, 'countMatching', { action, filter, after: '' }))
    // One that has nothing to do is one shard's, and ends at once.
    const isEmpty = counted.every(({ count }) => count === 0)
    let nextAtMs = createdAtMs
    return counted.map(({ count }, index) => {
      const atMs = nextAtMs
      nextAtMs += lastsMs(count, ratePerSecond)
      return count > 0 || (isEmpty && index === 0) ? atMs : null
    })
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
    done: sum((part) => part.done),
    skipped: sum((part) => part.skipped),
    nextAtMs: nextAtMs.length === 0 ? null : Math.min(...nextAtMs),
    endedAtMs: state.state === 'running' ? null : Math.max(...times((part) => part.endedAtMs)),
  }
}
