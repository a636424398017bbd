import { describe, expect, test } from 'bun:test'
import { MAX_QUERY_LENGTH } from '../../http/request-limits.ts'
import { createIds } from '../../ids.ts'
import type { ChangesRead, HttpStore, NewEvent, Store } from '../../store/port.ts'
import { createSqliteStore } from '../../store/sqlite.ts'
import { openSqlite } from '../bun/sqlite.ts'
import { answer } from './answer.ts'
import { PLATFORM_LIMITS } from './limits.ts'
import { createPlaces, idsAt, type Place, tagOf } from './places.ts'
import { readPositions, writePositions } from './positions.ts'
import type { RemoteShard } from './remote-shard.ts'
import { createShardedStore } from './sharded-store.ts'

const NOW = 1_700_000_000_000
const SHARDS = 3
const EVENTS = 40
const LIMITS = { pageBytes: 1_000_000, pagesAtOnce: 2 }
const PAGE = { match: {}, limit: 100, maxBytes: 1_000_000 }
const places = createPlaces([SHARDS], () => 0)

/** What no reading asks of a shard. */
const notAsked = (): never => {
  throw new Error('a reading asks for no such thing')
}

const UNASKED = { accept: notAsked, acceptAll: notAsked, acceptHeld: notAsked, findHeld: notAsked, call: notAsked }

/** Shards with stores of their own, as the edge sees them, and what puts an event into one. */
function shards() {
  let nowMs = NOW
  const newId = createIds(
    () => (nowMs += 1),
    (bytes) => void crypto.getRandomValues(bytes),
  )
  const stores = new Map<string, Store>(
    places.all.map((place) => [
      tagOf(place),
      createSqliteStore({ database: openSqlite(':memory:'), newId: idsAt(newId, place), defer: setImmediate }),
    ]),
  )
  const storeAt = (place: Place): Store => {
    const store = stores.get(tagOf(place))
    if (store === undefined) throw new Error('no such shard')
    return store
  }
  const shardAt = (place: Place): RemoteShard => ({
    ...UNASKED,
    ask: (method: keyof HttpStore, parameters) =>
      answer(() => (storeAt(place)[method] as (...of: readonly unknown[]) => Promise<unknown>)(...parameters)),
  })
  const put = async (index: number): Promise<readonly string[]> => {
    const place = { generation: 0, shard: (index * index) % SHARDS }
    const ids = idsAt(newId, place)
    const deliveries = ['a', 'b'].map((route) => ({
      id: ids('dlv'),
      route,
      destination: 'alpha',
      operation: 'o',
      payload: null,
      reason: null,
      orderingKey: null,
      gather: null,
    }))
    const event: NewEvent = {
      id: ids('evt'),
      source: 'demo',
      idempotencyKey: null,
      keyWindowMs: 0,
      receivedAtMs: nowMs,
      contentType: 'application/json',
      body: new TextEncoder().encode(JSON.stringify({ email: 'ana@example.com', index })),
      deliveries,
    }
    await storeAt(place).accept(event)
    return deliveries.map(({ id }) => id)
  }
  return { store: createShardedStore(places, shardAt, LIMITS), put, storeAt }
}

