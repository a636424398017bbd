import { describe, expect, test } from 'bun:test'
import { openSqlite } from '@sluice/gateway/bun'
import { type Attempt, createSqliteStore, type SqlDatabase, type SqlRow } from '@sluice/gateway/store'
import { attempt, bytes, delivery, event, LEASE_MS, leaseAll, NOW, result } from './fixtures.ts'

/** What of a row may be large, in bytes. */
const sizeOf = (row: SqlRow): number =>
  Object.values(row).reduce<number>((sum, value) => {
    if (value instanceof Uint8Array) return sum + value.byteLength
    return typeof value === 'string' && value.length > 100 ? sum + bytes(value).byteLength : sum
  }, 0)

/** A store with small limits, which counts what its database hands out. */
function openCounted(limits: { readonly pageBytes: number; readonly answerBytes: number }) {
  const database = openSqlite(':memory:')
  let handedOut = 0
  const counted: SqlDatabase = {
    ...database,
    all(sql, ...values) {
      const rows = database.all(sql, ...values)
      handedOut += rows.reduce((sum, row) => sum + sizeOf(row), 0)
      return rows
    },
  }
  let ids = 0
  const newId = (prefix: string) => `${prefix}_${(ids += 1)}`
  const store = createSqliteStore({ database: counted, newId, defer: queueMicrotask, limits })
  return {
    store,
    bytesOf: async <Result>(work: () => Promise<Result>) => {
      const before = handedOut
      const found = await work()
      return { found, bytes: handedOut - before }
    },
  }
}

const large = (length: number) => ({ note: 'é'.repeat(length / 2) })

describe('a page of deliveries', () => {
  test('reads no more than a page may have, and goes on from there', async () => {
    const { store, bytesOf } = openCounted({ pageBytes: 10_000, answerBytes: 10_000 })
    for (let number = 1; number <= 9; number += 1)
      await store.accept(
        event(`${number}`, { deliveries: [{ ...delivery(`${number}`, 'alpha'), payload: large(4000) }] }),
      )
    const seen: string[] = []
    let before: string | null = 'dlv_x'
    while (before !== null) {
      const from: string = before
      const page = await bytesOf(() => store.listDeliveries({ limit: 5, before: from }))
      expect(page.bytes).toBeLessThanOrEqual(10_000)
      expect(page.found.rows).not.toEqual([])
      seen.push(...page.found.rows.map(({ id }) => id))
      before = page.found.next
    }
    expect(seen).toEqual(Array.from({ length: 9 }, (_, index) => `dlv_${9 - index}`))
  })

  test('has one row that is larger, alone', async () => {
    const { store } = openCounted({ pageBytes: 1000, answerBytes: 1000 })
    await store.accept(event('1', { deliveries: [{ ...delivery('1', 'alpha'), payload: large(100) }] }))
    await store.accept(event('2', { deliveries: [{ ...delivery('2', 'alpha'), payload: large(4000) }] }))
    const first = await store.listDeliveries({ limit: 10 })
    expect([first.rows.map(({ id }) => id), first.next]).toEqual([['dlv_2'], 'dlv_2'])
    const second = await store.listDeliveries({ limit: 10, before: 'dlv_2' })
    expect([second.rows.map(({ id }) => id), second.next]).toEqual([['dlv_1'], null])
  })

  test('keeps the filter and the end of the look', async () => {
    const { store } = openCounted({ pageBytes: 2000, answerBytes: 2000 })
    for (const [id, destination] of [
      ['1', 'alpha'],
      ['2', 'beta'],
      ['3', 'alpha'],
    ] as const)
      await store.accept(event(id, { deliveries: [{ ...delivery(id, destination), payload: large(1500) }] }))
    const page = await store.listDeliveries({ limit: 10, destination: 'alpha', text: 'éé' })
    expect([page.rows.map(({ id }) => id), page.next]).toEqual([['dlv_3'], 'dlv_3'])
  })
})

/** A step with so much of a reply. */
function step(length: number): Attempt['steps'][number] {
  const request = { method: 'POST', url: 'https://alpha.test/', headers: {}, bodyBytes: 0 }
  const reply = { status: 500, headers: {}, body: 'x'.repeat(length), bodyBytes: length }
  return { purpose: 'delivery', request, reply, startedAtMs: NOW, endedAtMs: NOW }
}

