import { describe, expect, test } from 'bun:test'
import { storeAttempts } from './attempts.ts'
import { storeBatches } from './batches.ts'
import { storeChanges } from './changes.ts'
import {
  attempt,
  bytes,
  delivery,
  event,
  lease,
  leaseAll,
  LEASE_MS,
  NOW,
  type OpenStore,
  result,
  WINDOW_MS,
} from './fixtures.ts'
import { storeFilters } from './filters.ts'
import { storeJobs } from './jobs.ts'
import { storeOrder } from './order.ts'
import { storeReplay } from './replay.ts'
import { storeRetention } from './retention.ts'
import { storeSearch } from './search.ts'
import { storeTogether } from './together.ts'

/** What every store must do, whatever it is made of. */
export function storeContract(name: string, open: () => OpenStore): void {
  storeOrder(name, open)
  storeBatches(name, open)
  storeFilters(name, open)
  storeJobs(name, open)
  storeReplay(name, open)
  storeRetention(name, open)
  storeAttempts(name, open)
  storeChanges(name, open)
  storeSearch(name, open)
  storeTogether(name, open)

  describe(`${name}: accept`, () => {
    test('what was accepted is there when the process died right after', async () => {
      const opened = open()
      await opened.store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const found = await opened.reopen().store.readEvent('evt_1')
      expect(found).toMatchObject({ id: 'evt_1', source: 'demo', idempotencyKey: null, receivedAtMs: NOW })
      expect(found?.body).toEqual(bytes('body 1'))
      expect(found?.deliveries).toMatchObject([
        {
          id: 'dlv_1',
          destination: 'alpha',
          state: 'pending',
          dueAtMs: NOW,
          payload: { n: '1' },
          attempts: 0,
          history: [],
        },
      ])
    })

    test('the same key gives the first answer, and creates nothing', async () => {
      const { store } = open()
      const first = await store.accept(event('1', { idempotencyKey: 'k', deliveries: [delivery('1', 'alpha')] }))
      const again = await store.accept(
        event('2', { idempotencyKey: 'k', body: bytes('body 1'), deliveries: [delivery('2', 'alpha')] }),
      )
      expect(first.kind).toBe('stored')
      expect(again).toEqual({
        kind: 'repeated',
        acceptance: {
          eventId: 'evt_1',
          deliveries: [{ id: 'dlv_1', destination: 'alpha', operation: 'records.create' }],
        },
      })
      expect(await store.readEvent('evt_2')).toBeNull()
      expect((await store.listDeliveries({ limit: 10 })).rows).toHaveLength(1)
    })

    test('the same key with another body is a conflict', async () => {
      const { store } = open()
      await store.accept(event('1', { idempotencyKey: 'k' }))
      expect(await store.accept(event('2', { idempotencyKey: 'k' }))).toEqual({ kind: 'conflict' })
    })

    test('the same key with another count of tries is a repeat, and with anything else a conflict', async () => {
      const { store } = open()
      const tried = (id: string, body: string, tryCount?: string) =>
        event(id, { idempotencyKey: 'k', body: bytes(body), ...(tryCount === undefined ? {} : { tryCount }) })
      await store.accept(tried('1', '{"tries":0,"email":"a","note":"\\"tries\\":1"}', 'tries'))
      const again = '{"tries": 12,"email":"a","note":"\\"tries\\":1"}'
      const results = [
        await store.accept(tried('2', '{"tries":12,"email":"a","note":"\\"tries\\":1"}', 'tries')),
        await store.accept(tried('3', '{"tries":12,"email":"a","note":"\\"tries\\":1"}')),
        await store.accept(tried('4', '{"tries":12,"email":"b","note":"\\"tries\\":1"}', 'tries')),
        await store.accept(tried('5', '{"tries":12,"email":"a","note":"\\"tries\\":2"}', 'tries')),
        await store.accept(tried('6', again, 'tries')),
        ...(await store.acceptAll([tried('7', '{"tries":3,"email":"a","note":"\\"tries\\":1"}', 'tries')], 'strict')),
      ]
      const kinds = results.map(({ kind }) => kind)
      expect(kinds).toEqual(['repeated', 'conflict', 'conflict', 'conflict', 'conflict', 'repeated'])
    })

    test('a key is known for its window, and then for another event', async () => {
      const { store } = open()
      const keyed = (id: string, receivedAtMs: number) =>
        store.accept(event(id, { idempotencyKey: 'k', receivedAtMs, body: bytes('same') }))
      expect((await keyed('1', NOW)).kind).toBe('stored')
      expect((await keyed('2', NOW + WINDOW_MS - 1)).kind).toBe('repeated')
      expect((await keyed('3', NOW + WINDOW_MS)).kind).toBe('stored')
      expect(await keyed('4', NOW + WINDOW_MS + 1)).toMatchObject({
        kind: 'repeated',
        acceptance: { eventId: 'evt_3' },
      })
      expect((await store.readEvent('evt_1'))?.idempotencyKey).toBe('k')
    })

    test('a key belongs to its source', async () => {
      const { store } = open()
      await store.accept(event('1', { idempotencyKey: 'k' }))
      expect((await store.accept(event('2', { idempotencyKey: 'k', source: 'signup' }))).kind).toBe('stored')
    })

    test('of a hundred concurrent events with one key, one is stored', async () => {
      const { store } = open()
      const results = await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          store.accept(event(String(index), { idempotencyKey: 'k', body: bytes('same') })),
        ),
      )
      expect(results.filter(({ kind }) => kind === 'stored')).toHaveLength(1)
      expect(results.filter(({ kind }) => kind === 'repeated')).toHaveLength(99)
    })

    test('a delivery whose mapping failed starts dead, with the reason', async () => {
      const { store } = open()
      const reason = { code: 'PAYLOAD_INVALID', detail: 'Route demo.alpha: phone: expected string' }
      await store.accept(event('1', { deliveries: [{ ...delivery('1', 'alpha'), payload: null, reason }] }))
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: 'dead', dueAtMs: null, reason })
      expect(await leaseAll(store, 'alpha')).toEqual([])
    })

    test('an event whose write fails takes none of its neighbours with it', async () => {
      const { store } = open()
      const taken = delivery('1', 'alpha')
      const results = await Promise.allSettled([
        store.accept(event('1', { deliveries: [taken] })),
        store.accept(event('2', { deliveries: [taken] })),
        store.accept(event('3', { deliveries: [delivery('3', 'alpha')] })),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(await store.readEvent('evt_2')).toBeNull()
      expect((await store.readEvent('evt_3'))?.deliveries).toHaveLength(1)
    })
  })

  describe(`${name}: lease`, () => {
    test('takes what is due, the longest due first, of one destination', async () => {
      const { store } = open()
      await store.accept(event('1', { receivedAtMs: NOW + 5, deliveries: [delivery('1', 'alpha')] }))
      await store.accept(event('2', { receivedAtMs: NOW, deliveries: [delivery('2', 'alpha'), delivery('3', 'beta')] }))
      await store.accept(event('4', { receivedAtMs: NOW + 99, deliveries: [delivery('4', 'alpha')] }))
      const leased = await leaseAll(store, 'alpha', NOW + 50)
      expect(leased.map(({ id }) => id).toSorted()).toEqual(['dlv_1', 'dlv_2'])
      expect((await lease(store, 'alpha', 'lse_2', NOW + 99, 1)).map(({ id }) => id)).toEqual(['dlv_4'])
    })

    test('takes no more than asked for', async () => {
      const { store } = open()
      const deliveries = ['1', '2', '3'].map((id) => delivery(id, 'alpha'))
      await store.accept(event('1', { deliveries }))
      expect(await lease(store, 'alpha', 'lse_1', NOW, 2)).toHaveLength(2)
      expect(await lease(store, 'alpha', 'lse_2', NOW, 2)).toHaveLength(1)
    })

    test('concurrent claims never share a delivery', async () => {
      const { store } = open()
      const deliveries = Array.from({ length: 200 }, (_, index) => delivery(String(index), 'alpha'))
      await store.accept(event('1', { deliveries }))
      const claims = await Promise.all(
        Array.from({ length: 50 }, (_, index) => lease(store, 'alpha', `lse_${index}`, NOW, 7)),
      )
      const ids = claims.flat().map(({ id }) => id)
      expect(ids).toHaveLength(200)
      expect(new Set(ids).size).toBe(200)
    })

    test('tells when the next delivery is due', async () => {
      const { store } = open()
      expect(await store.nextDueAtMs('alpha')).toBeNull()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha'), delivery('2', 'beta')] }))
      await store.accept(event('2', { receivedAtMs: NOW + 7, deliveries: [delivery('3', 'alpha')] }))
      expect(await store.nextDueAtMs('alpha')).toBe(NOW)
      await lease(store, 'alpha', 'lse_1', NOW, 9)
      expect(await store.nextDueAtMs('alpha')).toBe(NOW + 7)
    })
  })

  describe(`${name}: record`, () => {
    test('writes the state, the receipt and the attempts', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const [leased] = await leaseAll(store, 'alpha')
      const attempts = [attempt(1, 'unauthorized', false), attempt(2, 'delivered', true)]
      expect(await store.record(result(leased, { attempts, state: 'delivered', receipt: { key: 104 } }))).toBe(true)
      expect(await store.readDelivery('dlv_1')).toMatchObject({
        state: 'delivered',
        dueAtMs: null,
        attempts: 2,
        countedAttempts: 1,
        receipt: { key: 104 },
        history: attempts,
      })
    })

    test('a retry is due again at its time, and keeps its count', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const [leased] = await leaseAll(store, 'alpha')
      const reason = { code: 'CONNECTION_REFUSED', detail: 'nobody listens' }
      await store.record(result(leased, { attempts: [attempt(1, 'busy', true)], dueAtMs: NOW + 5000, reason }))
      expect(await leaseAll(store, 'alpha', NOW + 4999)).toEqual([])
      expect(await leaseAll(store, 'alpha', NOW + 5000)).toMatchObject([
        { id: 'dlv_1', attempts: 1, countedAttempts: 1 },
      ])
    })

    test('since when it is unsure is kept until somebody knows', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const [first] = await leaseAll(store, 'alpha')
      expect(first?.unsureAtMs).toBeNull()
      await store.record(result(first, { dueAtMs: NOW, unsureAtMs: NOW - 7 }))
      const [second] = await leaseAll(store, 'alpha')
      expect(second?.unsureAtMs).toBe(NOW - 7)
      await store.record(result(second, { dueAtMs: NOW, unsureAtMs: null }))
      expect((await leaseAll(store, 'alpha'))[0]?.unsureAtMs).toBeNull()
    })

    test('another lease cannot be spoken for', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const [leased] = await leaseAll(store, 'alpha')
      const stolen = result(leased, {
        leaseId: 'lse_other',
        attempts: [attempt(1, 'delivered', true)],
        state: 'delivered',
      })
      expect(await store.record(stolen)).toBe(false)
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: 'leased', attempts: 0, history: [] })
    })

    test('a delivery that is given back is due again, and was not tried', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha'), delivery('2', 'alpha')] }))
      await leaseAll(store, 'alpha')
      await store.release({ ids: ['dlv_1'], leaseId: 'lse_all', nowMs: NOW + 5 })
      await store.release({ ids: ['dlv_2'], leaseId: 'lse_other', nowMs: NOW + 5 })
      expect(await store.readDelivery('dlv_1')).toMatchObject({
        state: 'pending',
        dueAtMs: NOW + 5,
        attempts: 0,
        history: [],
      })
      expect(await store.readDelivery('dlv_2')).toMatchObject({ state: 'leased' })
    })

    test('a gate that an attempt closed is there after a restart', async () => {
      const opened = open()
      await opened.store.accept(event('1', { deliveries: [delivery('1', 'alpha'), delivery('2', 'alpha')] }))
      const [first, second] = await leaseAll(opened.store, 'alpha')
      await opened.store.record(result(first, { dueAtMs: NOW, gate: { closedUntilMs: NOW + 9 } }))
      await opened.store.record(result(second, { dueAtMs: NOW }))
      expect(await opened.reopen().store.readGates()).toEqual(new Map([['alpha', { closedUntilMs: NOW + 9 }]]))
    })

    test('a result that nobody may write changes no gate', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const [leased] = await leaseAll(store, 'alpha')
      await store.record(result(leased, { leaseId: 'lse_other', state: 'delivered', gate: { closedUntilMs: NOW } }))
      expect(await store.readGates()).toEqual(new Map())
    })

    test('a result comes too late once the lease was taken back', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const [leased] = await leaseAll(store, 'alpha')
      await store.record(result(leased, { dueAtMs: NOW + LEASE_MS }))
      expect(await store.record(result(leased, { state: 'delivered' }))).toBe(false)
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: 'pending' })
    })
  })

  describe(`${name}: resolve`, () => {
    const decision = { by: 'admin', why: 'seen in the platform', atMs: NOW + 9 } as const
    const ended = async (state: 'dead' | 'parked' | 'delivered' | 'dropped') => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const [leased] = await leaseAll(store, 'alpha')
      const reason = { code: 'SOME_CODE', detail: 'some words' }
      await store.record(result(leased, { state, attempts: [attempt(1, 'refused', true)], reason }))
      return store
    }

    test.each([
      ['dead', 'resend', 'pending', NOW + 9],
      ['dead', 'drop', 'dropped', null],
      ['parked', 'resend', 'pending', NOW + 9],
      ['parked', 'delivered', 'delivered', null],
      ['parked', 'drop', 'dropped', null],
    ] as const)('a %s one by %s becomes %s, and who and why is kept', async (from, as, state, dueAtMs) => {
      const store = await ended(from)
      expect(await store.resolve({ id: 'dlv_1', as, ...decision })).toBe(true)
      expect(await store.readDelivery('dlv_1')).toMatchObject({
        state,
        dueAtMs,
        attempts: 1,
        countedAttempts: as === 'resend' ? 0 : 1,
        // Why it is given up stays; why it was not delivered is no reason for it to wait now.
        reason: as === 'drop' ? { code: 'SOME_CODE', detail: 'some words' } : null,
        resolutions: [{ as, ...decision }],
      })
    })

    test.each([
      ['dead', 'delivered'],
      ['delivered', 'resend'],
      ['dropped', 'resend'],
      ['delivered', 'drop'],
    ] as const)('a %s one is not resolved by %s', async (from, as) => {
      const store = await ended(from)
      expect(await store.resolve({ id: 'dlv_1', as, ...decision })).toBe(false)
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: from, resolutions: [] })
    })

    test('one that somebody works on is left alone, and one that is not there too', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      await leaseAll(store, 'alpha')
      expect(await store.resolve({ id: 'dlv_1', as: 'resend', ...decision })).toBe(false)
      expect(await store.resolve({ id: 'dlv_2', as: 'resend', ...decision })).toBe(false)
    })

    test('one that waits is tried now, and still looked for first where it is unsure', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const [leased] = await leaseAll(store, 'alpha')
      const attempts = [attempt(1, 'unsure', true)]
      await store.record(result(leased, { attempts, dueAtMs: NOW + 99_000, unsureAtMs: NOW }))
      expect(await store.resolve({ id: 'dlv_1', as: 'resend', ...decision })).toBe(true)
      expect(await leaseAll(store, 'alpha', NOW + 9)).toMatchObject([{ unsureAtMs: NOW, countedAttempts: 0 }])
    })

    test('one that waits for its turn still waits for it when it is tried now', async () => {
      const { store } = open()
      const inLine = ['1', '2'].map((id) => ({ ...delivery(id, 'alpha'), orderingKey: 'ada' }))
      await store.accept(event('1', { deliveries: inLine }))
      expect(await store.resolve({ id: 'dlv_2', as: 'resend', ...decision })).toBe(true)
      expect((await leaseAll(store, 'alpha', NOW + 9)).map(({ id }) => id)).toEqual(['dlv_1'])
    })

    const waiting: [state: 'pending' | 'awaiting-callback', as: 'drop' | 'delivered', done: boolean][] = [
      ['pending', 'drop', true],
      ['pending', 'delivered', false],
      ['awaiting-callback', 'drop', true],
      ['awaiting-callback', 'delivered', true],
    ]
    test.each(waiting)('one that is %s by %s: %p', async (state, as, done) => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const [leased] = await leaseAll(store, 'alpha')
      const deadlineAtMs = state === 'pending' ? null : NOW + 5000
      await store.record(result(leased, { state, dueAtMs: state === 'pending' ? NOW + 5000 : null, deadlineAtMs }))
      expect(await store.resolve({ id: 'dlv_1', as, ...decision })).toBe(done)
      const ends = as === 'drop' ? 'dropped' : 'delivered'
      expect(await store.readDelivery('dlv_1')).toMatchObject({ state: done ? ends : state })
      expect(await store.nextDeadlineAtMs()).toBeNull()
    })

    test('of a hundred decisions at once one is carried out', async () => {
      const store = await ended('parked')
      const all = Array.from({ length: 100 }, () => store.resolve({ id: 'dlv_1', as: 'drop', ...decision }))
      expect((await Promise.all(all)).filter(Boolean)).toHaveLength(1)
    })

    test('a gate that a person opened is open after a restart', async () => {
      const opened = open()
      await opened.store.saveGate('alpha', { closedUntilMs: 0 })
      expect(await opened.reopen().store.readGates()).toEqual(new Map([['alpha', { closedUntilMs: 0 }]]))
    })
  })

  describe(`${name}: leases of a dead process`, () => {
    test('are found by whoever comes next, as they were leased', async () => {
      const opened = open()
      await opened.store.accept(event('1', { deliveries: [delivery('1', 'alpha'), delivery('2', 'alpha')] }))
      const [leased] = await lease(opened.store, 'alpha', 'lse_1', NOW, 1)
      const { store } = opened.reopen()
      const expired = await store.expiredLeases(Infinity)
      expect(expired).toMatchObject([{ ...leased, leasedAtMs: NOW }])
      expect(await store.record(result(expired[0], { state: 'parked' }))).toBe(true)
      expect(await store.expiredLeases(Infinity)).toEqual([])
    })

    test('are left alone while they run', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      await leaseAll(store, 'alpha')
      expect(await store.expiredLeases(NOW + LEASE_MS - 1)).toEqual([])
      expect(await store.expiredLeases(NOW + LEASE_MS)).toHaveLength(1)
    })
  })

  describe(`${name}: lists`, () => {
    test('page by id, the newest first, and meet every delivery once', async () => {
      const { store } = open()
      for (const id of ['a', 'b', 'c', 'd', 'e']) await store.accept(event(id, { deliveries: [delivery(id, 'alpha')] }))
      const first = await store.listDeliveries({ limit: 2 })
      const second = await store.listDeliveries({ limit: 2, before: 'dlv_d' })
      const third = await store.listDeliveries({ limit: 2, before: 'dlv_b' })
      expect([first, second, third].map(({ rows }) => rows.map(({ id }) => id))).toEqual([
        ['dlv_e', 'dlv_d'],
        ['dlv_c', 'dlv_b'],
        ['dlv_a'],
      ])
    })

    test('filter by state and destination, and count', async () => {
      const { store } = open()
      const deliveries = [delivery('1', 'alpha'), delivery('2', 'alpha'), delivery('3', 'beta')]
      await store.accept(event('1', { deliveries }))
      await lease(store, 'alpha', 'lse_1', NOW, 1)
      expect((await store.listDeliveries({ state: 'leased', limit: 9 })).rows.map(({ id }) => id)).toEqual(['dlv_1'])
      expect((await store.listDeliveries({ destination: 'beta', limit: 9 })).rows.map(({ id }) => id)).toEqual([
        'dlv_3',
      ])
      expect((await store.listDeliveries({ state: 'dead', destination: 'beta', limit: 9 })).rows).toEqual([])
      expect(
        (await store.countDeliveries()).toSorted((left, right) => (left.destination < right.destination ? -1 : 1)),
      ).toEqual(
        expect.arrayContaining([
          { destination: 'alpha', state: 'leased', count: 1 },
          { destination: 'alpha', state: 'pending', count: 1 },
          { destination: 'beta', state: 'pending', count: 1 },
        ]),
      )
    })

    test('nothing is found where nothing is', async () => {
      const { store } = open()
      expect(await store.readEvent('evt_none')).toBeNull()
      expect(await store.readDelivery('dlv_none')).toBeNull()
      expect(await store.countDeliveries()).toEqual([])
    })
  })
}
