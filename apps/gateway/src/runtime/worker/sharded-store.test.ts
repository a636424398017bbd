import { describe, expect, test } from 'bun:test'
import type { DeliveryRow, NewEvent, Page } from '../../store/port.ts'
import { createPlaces, type Place, tagOf } from './places.ts'
import type { RemoteShard } from './remote-shard.ts'
import { createShardedIntake, createShardedStore } from './sharded-store.ts'

const SHARDS = 5
const places = createPlaces([SHARDS], () => 0)
const newId = (prefix: string) => `${prefix}_0123456789ABCDEFGHJKMNPQRS`

/** Shards that answer whatever they are asked in the same way, and how many were asked at once at most. */
function shards(answered: (place: Place) => ReturnType<RemoteShard['ask']>) {
  const asked = { now: 0, most: 0 }
  const ask = async (place: Place) => {
    asked.now += 1
    asked.most = Math.max(asked.most, asked.now)
    await Promise.resolve()
    const answer = await answered(place)
    asked.now -= 1
    return answer
  }
  const shardAt = (place: Place) => {
    const shard: unknown = { ask: () => ask(place), accept: () => ask(place) }
    return shard as RemoteShard
  }
  return { asked, shardAt, store: createShardedStore(places, shardAt, { pageBytes: 60, pagesAtOnce: 2 }) }
}

/** A delivery of a shard; as JSON it has 20 bytes. */
const row = (place: Place, number: number) => ({ id: `dlv_${number}_${tagOf(place)}` }) as DeliveryRow

/** The shards of this test do not look into it. */
const event = {} as NewEvent

const pageOf = (place: Place): Page<DeliveryRow> => ({ rows: [row(place, 2), row(place, 1)], next: null })

describe('a list of many shards', () => {
  test('is asked of a few at a time, and is no longer than one page may be', async () => {
    const { asked, store } = shards((place) => Promise.resolve({ ok: true, result: pageOf(place) }))
    const { rows, next } = await store.listDeliveries({ limit: 100 })
    expect(asked.most).toBe(2)
    expect(rows.map(({ id }) => id)).toEqual(['dlv_2_004', 'dlv_2_003', 'dlv_2_002'])
    expect(next).toBe('dlv_2_002')
  })

  test('ends at its limit, whichever of them are asked last', async () => {
    const { store } = shards((place) => Promise.resolve({ ok: true, result: pageOf(place) }))
    expect((await store.listDeliveries({ limit: 2 })).rows.map(({ id }) => id)).toEqual(['dlv_2_004', 'dlv_2_003'])
  })
})

describe('a shard near its limit', () => {
  const full = { ok: false, code: 'STORE_FULL', message: 'store: a shard is near its limit' } as const
  const { shardAt, store } = shards((place) => Promise.resolve(place.shard === 3 ? full : { ok: true, result: null }))

  test('makes the Worker unready', async () => {
    await expect(store.check(0)).rejects.toMatchObject({ code: 'STORE_FULL' })
  })

  test('refuses its events, and no other shard does', async () => {
    const intake = createShardedIntake(places, shardAt, newId)
    const keys = Array.from({ length: 40 }, (_, index) => `key-${index}`)
    const outcomes = keys.map(async (key) => {
      const stored = intake({ source: 'demo', idempotencyKey: key, shardKey: null }, () => event)
      return { shard: places.ofKey(key).now.shard, stored: await stored.then(() => 'stored', codeOf) }
    })
    for (const { shard, stored } of await Promise.all(outcomes))
      expect(stored).toBe(shard === 3 ? 'STORE_FULL' : 'stored')
  })
})

const codeOf = (error: unknown): unknown => (error as { readonly code?: unknown }).code
