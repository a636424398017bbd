import { expect, test } from 'bun:test'
import { representJob } from '../../api/represent.ts'
import { createIds } from '../../ids.ts'
import type { NewJob, Store } from '../../store/port.ts'
import { createSqliteStore } from '../../store/sqlite.ts'
import { openSqlite } from '../bun/sqlite.ts'
import { answer } from './answer.ts'
import type { RemoteShard } from './remote-shard.ts'
import { createShardedJobs } from './sharded-jobs.ts'

const BEGAN = 1_700_000_000_000
const no = () => Promise.reject(new Error('a job accepts nothing'))
const newId = createIds(
  () => BEGAN - 1,
  (bytes) => void crypto.getRandomValues(bytes),
)

/** A store with so many dead deliveries. */
async function storeWith(count: number): Promise<Store> {
  const store = createSqliteStore({ database: openSqlite(':memory:'), newId, defer: queueMicrotask })
  const deliveries = Array.from({ length: count }, () => ({
    id: newId('dlv'),
    route: 'r',
    destination: 'd',
    operation: 'o',
    payload: {},
    reason: { code: 'SOME_CODE', detail: 'some words' },
    orderingKey: null,
    gather: null,
  }))
  await store.accept({
    id: newId('evt'),
    source: 'demo',
    idempotencyKey: null,
    keyWindowMs: 1000,
    receivedAtMs: BEGAN - 1,
    contentType: 'application/json',
    body: new Uint8Array([1]),
    deliveries,
  })
  return store
}

const shardOf = (store: Store): RemoteShard => ({
  ask: (method, parameters) =>
    answer(async () => (store[method] as (...of: readonly unknown[]) => Promise<unknown>)(...parameters)),
  accept: no,
  acceptAll: no,
  acceptHeld: no,
  findHeld: no,
  call: no,
})

/** Plays a job over such shards on a clock of its own. Returns what was decided when, and the last time that its end was told. */
async function play(counts: readonly number[], ratePerSecond: number) {
  const stores = await Promise.all(counts.map(storeWith))
  const jobs = createShardedJobs(
    (ask) => Promise.all(stores.map((store, index) => ask(shardOf(store), index))),
    () => Promise.reject(new Error('nothing is listed')),
  )
  const expected = counts.reduce((sum, count) => sum + count, 0)
  const asked: NewJob = {
    id: 'job_1',
    action: 'resend',
    filter: {},
    ratePerSecond,
    by: 'tests',
    why: 'a test',
    createdAtMs: BEGAN,
    expected,
  }
  const begun = representJob(await jobs.addJob(asked), BEGAN)
  const decided: { readonly atMs: number; readonly count: number }[] = []
  let done = 0
  for (let nowMs = BEGAN; ;) {
    for (const store of stores) {
      for (;;) {
        const { nextAtMs } = await store.stepJobs({ nowMs, limit: 100 })
        if (nextAtMs === null || nextAtMs > nowMs) break
      }
    }
    const job = await jobs.readJob('job_1')
    if (job === null) throw new Error('the job is gone')
    if (job.done > done) decided.push({ atMs: nowMs, count: job.done - done })
    done = job.done
    const { nextAt, estimatedEndAt } = representJob(job, nowMs)
    if (nextAt === null || job.nextAtMs === null) return { decided, done, job, endsAtMs: atMs(begun.estimatedEndAt) }
    expect(atMs(estimatedEndAt)).toBeGreaterThanOrEqual(atMs(nextAt))
    nowMs = job.nextAtMs
  }
}

const atMs = (instant: string | null): number => Date.parse(instant ?? '')

/** The most that is decided in any second. */
const mostInASecond = (decided: readonly { readonly atMs: number; readonly count: number }[]): number =>
  Math.max(
    ...decided.map(({ atMs: from }) =>
      decided.filter(({ atMs: at }) => at >= from && at < from + 1000).reduce((sum, { count }) => sum + count, 0),
    ),
  )

/** Any spread and rate, the same ones each time. */
function anySpread(seed: number): [readonly number[], number] {
  let state = seed * 2_654_435_761
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const most = [2, 10, 60][next(3)] ?? 1
  const counts = Array.from({ length: 1 + next(12) }, () => next(most))
  return [counts, (1 + next([20, 300, 9000][next(3)] ?? 1)) / 10]
}

test.each<[readonly number[], number]>([
  [[1, 1, 1, 1, 1, 1, 1, 1], 1],
  [[3, 2], 1],
  [[0, 7, 0, 1, 0], 0.3],
  [[1, 30, 1, 5], 2.5],
  [[40, 0, 3, 17], 5],
  [[15, 15, 15, 1], 20],
  [[33, 8, 90, 2, 1], 29],
  [[150, 1, 149], 59],
  [Array.from({ length: 64 }, (_, index) => index % 2), 1],
  [[700, 300, 1, 900], 1000],
  ...Array.from({ length: 40 }, (_, seed) => anySpread(seed)),
])(
  'over shards with %p deliveries no second has more than a rate of %p, and it ends as it says',
  async (counts, rate) => {
    const { decided, done, job, endsAtMs } = await play(counts, rate)
    expect(done).toBe(counts.reduce((sum, count) => sum + count, 0))
    expect(mostInASecond(decided)).toBeLessThanOrEqual(Math.ceil(rate))
    expect(job).toMatchObject({ state: 'done', ratePerSecond: rate })
    const tookMs = (job.endedAtMs ?? 0) - BEGAN
    // The first is decided about at once, the last step of a shard may be less than a whole one, and the end is told without that.
    expect(Math.abs(endsAtMs - BEGAN - tookMs)).toBeLessThanOrEqual(1000 / rate + 100 * counts.length)
  },
)