describe('a search of many shards', () => {
  test.each([1, 3, 7, 200])('finds all without a gap or a double, %d at a time, the newest first', async (limit) => {
    const { store, put } = shards()
    const put1 = []
    for (let index = 0; index < EVENTS; index += 1) put1.push(...(await put(index)))
    const found: string[] = []
    for (let from: string | undefined; ;) {
      const part = await store.searchDeliveries({ ...PAGE, words: 'ana@example.com', limit, from })
      expect(part.lost).toBe(false)
      found.push(...part.rows.map(({ row: { id } }) => id))
      if (part.next === null) break
      from = part.next
    }
    expect(found).toHaveLength(2 * EVENTS)
    expect(new Set(found)).toEqual(new Set(put1))
    expect(found).toEqual(put1.toSorted().toReversed())
  })

  test('has a place that a query takes, with as many shards as there may be', async () => {
    const { shards: count } = PLATFORM_LIMITS
    const many = createPlaces([count], () => 0)
    const found = (place: Place) => {
      const rows = ['dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1K', 'dlv_01KAPQ3Z8M4T6V9X2B5D7F0G1K'].map((made) => {
        const id = idsAt(() => made, place)('dlv')
        // Late in a large index; in the middle of an entry in few shards, since what belongs together is found together.
        return { row: { id }, position: place.shard < 10 ? `1234567.${id}` : '1234567' }
      })
      return { rows, next: '1234567' }
    }
    const shardAt = (place: Place): RemoteShard => ({
      ...UNASKED,
      ask: () =>
        answer(() => Promise.resolve({ ...found(place), searched: { fromMs: null, toMs: null }, lost: false })),
    })
    const { next } = await createShardedStore(many, shardAt, LIMITS).searchDeliveries({
      ...PAGE,
      words: 'ana',
      limit: count,
      from: undefined,
    })
    const query = new URLSearchParams([
      ['cursor', next ?? ''],
      ['limit', '200'],
      ['search', 'ana@example.com'],
    ])
    expect([...(readPositions(next ?? '', many.all) ?? [])]).toHaveLength(count)
    expect(query.toString().length).toBeLessThan(MAX_QUERY_LENGTH)
  })

  test('goes on from a place that an earlier version wrote', () => {
    expect([...(readPositions('000:17,001:5.dlv_1,002:-', places.all) ?? [])]).toEqual([
      ['000', '17'],
      ['001', '5.dlv_1'],
      ['002', '-'],
    ])
  })

  test('is lost from a place that is none', async () => {
    const { store } = shards()
    for (const from of ['', 'x', '12.dlv_1', '999:1', '000:1,000:2', '000:x']) {
      expect(await store.searchEvents({ ...PAGE, words: 'ana', from })).toMatchObject({ rows: [], lost: true })
    }
  })
})

describe('changes of many shards', () => {
  /** Reads to the end from a place, some changes at a time. */
  async function readOn(store: HttpStore, after: string | null, limit: number): Promise<readonly ChangesRead[]> {
    const reads: ChangesRead[] = []
    for (let place = after; ;) {
      const read = await store.readChanges({ ...PAGE, limit, after: place })
      reads.push(read)
      if (!read.more) return reads
      place = read.position
    }
  }
  const idsOf = (reads: readonly ChangesRead[]) =>
    reads.flatMap((read) => read.changes.map(({ delivery }) => delivery.id))

  test('are told from wherever a reader was, each once', async () => {
    const { store, put } = shards()
    const [begin] = await readOn(store, null, 100)
    const all: string[] = []
    for (let index = 0; index < EVENTS; index += 1) all.push(...(await put(index)))
    const reads = await readOn(store, begin?.position ?? '', 7)
    expect(idsOf(reads).toSorted()).toEqual(all.toSorted())
    // Whatever change a reader saw last, it gets all others and no other.
    const told = reads.flatMap(({ changes }) => changes)
    for (const [index, { position }] of told.entries()) {
      const rest = idsOf(await readOn(store, position, 50))
      expect([...told.slice(0, index + 1).map(({ delivery }) => delivery.id), ...rest].toSorted()).toEqual(
        all.toSorted(),
      )
    }
  })

  test('of a shard that was added since are told from its beginning', async () => {
    const { store, put } = shards()
    const [begin] = await readOn(store, null, 100)
    const known = readPositions(begin?.position ?? '', places.all) ?? new Map()
    const without = writePositions(new Map([...known].slice(0, 1)))
    const all: string[] = []
    for (let index = 0; index < EVENTS; index += 1) all.push(...(await put(index)))
    expect(idsOf(await readOn(store, without, 100)).toSorted()).toEqual(all.toSorted())
  })

  test('are lost where one shard no longer keeps them, or the place is none', async () => {
    const { store, put, storeAt } = shards()
    for (let index = 0; index < EVENTS; index += 1) await put(index)
    const { position } = (await readOn(store, null, 100))[0] ?? {}
    expect((await store.readChanges({ ...PAGE, after: position ?? '' })).lost).toBe(false)
    const first = '000:0,001:0,002:0'
    expect((await store.readChanges({ ...PAGE, after: first })).lost).toBe(false)
    await storeAt({ generation: 0, shard: 1 }).removeEnded({ beforeMs: NOW * 2, after: '', limit: 100 })
    expect(await store.readChanges({ ...PAGE, after: first })).toMatchObject({ changes: [], lost: true })
    for (const none of ['', '12', '999:1', '000:99999']) {
      expect((await store.readChanges({ ...PAGE, after: none })).lost).toBe(true)
    }
  })
})
