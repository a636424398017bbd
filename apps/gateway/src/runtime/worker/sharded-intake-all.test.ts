import { describe, expect, test } from 'bun:test'
import { StoreError } from '@sluice/errors'
import type { Item, ItemResult } from '../../flow/store-all.ts'
import { RequestError } from '../../problem.ts'
import type { NewEvent } from '../../store/port.ts'
import { openSqlite } from '../bun/sqlite.ts'
import { answer } from './answer.ts'
import { createPlaces, type Place, tagOf } from './places.ts'
import type { RemoteShard } from './remote-shard.ts'
import type { Shard } from './shard.ts'
import { newId, NOW, openShardAlone } from './shard-alone.ts'
import { createShardedIntakeAll } from './sharded-intake-all.ts'

const openOne = (): Promise<Shard> =>
  openShardAlone(openSqlite(':memory:'), { limits: { pageBytes: 100_000, answerBytes: 100_000, rowBytes: 30_000 } })

/** What a test does to the calls of a shard. */
interface Faults {
  /** Told before each call to store; what it throws is what the call ends with. */
  before: (place: Place, mode: string) => void | Promise<void>
}

/** Shards of several generations, and an intake over them. */
async function workbench() {
  const faults: Faults = { before: () => undefined }
  const shards = new Map<string, Shard>()
  const calls: string[] = []
  for (const { tag } of [...tagsOf([4]), ...tagsOf([2, 4])]) if (!shards.has(tag)) shards.set(tag, await openOne())
  const shardAt = (place: Place): RemoteShard => {
    const shard = shards.get(tagOf(place))
    if (shard === undefined) throw new Error('no such shard')
    const remote: unknown = {
      acceptAll: (events: readonly NewEvent[], mode: 'lenient' | 'strict' | 'look') =>
        answer(async () => {
          calls.push(`${tagOf(place)} ${mode}`)
          await faults.before(place, mode)
          return shard.acceptAll(events, mode)
        }),
      findHeld: (addresses: Parameters<Shard['findHeld']>[0]) =>
        answer(() => Promise.resolve(shard.findHeld(addresses))),
    }
    return remote as RemoteShard
  }
  const intakeOf = (...generations: readonly number[]) =>
    createShardedIntakeAll(
      createPlaces(generations, () => 0),
      shardAt,
      newId,
    )
  const stored = async () => {
    const pages = await Promise.all([...shards.values()].map((shard) => shard.asked.listEvents({ limit: 100 })))
    return pages.flatMap(({ rows }) => rows.map(({ id }) => id)).toSorted()
  }
  return { faults, calls, intakeOf, stored }
}

const tagsOf = (generations: readonly number[]) =>
  createPlaces(generations, () => 0).all.map((place) => ({ tag: tagOf(place) }))

function item(key: string | null, body = `body of ${key}`, shardKey: string | null = null): Item {
  return {
    address: { source: 'demo', idempotencyKey: key, shardKey },
    make: (idAt) => ({
      id: idAt('evt'),
      source: 'demo',
      idempotencyKey: key,
      keyWindowMs: 1000,
      receivedAtMs: NOW,
      contentType: 'application/json',
      body: new TextEncoder().encode(body),
      deliveries: [],
    }),
  }
}

/** Enough keys for every shard to have some. */
const KEYS = Array.from({ length: 20 }, (_, index) => `batch ${index}`)
const items = () => KEYS.map((key) => item(key))
const kinds = (results: readonly ItemResult[]) => results.map(({ kind }): string => kind)
const idOf = (result: ItemResult | undefined) =>
  result !== undefined && 'acceptance' in result ? result.acceptance.eventId : null
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof RequestError || error instanceof StoreError ? error.code : String(error)),
  )

