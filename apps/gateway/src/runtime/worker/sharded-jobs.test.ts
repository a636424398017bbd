import { describe, expect, test } from 'bun:test'
import type { HttpStore, Job, NewJob } from '../../store/port.ts'
import type { RemoteShard } from './remote-shard.ts'
import { createShardedJobs } from './sharded-jobs.ts'

const JOB: NewJob = {
  id: 'job_1',
  action: 'resend',
  filter: {},
  ratePerSecond: 10,
  by: 'tests',
  why: 'a test',
  createdAtMs: 1,
  expected: 9,
}

/** Shards that have so many deliveries each, and when each was told to begin. */
function shardsWith(...counts: readonly number[]) {
  const added: (number | undefined)[] = counts.map(() => undefined)
  const shards = counts.map((count, index): RemoteShard => {
    const jobs: Job[] = []
    const answers: Partial<Record<keyof HttpStore, (...of: readonly unknown[]) => unknown>> = {
      countMatching: () => ({ count, sample: [], next: null }),
      addJob: (job, firstAtMs) => {
        const made = job as NewJob
        added[index] = firstAtMs as number
        const state = {
          state: 'running',
          done: 0,
          skipped: 0,
          nextAtMs: 1,
          endedAtMs: null,
          cancelledBy: null,
        } as const
        jobs.push({ ...made, ...state })
        return jobs[0]
      },
      readJob: () => jobs[0] ?? null,
    }
    const ask = (method: keyof HttpStore, parameters: readonly unknown[]) =>
      Promise.resolve({ ok: true, result: answers[method]?.(...parameters) } as const)
    const no = () => Promise.reject(new Error('a job accepts nothing'))
    return { ask, accept: no, acceptAll: no, acceptHeld: no, findHeld: no, call: no }
  })
  const jobs = createShardedJobs(
    (ask) => Promise.all(shards.map((shard, index) => ask(shard, index))),
    () => Promise.reject(new Error('nothing is listed')),
  )
  return { jobs, added }
}

describe('a job with a rate', () => {
  test.each<[string, readonly number[], readonly (number | undefined)[]]>([
    ['is that of the only shard with something to do', [0, 7, 0], [undefined, 1, undefined]],
    ['begins in each shard when those before have ended', [1, 0, 4, 2], [1, undefined, 101, 501]],
    ['is that of one shard where there is nothing to do', [0, 0], [1, undefined]],
  ])('%s', async (_, counts, firsts) => {
    const { jobs, added } = shardsWith(...counts)
    const job = await jobs.addJob(JOB)
    expect(added).toEqual([...firsts])
    expect([job.ratePerSecond, (await jobs.readJob('job_1'))?.ratePerSecond]).toEqual([10, 10])
  })

  test('begins in all at once where none was asked for, and nothing is counted for it', async () => {
    const { jobs, added } = shardsWith(0, 5)
    expect((await jobs.addJob({ ...JOB, ratePerSecond: null })).ratePerSecond).toBeNull()
    expect(added).toEqual([1, 1])
  })
})
