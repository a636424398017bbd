import { describe, expect, test } from 'bun:test'
import type { AttemptFilter, Store } from '@sluice/gateway/store'
import { attempt, delivery, event, leaseAll, NOW, type OpenStore, result } from './fixtures.ts'

const STEP = {
  purpose: 'delivery',
  request: { method: 'POST', url: 'https://example.com', headers: {}, bodyBytes: 0 },
  startedAtMs: NOW,
  endedAtMs: NOW,
} as const

/** Attempts are listed and read by themselves. */
export function storeAttempts(name: string, open: () => OpenStore): void {
  const filled = async (): Promise<Store> => {
    const { store } = open()
    await store.accept(event('1', { deliveries: [delivery('1', 'alpha'), delivery('2', 'beta')] }))
    await store.accept(event('2', { source: 'signup', deliveries: [delivery('3', 'beta')] }))
    const [first] = await leaseAll(store, 'alpha')
    const [second, third] = (await leaseAll(store, 'beta')).toSorted((left, right) => (left.id < right.id ? -1 : 1))
    const tried = [attempt(1, 'unauthorized', false), { ...attempt(2, 'delivered', true), steps: [STEP] }]
    await store.record(result(first, { state: 'delivered', attempts: tried }))
    await store.record(result(second, { state: 'dead', attempts: [{ ...attempt(3, 'refused', true), number: 1 }] }))
    const other = { ...attempt(4, 'refused', true), number: 1, code: 'OTHER_CODE' }
    await store.record(result(third, { state: 'dead', attempts: [other] }))
    return store
  }
  const rows: readonly [what: string, filter: Omit<AttemptFilter, 'limit'>, ids: readonly string[]][] = [
    ['nothing', {}, ['att_4', 'att_3', 'att_2', 'att_1']],
    ['a delivery', { deliveryId: 'dlv_1' }, ['att_2', 'att_1']],
    ['an event', { eventId: 'evt_1' }, ['att_3', 'att_2', 'att_1']],
    ['a destination', { destination: 'beta' }, ['att_4', 'att_3']],
    ['a source', { source: 'signup' }, ['att_4']],
    ['a route', { route: 'demo.alpha.records.create' }, ['att_2', 'att_1']],
    ['outcomes', { outcomes: ['delivered', 'unauthorized'] }, ['att_2', 'att_1']],
    ['a code', { code: 'OTHER_CODE' }, ['att_4']],
    ['what does not count', { counted: false }, ['att_1']],
    ['what counts', { counted: true }, ['att_4', 'att_3', 'att_2']],
    ['a time from which', { startedAfterMs: NOW + 3 }, ['att_4', 'att_3']],
    ['a time before which', { startedBeforeMs: NOW + 2 }, ['att_1']],
    ['two things that none is', { destination: 'alpha', outcomes: ['refused'] }, []],
  ]

  describe(`${name}: attempts`, () => {
    test.each(rows)('of %s', async (_, filter, ids) => {
      const store = await filled()
      const { rows: found, next } = await store.listAttempts({ ...filter, limit: 10 })
      expect(found.map(({ id }) => id)).toEqual([...ids])
      expect(next).toBeNull()
    })

    test('are listed page by page, without their steps', async () => {
      const store = await filled()
      const first = await store.listAttempts({ limit: 3 })
      expect(first).toMatchObject({ rows: [{ id: 'att_4' }, { id: 'att_3' }, { id: 'att_2' }], next: 'att_2' })
      expect(first.rows[2]).toEqual({
        id: 'att_2',
        number: 2,
        startedAtMs: NOW + 2,
        endedAtMs: NOW + 3,
        outcome: 'delivered',
        code: null,
        detail: null,
        counted: true,
        batchId: null,
        deliveryId: 'dlv_1',
        eventId: 'evt_1',
        source: 'demo',
        route: 'demo.alpha.records.create',
        destination: 'alpha',
        operation: 'records.create',
      })
      expect(await store.listAttempts({ limit: 3, before: 'att_2' })).toMatchObject({
        rows: [{ id: 'att_1' }],
        next: null,
      })
    })

    test('one is read with its steps, and what is not there is null', async () => {
      const store = await filled()
      expect(await store.readAttempt('att_2')).toMatchObject({ id: 'att_2', deliveryId: 'dlv_1', steps: [STEP] })
      expect(await store.readAttempt('att_9')).toBeNull()
    })

    test('one that shared a call has the steps of that call', async () => {
      const { store } = open()
      const gather = { key: 'list', maxRows: 2, maxAgeMs: 0 }
      const deliveries = ['1', '2'].map((id) => ({ ...delivery(id, 'alpha'), gather }))
      await store.accept(event('1', { deliveries }))
      const leased = await leaseAll(store, 'alpha')
      const batchId = leased[0]?.batch?.id ?? ''
      const batch = { id: batchId, destination: 'alpha', operation: 'o', key: 'list', size: 2, createdAtMs: NOW }
      await store.openBatch({ ...batch, token: null })
      const recorded = leased.map((one, index) =>
        result(one, {
          state: 'delivered',
          attempts: [{ ...attempt(index + 1, 'delivered', true), number: 1, batchId }],
        }),
      )
      expect(await store.recordBatch({ batchId, steps: [STEP], deliveries: recorded })).toBe(2)
      expect(await store.readAttempt('att_1')).toMatchObject({ batchId, steps: [STEP] })
    })
  })
}
