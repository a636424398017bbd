import { describe, expect, test } from 'bun:test'
import type { LeasedDelivery, NewBatch, NewDelivery, Store } from '@sluice/gateway/store'
import { attempt, BATCH_ROWS, delivery, event, lease, leaseAll, NOW, type OpenStore, result } from './fixtures.ts'

const MAX_AGE_MS = 5000
const DEADLINE = NOW + 60_000
const REASON = { code: 'CALLBACK_MISSING', detail: 'nobody said how it ended' }

/** Deliveries that share calls, and the callbacks about them. */
export function storeBatches(name: string, open: () => OpenStore): void {
  const gathered = (id: string, key = 'list', maxRows = 10): NewDelivery => ({
    ...delivery(id, 'alpha'),
    gather: { key, maxRows, maxAgeMs: MAX_AGE_MS },
  })
  const acceptAll = async (store: Store, deliveries: readonly NewDelivery[], receivedAtMs = NOW) => {
    for (const one of deliveries) await store.accept(event(one.id, { receivedAtMs, deliveries: [one] }))
  }
  /** The ids of each batch, in order. */
  const batchesOf = (leased: readonly LeasedDelivery[]) => {
    const ids = [...new Set(leased.map(({ batch }) => batch?.id))]
    return ids.map((id) => leased.filter(({ batch }) => batch?.id === id).map((one) => one.id))
  }
  const batchOf = (id: string, token: string | null = 'hash'): NewBatch => ({
    id,
    destination: 'alpha',
    operation: 'load',
    key: 'list',
    size: 2,
    createdAtMs: NOW,
    token: token === null ? null : { hash: token, untilMs: NOW + 1000 },
  })
  /** A batch of two whose callback is waited for. */
  const awaiting = async () => {
    const opened = open()
    const { store } = opened
    await acceptAll(store, [gathered('1'), gathered('2')])
    const leased = await leaseAll(store, 'alpha', NOW + MAX_AGE_MS)
    const id = leased[0]?.batch?.id ?? ''
    await store.openBatch(batchOf(id))
    const deliveries = leased.map((one, index) =>
      result(one, {
        attempts: [{ ...attempt(index + 1, 'accepted', true), id: `att_${one.id}`, number: 1, batchId: id }],
        state: 'awaiting-callback',
        deadlineAtMs: DEADLINE,
      }),
    )
    expect(await store.recordBatch({ batchId: id, steps: [], deliveries })).toBe(2)
    return { ...opened, id }
  }
  const delivered = (deliveryId: string) => ({
    ...result(undefined, { state: 'delivered', receipt: { log: 7 } }),
    deliveryId,
  })

  describe(`${name}: batches`, () => {
    test('wait for others, and then go together', async () => {
      const { store } = open()
      await acceptAll(store, [gathered('1')])
      await acceptAll(store, [gathered('2')], NOW + 3000)
      expect(await leaseAll(store, 'alpha', NOW + MAX_AGE_MS - 1)).toEqual([])
      expect(await store.nextDueAtMs('alpha')).toBe(NOW + MAX_AGE_MS)
      expect(batchesOf(await leaseAll(store, 'alpha', NOW + MAX_AGE_MS))).toEqual([['dlv_1', 'dlv_2']])
    })

    test('go at once when there are enough', async () => {
      const { store } = open()
      await acceptAll(store, [gathered('1', 'list', 3), gathered('2', 'list', 3)])
      expect(await leaseAll(store, 'alpha')).toEqual([])
      await acceptAll(store, [gathered('3', 'list', 3)])
      expect(batchesOf(await leaseAll(store, 'alpha'))).toEqual([['dlv_1', 'dlv_2', 'dlv_3']])
    })

    test('hold one key each, and no more than may share a call', async () => {
      const { store } = open()
      await acceptAll(store, [
        gathered('1', 'a'),
        gathered('2', 'b'),
        ...['3', '4', '5', '6', '7'].map((id) => gathered(id, 'a')),
      ])
      const first = await lease(store, 'alpha', 'lse_1', NOW + MAX_AGE_MS, 2)
      expect(batchesOf(first)).toEqual([['dlv_1', 'dlv_3', 'dlv_4'], ['dlv_2']])
      expect(first[0]?.batch?.key).toBe('a')
      const second = await leaseAll(store, 'alpha', NOW + MAX_AGE_MS)
      expect(batchesOf(second).every((ids) => ids.length <= BATCH_ROWS)).toBe(true)
      expect(second.map(({ id }) => id)).toEqual(['dlv_5', 'dlv_6', 'dlv_7'])
    })

    test('leave what waits for its next attempt', async () => {
      const { store } = open()
      await acceptAll(store, [gathered('1')])
      const [leased] = await leaseAll(store, 'alpha', NOW + MAX_AGE_MS)
      await store.record(
        result(leased, { attempts: [attempt(1, 'busy', true)], state: 'pending', dueAtMs: NOW + 99_000 }),
      )
      await acceptAll(store, [gathered('2')])
      expect(batchesOf(await leaseAll(store, 'alpha', NOW + MAX_AGE_MS))).toEqual([['dlv_2']])
    })

    test('are divided by another key, which stays over a restart', async () => {
      const opened = open()
      await acceptAll(opened.store, [gathered('1'), gathered('2')])
      const leased = await leaseAll(opened.store, 'alpha', NOW + MAX_AGE_MS)
      for (const one of leased) {
        await opened.store.record(result(one, { state: 'pending', dueAtMs: NOW, batchKey: `apart ${one.id}` }))
      }
      const { store } = opened.reopen()
      expect(batchesOf(await leaseAll(store, 'alpha', NOW + MAX_AGE_MS))).toEqual([['dlv_1'], ['dlv_2']])
    })

    test('keep their steps once, and show them in the attempt of each delivery', async () => {
      const { store } = open()
      await acceptAll(store, [gathered('1'), gathered('2')])
      const leased = await leaseAll(store, 'alpha', NOW + MAX_AGE_MS)
      const id = leased[0]?.batch?.id ?? ''
      await store.openBatch(batchOf(id, null))
      const request = { method: 'POST', url: 'https://upstream.test/', headers: {}, body: 'a,b', bodyBytes: 3 }
      const steps = [{ purpose: 'delivery', request, startedAtMs: NOW, endedAtMs: NOW } as const]
      const deliveries = leased.map((one) =>
        result(one, {
          attempts: [{ ...attempt(1, 'delivered', true), id: `att_${one.id}`, batchId: id }],
          state: 'delivered',
        }),
      )
      await store.recordBatch({ batchId: id, steps, deliveries })
      for (const one of leased) {
        const found = await store.readDelivery(one.id)
        expect(found).toMatchObject({ state: 'delivered', batch: { id, size: 2, callback: null } })
        expect(found?.history.map((made) => made.steps)).toEqual([steps])
      }
    })

    test('whose lease was lost write only what is still theirs', async () => {
      const { store } = open()
      await acceptAll(store, [gathered('1'), gathered('2')])
      const [first, second] = await leaseAll(store, 'alpha', NOW + MAX_AGE_MS)
      await store.release({ ids: ['dlv_1'], leaseId: 'lse_all', nowMs: NOW })
      const deliveries = [result(first, { state: 'delivered' }), result(second, { state: 'delivered' })]
      expect(await store.recordBatch({ batchId: 'bat_x', steps: [], deliveries })).toBe(1)
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: 'pending' })
    })
  })

  describe(`${name}: callbacks`, () => {
    test('find their batch by the token, as long as that is valid, also after a restart', async () => {
      const { reopen, id } = await awaiting()
      const { store } = reopen()
      expect(await store.findBatch('hash', NOW + 999)).toMatchObject({
        id,
        size: 2,
        callback: null,
        callbackBefore: null,
        awaiting: [{ id: 'dlv_1' }, { id: 'dlv_2' }],
      })
      expect(await store.findBatch('hash', NOW + 1000)).toBeNull()
      expect(await store.findBatch('guessed', NOW)).toBeNull()
    })

    test('decide once: the same one again changes nothing, and another one is a conflict', async () => {
      const { store, id } = await awaiting()
      const settle = (callback: { n: number }, moves = [delivered('dlv_1'), delivered('dlv_2')]) =>
        store.settleBatch({ batchId: id, callback, nowMs: NOW + 5, moves })
      expect(await settle({ n: 1 })).toBe('settled')
      expect(await store.readDelivery('dlv_1')).toMatchObject({
        state: 'delivered',
        receipt: { log: 7 },
        batch: { callback: { n: 1 }, callbackAtMs: NOW + 5 },
      })
      const dead = [{ ...delivered('dlv_1'), state: 'dead' as const }]
      expect(await settle({ n: 1 }, dead)).toBe('repeated')
      expect(await settle({ n: 2 }, dead)).toBe('conflict')
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: 'delivered' })
    })

    test('that come before anything waits for them are kept for when it does', async () => {
      const { store } = open()
      await acceptAll(store, [gathered('1')])
      const [leased] = await leaseAll(store, 'alpha', NOW + MAX_AGE_MS)
      const id = leased?.batch?.id ?? ''
      await store.openBatch(batchOf(id))
      expect(await store.readSettled(id)).toBeNull()
      await store.settleBatch({ batchId: id, callback: { n: 1 }, nowMs: NOW, moves: [delivered('dlv_1')] })
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: 'leased' })
      await store.record(result(leased, { state: 'awaiting-callback', deadlineAtMs: DEADLINE }))
      expect(await store.readSettled(id)).toMatchObject({ callback: { n: 1 }, awaiting: [{ id: 'dlv_1' }] })
    })

    test('that were not carried out are found, as long as something waits for them', async () => {
      const { store, id } = await awaiting()
      expect(await store.batchesToSettle()).toEqual([])
      await store.settleBatch({ batchId: id, callback: { n: 1 }, nowMs: NOW, moves: [delivered('dlv_1')] })
      expect(await store.batchesToSettle()).toEqual([{ id, destination: 'alpha' }])
      await store.settleBatch({ batchId: id, callback: { n: 1 }, nowMs: NOW, moves: [delivered('dlv_2')] })
      expect(await store.batchesToSettle()).toEqual([])
    })

    test('that are overdue park their deliveries, which a late one still decides about', async () => {
      const { store, id } = await awaiting()
      expect(await store.nextDeadlineAtMs()).toBe(DEADLINE)
      expect(await store.expireCallbacks({ nowMs: DEADLINE - 1, reason: REASON, limit: 9 })).toBe(0)
      expect(await store.expireCallbacks({ nowMs: DEADLINE, reason: REASON, limit: 1 })).toBe(1)
      expect(await store.expireCallbacks({ nowMs: DEADLINE, reason: REASON, limit: 9 })).toBe(1)
      expect(await store.nextDeadlineAtMs()).toBeNull()
      expect(await store.readDelivery('dlv_2')).toMatchObject({ state: 'parked', reason: REASON, deadlineAtMs: null })
      await store.resolve({ id: 'dlv_2', as: 'drop', by: 'admin', why: 'known to be missing', atMs: DEADLINE })
      await store.settleBatch({
        batchId: id,
        callback: { n: 1 },
        nowMs: DEADLINE,
        moves: [delivered('dlv_1'), delivered('dlv_2')],
      })
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: 'delivered' })
      expect(await store.readDelivery('dlv_2')).toMatchObject({ state: 'dropped' })
    })

    test('say nothing about a delivery that has gone on to another batch', async () => {
      const { store, id } = await awaiting()
      const moves = [{ ...delivered('dlv_1'), state: 'pending' as const, dueAtMs: NOW }]
      await store.settleBatch({ batchId: id, callback: { n: 1 }, nowMs: NOW, moves })
      await leaseAll(store, 'alpha')
      expect(
        await store.settleBatch({ batchId: id, callback: { n: 1 }, nowMs: NOW, moves: [delivered('dlv_1')] }),
      ).toBe('repeated')
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: 'leased' })
    })

    test('prove that a delivery landed which waits to be sent again', async () => {
      const { store } = open()
      await acceptAll(store, [gathered('1')])
      const [leased] = await leaseAll(store, 'alpha', NOW + MAX_AGE_MS)
      const id = leased?.batch?.id ?? ''
      await store.openBatch(batchOf(id))
      await store.record(result(leased, { state: 'pending', dueAtMs: NOW + 99_000 }))
      expect(await store.findBatch('hash', NOW)).toMatchObject({ awaiting: [], pending: ['dlv_1'] })
      const dead = { ...delivered('dlv_1'), state: 'dead' as const }
      await store.settleBatch({ batchId: id, callback: { n: 1 }, nowMs: NOW, moves: [dead] })
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: 'pending' })
      await store.settleBatch({ batchId: id, callback: { n: 1 }, nowMs: NOW, moves: [delivered('dlv_1')] })
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: 'delivered', dueAtMs: null })
    })

    test('know what the one before said about the same list', async () => {
      const { store, id } = await awaiting()
      await store.settleBatch({ batchId: id, callback: { idWebDb: 9 }, nowMs: NOW, moves: [] })
      await store.openBatch(batchOf('bat_later', 'later'))
      expect(await store.findBatch('later', NOW)).toMatchObject({ callbackBefore: { idWebDb: 9 }, awaiting: [] })
    })
  })
}
