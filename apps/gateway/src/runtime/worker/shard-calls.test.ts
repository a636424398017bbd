import { expect, test } from 'bun:test'
import type { Item } from '../../flow/store-all.ts'
import type { HttpStore, NewJob } from '../../store/port.ts'
import { PLATFORM_LIMITS } from './limits.ts'
import { createPlaces, tagOf } from './places.ts'
import type { RemoteShard, ShardAt } from './remote-shard.ts'
import { createShardedIntakeAll } from './sharded-intake-all.ts'
import { createShardedStore } from './sharded-store.ts'

/** Calls of objects that the platform allows in one request, less those for the key, the answer that is kept, and all gates. */
const ALLOWED = 1000 - 100
const { shards: SHARDS } = PLATFORM_LIMITS
const places = createPlaces([100, 100, SHARDS - 200], () => 0)

const newId = (prefix: string) => `${prefix}_0123456789ABCDEFGHJKMNPQRS`
const JOB: NewJob = {
  id: 'job_1',
  action: 'resend',
  filter: {},
  ratePerSecond: null,
  by: 'tests',
  why: 'a test',
  createdAtMs: 1,
  expected: 9,
}
const FOUND = { rows: [], next: null, searched: { fromMs: null, toMs: null }, lost: false }
const RESULTS: Partial<Record<keyof HttpStore, unknown>> = {
  readChanges: { changes: [], position: '1', more: false, lost: false },
  countDeliveries: [],
  cancelJob: true,
  countMatching: { count: 1, sample: [], next: null },
  addJob: { ...JOB, state: 'running', done: 0, skipped: 0, nextAtMs: 1, endedAtMs: null },
  readJob: null,
}
const STORED = { kind: 'stored', acceptance: { eventId: 'evt_1', deliveries: [] } } as const

/** Shards that note how often they are asked, whatever it is. */
function shards() {
  const calls: string[] = []
  const shardAt: ShardAt = (place): RemoteShard => {
    const answering = <Result>(result: Result) => {
      calls.push(tagOf(place))
      return Promise.resolve({ ok: true, result } as const)
    }
    return {
      accept: () => answering(STORED),
      acceptHeld: () => answering(null),
      acceptAll: (events, mode) => answering(events.map(() => (mode === 'look' ? { kind: 'withheld' } : STORED))),
      // Each of the older ones keeps some of what was its own, and so is asked to take it.
      findHeld: (addresses) => answering(addresses.map(({ idempotencyKey }) => Number(idempotencyKey) % 2 === 0)),
      call: () => answering(null),
      ask: (method) => answering(RESULTS[method] ?? FOUND),
    }
  }
  return { calls, shardAt, store: createShardedStore(places, shardAt, PLATFORM_LIMITS) }
}

const PAGE = { limit: 100, maxBytes: 1000 }

test.each<[string, (store: HttpStore) => Promise<unknown>]>([
  ['events', (store) => store.listEvents(PAGE)],
  ['deliveries', (store) => store.listDeliveries(PAGE)],
  ['attempts', (store) => store.listAttempts(PAGE)],
  ['jobs', (store) => store.listJobs(PAGE)],
  ['a search', (store) => store.searchDeliveries({ ...PAGE, match: {}, words: 'ada', from: undefined })],
  ['changes', (store) => store.readChanges({ ...PAGE, after: null, match: {} })],
  ['counts', (store) => store.countDeliveries()],
  ['a check', (store) => store.check(0)],
  ['a dry run', (store) => store.countMatching({ ...JOB, after: '' })],
  ['a job', (store) => store.addJob(JOB)],
  ['a job with a rate', (store) => store.addJob({ ...JOB, ratePerSecond: 10 })],
  ['the state of a job', (store) => store.readJob('job_1')],
  ['the end of a job', (store) => store.cancelJob({ id: 'job_1', by: 'tests', atMs: 1 })],
])('with as many shards as there may be the platform allows all calls for %s', async (_, ask) => {
  const { calls, store } = shards()
  await ask(store)
  expect(new Set(calls).size).toBe(SHARDS)
  expect(calls.length).toBeLessThan(ALLOWED)
})

test('with as many shards as there may be the platform allows all calls for a batch that reaches each of them', async () => {
  const { calls, shardAt } = shards()
  const items = Array.from({ length: 4000 }, (_, index): Item => {
    const idempotencyKey = String(index)
    return {
      address: { source: 'demo', idempotencyKey, shardKey: null },
      make: (idAt) => ({
        id: idAt('evt'),
        source: 'demo',
        idempotencyKey,
        keyWindowMs: 1000,
        receivedAtMs: 1,
        contentType: 'application/json',
        body: new Uint8Array([1]),
        deliveries: [],
      }),
    }
  })
  const kept = await createShardedIntakeAll(places, shardAt, newId)(items, 'strict')
  expect(new Set(kept.map(({ kind }) => kind))).toEqual(new Set(['stored']))
  expect(new Set(calls).size).toBe(SHARDS)
  // Whether it keeps something of it, whether it could take its part, and to take it.
  expect(calls.length).toBeLessThanOrEqual(3 * SHARDS)
})