/** Tries the only delivery so many times. */
async function tryOften(store: ReturnType<typeof openCounted>['store'], times: number, replyBytes: number) {
  for (let number = 1; number <= times; number += 1) {
    const [leased] = await leaseAll(store, 'alpha')
    const attempts = [{ ...attempt(number, 'busy', false), steps: [step(replyBytes)] }]
    await store.record(result(leased, { attempts, dueAtMs: NOW }))
  }
}

describe('a delivery', () => {
  test('is read with the newest of its attempts, as far as there is room', async () => {
    const { store, bytesOf } = openCounted({ pageBytes: 20_000, answerBytes: 20_000 })
    await store.accept(event('1', { deliveries: [{ ...delivery('1', 'alpha'), payload: large(6000) }] }))
    await tryOften(store, 7, 4000)
    const { found, bytes: read } = await bytesOf(() => store.readDelivery('dlv_1'))
    expect(read).toBeLessThanOrEqual(20_000)
    expect(found).toMatchObject({ payload: large(6000), payloadOmitted: false, attempts: 7, attemptsOmitted: 5 })
    expect(found?.history.map(({ number }) => number)).toEqual([6, 7])
  })

  test('is read whole where there is room', async () => {
    const { store } = openCounted({ pageBytes: 100_000, answerBytes: 100_000 })
    await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
    await tryOften(store, 3, 4000)
    const found = await store.readDelivery('dlv_1')
    expect(found).toMatchObject({ payloadOmitted: false, attemptsOmitted: 0 })
    expect(found?.history).toHaveLength(3)
  })
})

test('an event is read with the payloads of its first deliveries, and all of them are named', async () => {
  const { store, bytesOf } = openCounted({ pageBytes: 20_000, answerBytes: 20_000 })
  const deliveries = ['1', '2', '3', '4'].map((id) => ({ ...delivery(id, id), payload: large(6000) }))
  await store.accept(event('1', { body: new Uint8Array(5000), deliveries }))
  const { found, bytes: read } = await bytesOf(() => store.readEvent('evt_1'))
  expect(read).toBeLessThanOrEqual(20_000)
  expect(found?.body.byteLength).toBe(5000)
  expect(found?.deliveries.map(({ id, payload, payloadOmitted }) => [id, payload !== null, payloadOmitted])).toEqual([
    ['dlv_1', true, false],
    ['dlv_2', true, false],
    ['dlv_3', false, true],
    ['dlv_4', false, true],
  ])
})

describe('a lease with a number of bytes', () => {
  const request = { destination: 'alpha', leaseId: 'lse', nowMs: NOW, untilMs: NOW + LEASE_MS, limit: 10 }

  test('takes the longest due, as far as they go, and reads no others', async () => {
    const { store, bytesOf } = openCounted({ pageBytes: 1000, answerBytes: 1000 })
    const deliveries = ['1', '2', '3', '4'].map((id) => ({ ...delivery(id, 'alpha'), payload: large(3000) }))
    await store.accept(event('1', { deliveries }))
    const { found, bytes: read } = await bytesOf(() => store.lease({ ...request, batchRows: 1, maxBytes: 7000 }))
    expect(found.map(({ id }) => id)).toEqual(['dlv_1', 'dlv_2'])
    expect(read).toBeLessThanOrEqual(7000)
    const rest = await store.lease({ ...request, batchRows: 1, maxBytes: 7000 })
    expect(rest.map(({ id }) => id)).toEqual(['dlv_3', 'dlv_4'])
  })

  test('fills a batch no further than that', async () => {
    const { store } = openCounted({ pageBytes: 1000, answerBytes: 1000 })
    const gather = { key: 'k', maxRows: 1, maxAgeMs: 0 }
    const deliveries = ['1', '2', '3', '4', '5'].map((id) => ({
      ...delivery(id, 'alpha'),
      payload: large(3000),
      gather,
    }))
    await store.accept(event('1', { deliveries }))
    const leased = await store.lease({ ...request, limit: 1, batchRows: 5, maxBytes: 10_000 })
    expect(leased.map(({ id }) => id)).toEqual(['dlv_1', 'dlv_2', 'dlv_3'])
    expect(new Set(leased.map(({ batch }) => batch?.id)).size).toBe(1)
  })
})