describe('a batch over several shards', () => {
  test('lies where the keys of its items belong, in one call to each, and is found there again', async () => {
    const { intakeOf, calls, stored } = await workbench()
    const first = await intakeOf(4)(items(), 'lenient')
    expect(kinds(first)).toEqual(KEYS.map(() => 'stored'))
    expect(calls.toSorted()).toEqual(['000 lenient', '001 lenient', '002 lenient', '003 lenient'])
    const again = await intakeOf(4)(items(), 'strict')
    expect(again.map(idOf)).toEqual(first.map(idOf))
    expect((await stored()).length).toBe(KEYS.length)
  })

  test('without any key lies in one, and so needs no look', async () => {
    const { intakeOf, calls } = await workbench()
    await intakeOf(2)([item(null, 'a'), item(null, 'b')], 'strict')
    expect(calls).toEqual(['000 strict'])
  })

  test('is all or nothing over all of them: what one could not take, none stores', async () => {
    const { intakeOf, stored } = await workbench()
    await intakeOf(2)([item('batch 7', 'another body')], 'lenient')
    const results = await intakeOf(2)(items(), 'strict')
    expect(kinds(results)).toEqual(KEYS.map((key) => (key === 'batch 7' ? 'conflict' : 'withheld')))
    expect((await stored()).length).toBe(1)
  })

  test('is all or nothing: what cannot be mapped is found before any shard is asked', async () => {
    const { intakeOf, calls } = await workbench()
    const unmapped: Item = { ...item('batch 3'), make: () => Promise.reject(new RequestError('MAPPING_REFUSED')) }
    expect(kinds(await intakeOf(2)([...items(), unmapped], 'strict'))).toEqual([
      ...KEYS.map(() => 'withheld'),
      'refused',
    ])
    expect(calls).toEqual([])
    expect(kinds(await intakeOf(2)([...items(), unmapped], 'lenient'))).toEqual([
      ...KEYS.map(() => 'stored'),
      'refused',
    ])
  })

  test.each(['lenient', 'strict'] as const)(
    'of which a shard failed in the middle is completed by the same batch, and nothing is there twice: %s',
    async (handling) => {
      const { intakeOf, faults, stored } = await workbench()
      faults.before = ({ shard }, mode) => {
        if (shard === 1 && mode !== 'look') throw new StoreError('STORE_UNAVAILABLE', 'the object died')
      }
      expect(await codeOf(intakeOf(2)(items(), handling))).toBe('BATCH_INCOMPLETE')
      const part = await stored()
      expect(part.length).toBeGreaterThan(0)
      expect(part.length).toBeLessThan(KEYS.length)
      faults.before = () => undefined
      const results = await intakeOf(2)(items(), handling)
      expect(new Set(kinds(results))).toEqual(new Set(['stored', 'repeated']))
      expect(await stored()).toEqual(results.map((result) => idOf(result) ?? '').toSorted())
      expect((await stored()).filter((id) => part.includes(id))).toEqual(part)
    },
  )

  test('of which a shard fails while it is looked at leaves nothing behind', async () => {
    const { intakeOf, faults, stored } = await workbench()
    faults.before = ({ shard }, mode) => {
      if (shard === 1 && mode === 'look') throw new StoreError('STORE_FULL', 'full')
    }
    expect(await codeOf(intakeOf(2)(items(), 'strict'))).toBe('STORE_FULL')
    expect(await stored()).toEqual([])
  })

  test('in one shard that fails left nothing behind, and says so', async () => {
    const { intakeOf, faults, stored } = await workbench()
    faults.before = () => {
      throw new StoreError('STORE_FULL', 'full')
    }
    expect(await codeOf(intakeOf(1)(items(), 'lenient'))).toBe('STORE_FULL')
    expect(await stored()).toEqual([])
  })

  test('whose key another request takes between look and store is told so, and keeps the rest', async () => {
    const { intakeOf, faults, stored } = await workbench()
    let raced: readonly ItemResult[] = []
    faults.before = async (_, mode) => {
      if (mode === 'look') return
      faults.before = () => undefined
      raced = await intakeOf(2)(
        KEYS.map((key) => item(key, 'another body')),
        'lenient',
      )
    }
    const results = await intakeOf(2)(items(), 'strict')
    // Whoever came first has a key; nothing is lost, and nothing is there twice.
    expect(new Set(kinds(results))).toEqual(new Set(['stored', 'conflict']))
    expect(kinds(raced)).toEqual(kinds(results).map((kind) => (kind === 'stored' ? 'conflict' : 'stored')))
    expect((await stored()).length).toBe(KEYS.length)
  })
})

describe('a batch after shards were added', () => {
  test('is found where an older generation has it, and else goes to the newest', async () => {
    const { intakeOf, stored } = await workbench()
    const before = await intakeOf(2)(items(), 'lenient')
    const after = await intakeOf(2, 4)([...items(), item('new 1'), item('new 2')], 'strict')
    expect(after.slice(0, KEYS.length).map(idOf)).toEqual(before.map(idOf))
    expect(kinds(after).slice(KEYS.length)).toEqual(['stored', 'stored'])
    expect(after.slice(KEYS.length).map((result) => idOf(result)?.slice(14, 15))).toEqual(['1', '1'])
    expect((await stored()).length).toBe(KEYS.length + 2)
  })
})
