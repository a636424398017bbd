import type { HttpStore, Job } from '../../store/port.ts'
import { type AskAll, askShard, type MergeAll, type RemoteShard } from './remote-shard.ts'

/** How many deliveries a dry run names. */
const SAMPLE = 20

/**
 * Creates the jobs as the edge sees them: every shard has the same job, under the same id, and works on its own part of it, at its
 * part of the rate. Where one shard is not reached, the others have begun all the same, and a second job finds what the first left.
 */
export function createShardedJobs(
  all: AskAll,
  mergeAll: MergeAll,
): Pick<HttpStore, 'countMatching' | 'addJob' | 'cancelJob' | 'readJob' | 'listJobs'> {
  return {
    async countMatching(job) {
      const counted = await all((shard) => countAll(shard, job))
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
      const shards = (await all(() => Promise.resolve(null))).length
      const ratePerSecond = job.ratePerSecond === null ? null : job.ratePerSecond / shards
      const [first, ...others] = await all((shard) => askShard(shard, 'addJob', { ...job, ratePerSecond }))
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
}

/** Counts a shard to its end, since the parts of several end at different places. */
async function countAll(
  shard: RemoteShard,
  job: Parameters<HttpStore['countMatching']>[0],
): Promise<{ readonly count: number; readonly sample: readonly string[] }> {
  let count = 0
  const sample: string[] = []
  for (let after: string | null = job.after; after !== null;) {
    const part: Awaited<ReturnType<HttpStore['countMatching']>> = await askShard(shard, 'countMatching', {
      ...job,
      after,
    })
    count += part.count
    sample.push(...part.sample.slice(0, SAMPLE - sample.length))
    after = part.next
  }
  return { count, sample }
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
    ratePerSecond: first.ratePerSecond === null ? null : sum((part) => part.ratePerSecond ?? 0),
    done: sum((part) => part.done),
    skipped: sum((part) => part.skipped),
    nextAtMs: nextAtMs.length === 0 ? null : Math.min(...nextAtMs),
    endedAtMs: state.state === 'running' ? null : Math.max(...times((part) => part.endedAtMs)),
  }
}
