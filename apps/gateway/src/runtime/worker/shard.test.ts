import { describe, expect, test } from 'bun:test'
import { LOOKED_AT } from '../../store/filter.ts'
import type { NewEvent } from '../../store/port.ts'
import { openSqlite } from '../bun/sqlite.ts'
import { newId, NOW, openShardAlone } from './shard-alone.ts'

const MORE_THAN_A_LOOK = LOOKED_AT + 1

/** A shard without destinations, whose database has some size. */
async function workbench(bytes = 0, isSet = false) {
  const asked: string[] = []
  const shard = await openShardAlone(openSqlite(':memory:'), {
    bytes,
    clock: { soon: (destination = 'all') => void asked.push(destination), isSet: () => Promise.resolve(isSet) },
  })
  return { shard, asked }
}

const event = (fields: Partial<NewEvent> = {}): NewEvent => ({
  id: newId('evt'),
  source: 'demo',
  idempotencyKey: 'k',
  keyWindowMs: 1000,
  receivedAtMs: NOW,
  contentType: 'application/json',
  body: new Uint8Array([1]),
  deliveries: [],
  ...fields,
})

const delivery = (orderingKey: string | null) => ({
  id: newId('dlv'),
  route: 'r',
  destination: 'd',
  operation: 'o',
  payload: {},
  reason: null,
  orderingKey,
  gather: null,
})

describe('a shard', () => {
  test('sets its alarm with an event that has something to deliver', async () => {
    const { shard, asked } = await workbench()
    await shard.accept(event({ deliveries: [delivery(null)] }))
    await shard.accept(event({ idempotencyKey: null }))
    expect(asked).toEqual(['all', 'd'])
  })

  test('goes on with its index after a search that did not come to everything, and only then', async () => {
    const { shard, asked } = await workbench()
    const search = () =>
      shard.asked.searchEvents({ match: {}, words: 'ada', from: undefined, limit: 10, maxBytes: 100_000 })
    expect((await search()).searched).toEqual({ fromMs: null, toMs: null })
    expect(asked).toEqual(['all'])
    const body = new TextEncoder().encode(JSON.stringify('x '.repeat(150_000)))
    for (let stored = 0; stored < 20; stored += 1)
      await shard.accept(event({ id: newId('evt'), idempotencyKey: null, body }))
    expect((await search()).searched.toMs).toBe(NOW)
    expect(asked).toEqual(['all', 'all'])
  })

  test('near its limit takes nothing, and is not ready', async () => {
    const { shard } = await workbench(100)
    const code = (work: Promise<unknown>) => work.catch((error: { code: string }) => error.code)
    expect([await code(shard.accept(event())), await code(shard.asked.check(NOW))]).toEqual([
      'STORE_FULL',
      'STORE_FULL',
    ])
  })

  test.each<[string, Partial<NewEvent>, string | null, 'repeated' | 'stored' | null]>([
    ['one whose key it knows', {}, null, 'repeated'],
    ['one whose shard key something waits with', { idempotencyKey: 'other' }, 'ada', 'stored'],
    ['none with another key', { idempotencyKey: 'other' }, 'bea', null],
    ['none without a key', { idempotencyKey: null }, null, null],
  ])('of an older generation keeps %s', async (_, fields, shardKey, kept) => {
    const { shard } = await workbench()
    await shard.accept(event({ deliveries: [delivery('ada')] }))
    expect((await shard.acceptHeld(event(fields), shardKey))?.kind ?? null).toBe(kept)
  })
})

test('a shard counts what a job would decide about to its end, in one call', async () => {
  const { shard } = await workbench(0, false)
  const deliveries = Array.from({ length: MORE_THAN_A_LOOK }, () => delivery(null))
  await shard.accept(event({ deliveries }))
  const job = { action: 'resend', filter: { state: 'pending' } } as const
  const { count, sample, next } = await shard.asked.countMatching({ ...job, after: '' })
  expect([count, sample.length, next]).toEqual([MORE_THAN_A_LOOK, 20, null])
})

describe('a shard that is opened', () => {
  test('looks at once at all that it has', async () => {
    expect((await workbench()).asked).toEqual(['all'])
  })

  test('asks for no look where its alarm is in time', async () => {
    expect((await workbench(0, true)).asked).toEqual([])
  })
})
