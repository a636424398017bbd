import { describe, expect, test } from 'bun:test'
import type { DeliveryState, NewDelivery, RecordRequest, Store } from '@sluice/gateway/store'
import { attempt, bytes, delivery, event, lease, leaseAll, NOW, type OpenStore, result } from './fixtures.ts'

/** A time before which everything of these tests ended. */
const LATER = NOW + 1_000_000
const LIMIT = 100

/** What ended long ago is removed, and nothing else. */
export function storeRetention(name: string, open: () => OpenStore): void {
  const remove = async (store: Store, beforeMs = LATER, limit = LIMIT) => {
    const counts: number[] = []
    for (let after: string | null = ''; after !== null;) {
      const { removed, next } = await store.removeEnded({ beforeMs, after, limit })
      counts.push(removed)
      after = next
    }
    return counts
  }
  /** Stores an event with one delivery, and ends that. */
  const ended = async (store: Store, id: string, fields: Partial<RecordRequest>, made: Partial<NewDelivery> = {}) => {
    await store.accept(event(id, { deliveries: [{ ...delivery(id, `to-${id}`), ...made }] }))
    const [leased] = await leaseAll(store, made.destination ?? `to-${id}`)
    const attempts = [{ ...attempt(1, 'refused', true), id: `att_${id}` }]
    await store.record(result(leased, { attempts, reason: { code: 'X', detail: '' }, ...fields }))
  }
  const there = async (store: Store) => (await store.listEvents({ limit: 200 })).rows.map(({ id }) => id).toReversed()
  const acknowledge = (store: Store, id: string, atMs = NOW) =>
    store.resolve({ id, as: 'acknowledge', by: 'admin', why: '', atMs })

  describe(`${name}: retention`, () => {
    test('removes what was delivered or dropped, with all that came of it', async () => {
      const opened = open()
      const { store } = opened
      await ended(store, '1', { state: 'delivered', reason: null })
      await ended(store, '2', { state: 'dropped' })
      await ended(store, '3', { state: 'dead' })
      await store.resolve({ id: 'dlv_3', as: 'drop', by: 'admin', why: 'x', atMs: NOW })
      await store.replay({ id: 'rpl_1', eventId: 'evt_1', atMs: NOW, by: 'admin', why: 'x', deliveries: [] })
      await store.accept(event('4'))
      // Event, delivery and attempt of each of the three, a decision, a replay, and an event that led nowhere.
      expect(await remove(store)).toEqual([12])
      const after = opened.reopen().store
      expect(await there(after)).toEqual([])
      expect(await after.countDeliveries()).toEqual([])
      expect(await after.readDelivery('dlv_1')).toBeNull()
    })

    test.each(['pending', 'leased', 'awaiting-callback', 'dead', 'parked'] as const)(
      'keeps what is %s, however old it is',
      async (state: DeliveryState) => {
        const { store } = open()
        if (state === 'leased') {
          await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
          await leaseAll(store, 'alpha')
        } else {
          const times = { dueAtMs: state === 'pending' ? NOW : null, deadlineAtMs: NOW }
          await ended(store, '1', { state, ...times })
        }
        expect(await remove(store)).toEqual([0])
        expect(await store.readDelivery('dlv_1')).toMatchObject({ state })
      },
    )

    test.each(['dead', 'parked'] as const)('removes what is %s once it was seen long ago', async (state) => {
      const { store } = open()
      await ended(store, '1', { state })
      await acknowledge(store, 'dlv_1', NOW + 10)
      await remove(store, NOW + 10)
      expect(await there(store)).toEqual(['evt_1'])
      await remove(store, NOW + 11)
      expect(await there(store)).toEqual([])
    })

    test('goes by when the last of an event ended, and by when the event came', async () => {
      const { store } = open()
      const deliveries = [delivery('1', 'alpha'), delivery('2', 'beta')]
      await store.accept(event('1', { deliveries }))
      const [first] = await leaseAll(store, 'alpha')
      await store.record(result(first, { state: 'delivered' }))
      expect(await remove(store)).toEqual([0])
      const [second] = await leaseAll(store, 'beta')
      await store.record(result(second, { state: 'delivered', nowMs: NOW + 500 }))
      expect(await remove(store, NOW + 500)).toEqual([0])
      expect(await remove(store, NOW)).toEqual([0])
      expect(await remove(store, NOW + 501)).toEqual([3])
    })

    test('keeps a parked one that others wait behind, which would wait for ever', async () => {
      const { store } = open()
      const line = { destination: 'alpha', orderingKey: 'ada' }
      await ended(store, '1', { state: 'parked' }, line)
      await acknowledge(store, 'dlv_1')
      await store.accept(event('2', { deliveries: [{ ...delivery('2', 'alpha'), ...line }] }))
      await remove(store)
      expect(await there(store)).toEqual(['evt_1', 'evt_2'])
      await store.resolve({ id: 'dlv_1', as: 'drop', by: 'admin', why: '', atMs: NOW })
      const [second] = await leaseAll(store, 'alpha')
      expect(second?.id).toBe('dlv_2')
      await store.record(result(second, { state: 'delivered' }))
      await remove(store)
      expect(await there(store)).toEqual([])
    })

    test('goes in steps of bounded size, past what is kept, and meets everything once', async () => {
      const opened = open()
      const { store } = opened
      const id = (index: number) => String(index).padStart(3, '0')
      for (let index = 0; index < 60; index += 1)
        await ended(store, id(index), { state: index < 20 ? 'dead' : 'delivered' })
      const counts = await remove(store, LATER, 12)
      expect(counts.every((count) => count <= 12)).toBe(true)
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40 * 3)
      expect(await there(store)).toEqual(Array.from({ length: 20 }, (_, index) => `evt_${id(index)}`))
    })

    test('goes on after its process died', async () => {
      const opened = open()
      for (const id of ['1', '2', '3']) await ended(opened.store, id, { state: 'delivered' })
      const first = await opened.store.removeEnded({ beforeMs: LATER, after: '', limit: 3 })
      expect(first).toEqual({ removed: 3, next: 'evt_1' })
      const { store } = opened.reopen()
      expect(await store.removeEnded({ beforeMs: LATER, after: 'evt_1', limit: 100 })).toEqual({
        removed: 6,
        next: null,
      })
    })

    test('a key whose event was removed is free', async () => {
      const { store } = open()
      const keyed = event('1', { idempotencyKey: 'k' })
      await store.accept(keyed)
      await remove(store)
      expect((await store.accept({ ...keyed, id: 'evt_2', body: bytes('other') })).kind).toBe('stored')
    })

    test('removes a batch with the last that refers to it, but for the newest callback of its kind', async () => {
      const { store } = open()
      const gather = { key: 'load 104', maxRows: 2, maxAgeMs: 0 }
      const share = async (ids: readonly string[]) => {
        for (const id of ids) await store.accept(event(id, { deliveries: [{ ...delivery(id, 'alpha'), gather }] }))
        const leased = await lease(store, 'alpha', 'lse_1', NOW, 9)
        const id = leased[0]?.batch?.id ?? ''
        const key = { id, destination: 'alpha', operation: 'load', key: gather.key, size: 2, createdAtMs: NOW }
        await store.openBatch({ ...key, token: { hash: id, untilMs: LATER } })
        const deliveries = leased.map((one) => {
          const attempts = [{ ...attempt(1, 'accepted', true), id: `att_${one.id}`, batchId: id }]
          return result(one, { state: 'delivered', attempts })
        })
        await store.recordBatch({ batchId: id, steps: [], deliveries })
        return id
      }
      const settle = (batchId: string) =>
        store.settleBatch({ batchId, callback: { id: batchId }, nowMs: NOW, moves: [] })
      const first = await share(['1', '2'])
      const second = await share(['3', '4'])
      await settle(first)
      await settle(second)
      const step = (after: string) => store.removeEnded({ beforeMs: LATER, after, limit: 1 })
      // Event, delivery and attempt; the batch goes with the second of its deliveries.
      expect([await step(''), await step('evt_1')].map(({ removed }) => removed)).toEqual([3, 4])
      expect(await store.readSettled(first)).toBeNull()
      expect([await step('evt_2'), await step('evt_3')].map(({ removed }) => removed)).toEqual([3, 3])
      expect(await store.readSettled(second)).toMatchObject({ id: second })
    })

    test('removes jobs that ended, and none that runs', async () => {
      const { store } = open()
      const job = {
        action: 'drop',
        filter: {},
        ratePerSecond: null,
        by: 'admin',
        why: '',
        createdAtMs: NOW,
        expected: null,
      } as const
      await store.addJob({ id: 'job_1', ...job })
      await store.stepJobs({ nowMs: NOW, limit: 1 })
      await store.addJob({ id: 'job_2', ...job })
      expect(await remove(store, NOW)).toEqual([0])
      expect(await remove(store, NOW + 1)).toEqual([1])
      expect((await store.listJobs({ limit: 9 })).rows.map(({ id }) => id)).toEqual(['job_2'])
    })
  })
}
