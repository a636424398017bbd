import { describe, expect, test } from 'bun:test'
import type { DeliveryState, Job, NewJob, Store } from '@sluice/gateway/store'
import { attempt, delivery, event, leaseAll, NOW, type OpenStore, result } from './fixtures.ts'

const BEGAN = NOW + 1000

/** One decision about many deliveries. */
export function storeJobs(name: string, open: () => OpenStore): void {
  /** Stores one delivery for each state, named by its place. */
  const ended = async (store: Store, states: readonly ('dead' | 'parked' | 'delivered')[], destination = 'alpha') => {
    const ids = states.map((_, index) => `${destination}${index}`)
    for (const id of ids) await store.accept(event(id, { deliveries: [delivery(id, destination)] }))
    for (const leased of await leaseAll(store, destination)) {
      const state = states[ids.indexOf(leased.id.slice(4))] ?? 'dead'
      const reason = state === 'delivered' ? null : { code: 'SOME_CODE', detail: 'some words' }
      const attempts = [{ ...attempt(1, 'refused', true), id: `att_${leased.id}` }]
      await store.record(result(leased, { state, reason, attempts }))
    }
  }
  const job = (fields: Partial<NewJob> = {}): NewJob => ({
    id: 'job_1',
    action: 'resend',
    filter: {},
    ratePerSecond: null,
    by: 'admin',
    why: 'the list is there now',
    createdAtMs: BEGAN,
    expected: 7,
    ...fields,
  })
  const statesOf = async (store: Store): Promise<Readonly<Record<string, DeliveryState>>> => {
    const { rows } = await store.listDeliveries({ limit: 200 })
    return Object.fromEntries(rows.map(({ id, state }) => [id, state]))
  }
  const read = async (store: Store, id = 'job_1'): Promise<Job | null> => store.readJob(id)
  const finish = async (store: Store, nowMs = BEGAN, limit = 200) => {
    for (let step = await store.stepJobs({ nowMs, limit }); step.nextAtMs !== null && step.nextAtMs <= nowMs;)
      step = await store.stepJobs({ nowMs, limit })
  }

  describe(`${name}: jobs`, () => {
    test('decide about every dead and parked delivery that fits, and leave who and why with each', async () => {
      const { store } = open()
      await ended(store, ['dead', 'parked', 'delivered'])
      await ended(store, ['dead'], 'beta')
      await store.addJob(job({ filter: { destination: 'alpha' } }))
      expect(await store.stepJobs({ nowMs: BEGAN, limit: 200 })).toEqual({ destinations: ['alpha'], nextAtMs: null })
      expect(await statesOf(store)).toEqual({
        dlv_alpha0: 'pending',
        dlv_alpha1: 'pending',
        dlv_alpha2: 'delivered',
        dlv_beta0: 'dead',
      })
      const resolution = { as: 'resend', by: 'admin', why: 'the list is there now', atMs: BEGAN } as const
      expect(await store.readDelivery('dlv_alpha0')).toMatchObject({ resolutions: [resolution], countedAttempts: 0 })
      expect(await read(store)).toMatchObject({ state: 'done', done: 2, skipped: 0, nextAtMs: null, endedAtMs: BEGAN })
    })

    test('try now what waits for one destination, once each', async () => {
      const { store } = open()
      for (const [id, destination] of [
        ['1', 'alpha'],
        ['2', 'alpha'],
        ['3', 'beta'],
      ] as const) {
        await store.accept(event(id, { receivedAtMs: NOW, deliveries: [delivery(id, destination)] }))
      }
      for (const leased of [...(await leaseAll(store, 'alpha')), ...(await leaseAll(store, 'beta'))]) {
        const attempts = [{ ...attempt(1, 'busy', true), id: `att_${leased.id}` }]
        await store.record(result(leased, { attempts, dueAtMs: NOW + 86_400_000 }))
      }
      const filter = { state: 'pending', destination: 'alpha' } as const
      expect(await store.countMatching({ action: 'resend', filter, after: '' })).toMatchObject({ count: 2 })
      await store.addJob(job({ filter }))
      await finish(store)
      expect(await read(store)).toMatchObject({ state: 'done', done: 2, skipped: 0 })
      expect((await leaseAll(store, 'alpha', BEGAN)).map(({ id }) => id)).toEqual(['dlv_1', 'dlv_2'])
      expect(await leaseAll(store, 'beta', BEGAN)).toEqual([])
    })

    test('are counted before they begin, which changes nothing', async () => {
      const { store } = open()
      await ended(store, ['dead', 'parked', 'dead', 'delivered'])
      const before = await statesOf(store)
      const count = (fields: Partial<NewJob>) => store.countMatching({ ...job(fields), after: '' })
      expect(await count({})).toEqual({
        count: 3,
        sample: ['dlv_alpha0', 'dlv_alpha1', 'dlv_alpha2'],
        next: null,
      })
      expect(await store.countMatching({ ...job(), after: 'dlv_alpha1' })).toMatchObject({ count: 1 })
      expect(await count({ filter: { state: 'dead' } })).toMatchObject({ count: 2 })
      expect(await count({ filter: { code: 'OTHER' } })).toEqual({ count: 0, sample: [], next: null })
      expect(await count({ filter: { text: 'SOME WORDS' } })).toMatchObject({ count: 3 })
      // Only a parked one can be taken for delivered.
      expect(await count({ action: 'delivered' })).toMatchObject({ count: 1, sample: ['dlv_alpha1'] })
      expect(await statesOf(store)).toEqual(before)
      expect((await store.listJobs({ limit: 9 })).rows).toEqual([])
    })

    test.each([
      ['drop', { dlv_alpha0: 'dropped', dlv_alpha1: 'dropped' }],
      ['delivered', { dlv_alpha0: 'dead', dlv_alpha1: 'delivered' }],
      ['acknowledge', { dlv_alpha0: 'dead', dlv_alpha1: 'parked' }],
    ] as const)('%s', async (action, states) => {
      const { store } = open()
      await ended(store, ['dead', 'parked'])
      await store.addJob(job({ action }))
      await finish(store)
      expect(await statesOf(store)).toEqual(states)
    })

    test('go on where they were when the process died, and repeat nothing', async () => {
      let opened = open()
      await ended(
        opened.store,
        Array.from({ length: 10 }, () => 'dead'),
      )
      await opened.store.addJob(job())
      let steps = 0
      for (let nextAtMs: number | null = 0; nextAtMs !== null; steps += 1) {
        opened = opened.reopen()
        nextAtMs = (await opened.store.stepJobs({ nowMs: BEGAN, limit: 3 })).nextAtMs
      }
      expect((await opened.store.readJob('job_1'))?.expected).toBe(7)
      expect(steps).toBe(4)
      expect(await read(opened.store)).toMatchObject({ state: 'done', done: 10, skipped: 0 })
      const { rows } = await opened.store.listDeliveries({ limit: 20 })
      const histories = await Promise.all(rows.map(({ id }) => opened.store.readDelivery(id)))
      expect(histories.map((one) => one?.resolutions.length)).toEqual(Array.from({ length: 10 }, () => 1))
    })

    test('keep to their rate, also over a restart', async () => {
      const opened = open()
      await ended(opened.store, ['dead', 'dead', 'dead'])
      await opened.store.addJob(job({ ratePerSecond: 4 }))
      expect(await opened.store.stepJobs({ nowMs: BEGAN, limit: 200 })).toMatchObject({ nextAtMs: BEGAN + 250 })
      const { store } = opened.reopen()
      expect(await store.stepJobs({ nowMs: BEGAN + 249, limit: 200 })).toEqual({
        destinations: [],
        nextAtMs: BEGAN + 250,
      })
      expect(await read(store)).toMatchObject({ state: 'running', done: 1 })
      // A little late, which the next one is not for that; and much, after which nothing is caught up with.
      expect(await store.stepJobs({ nowMs: BEGAN + 300, limit: 200 })).toMatchObject({ nextAtMs: BEGAN + 500 })
      expect(await store.stepJobs({ nowMs: BEGAN + 9000, limit: 200 })).toMatchObject({ nextAtMs: BEGAN + 9250 })
    })

    test('begin when they are told to', async () => {
      const { store } = open()
      await ended(store, ['dead'])
      expect(await store.addJob(job({ ratePerSecond: 4 }), BEGAN + 700)).toMatchObject({ nextAtMs: BEGAN + 700 })
      const step = { destinations: [], nextAtMs: BEGAN + 700 }
      expect(await store.stepJobs({ nowMs: BEGAN + 699, limit: 200 })).toEqual(step)
      expect(await store.stepJobs({ nowMs: BEGAN + 700, limit: 200 })).toMatchObject({ destinations: ['alpha'] })
    })

    test('of less than one in a second take one at a time', async () => {
      const { store } = open()
      await ended(store, ['dead', 'dead'])
      await store.addJob(job({ ratePerSecond: 0.1 }))
      expect(await store.stepJobs({ nowMs: BEGAN, limit: 200 })).toMatchObject({ nextAtMs: BEGAN + 10_000 })
      expect(await read(store)).toMatchObject({ done: 1 })
    })

    test('leave alone what died after they began: what they sent again is not sent again and again', async () => {
      const { store } = open()
      await ended(store, ['dead', 'dead', 'dead'])
      await store.addJob(job())
      await store.stepJobs({ nowMs: BEGAN, limit: 1 })
      // One that they sent again dies again, one that they have not come to is sent by hand and dies, and a new one dies.
      await store.resolve({ id: 'dlv_alpha2', as: 'resend', by: 'x', why: 'x', atMs: BEGAN + 1 })
      await store.accept(event('z', { receivedAtMs: BEGAN, deliveries: [delivery('z', 'alpha')] }))
      for (const leased of await leaseAll(store, 'alpha', BEGAN + 2))
        await store.record(result(leased, { state: 'dead', nowMs: BEGAN + 3 }))
      await finish(store, BEGAN + 9)
      expect(await read(store)).toMatchObject({ state: 'done', done: 2, skipped: 1 })
      expect(await statesOf(store)).toEqual({
        dlv_alpha0: 'dead',
        dlv_alpha1: 'pending',
        dlv_alpha2: 'dead',
        dlv_z: 'dead',
      })
    })

    test('take turns', async () => {
      const { store } = open()
      await ended(store, ['dead', 'dead'])
      await ended(store, ['dead', 'dead'], 'beta')
      await store.addJob(job({ filter: { destination: 'alpha' }, ratePerSecond: 2 }))
      await store.addJob(job({ id: 'job_2', filter: { destination: 'beta' }, ratePerSecond: 2 }))
      const first = await store.stepJobs({ nowMs: BEGAN, limit: 200 })
      const second = await store.stepJobs({ nowMs: BEGAN, limit: 200 })
      expect([first, second]).toEqual([
        { destinations: ['alpha'], nextAtMs: BEGAN },
        { destinations: ['beta'], nextAtMs: BEGAN + 500 },
      ])
    })

    test('end when they are cancelled, once', async () => {
      const opened = open()
      await ended(opened.store, ['dead', 'dead'])
      await opened.store.addJob(job())
      await opened.store.stepJobs({ nowMs: BEGAN, limit: 1 })
      const cancel = { id: 'job_1', by: 'other', atMs: BEGAN + 5 }
      expect(await opened.store.cancelJob(cancel)).toBe(true)
      expect(await opened.store.cancelJob(cancel)).toBe(false)
      const { store } = opened.reopen()
      expect(await store.stepJobs({ nowMs: BEGAN + 9, limit: 1 })).toEqual({ destinations: [], nextAtMs: null })
      expect(await read(store)).toMatchObject({
        state: 'cancelled',
        cancelledBy: 'other',
        endedAtMs: BEGAN + 5,
        done: 1,
      })
    })

    test('are listed, the newest first', async () => {
      const { store } = open()
      for (const id of ['job_1', 'job_2', 'job_3']) await store.addJob(job({ id, filter: { text: id } }))
      const page = await store.listJobs({ limit: 2 })
      expect(page).toMatchObject({ rows: [{ id: 'job_3', filter: { text: 'job_3' } }, { id: 'job_2' }], next: 'job_2' })
      expect(await store.listJobs({ limit: 2, before: 'job_2' })).toMatchObject({ rows: [{ id: 'job_1' }], next: null })
      expect(await store.readJob('job_9')).toBeNull()
    })
  })

  describe(`${name}: acknowledge`, () => {
    const acknowledge = { as: 'acknowledge', by: 'admin', why: '', atMs: BEGAN } as const

    test.each(['dead', 'parked'] as const)(
      'a %s one stays what it is, and since when, and is known to be seen',
      async (state) => {
        const opened = open()
        await ended(opened.store, [state])
        expect(await opened.store.resolve({ id: 'dlv_alpha0', ...acknowledge })).toBe(true)
        expect(await opened.reopen().store.readDelivery('dlv_alpha0')).toMatchObject({
          state,
          updatedAtMs: NOW,
          acknowledgedAtMs: BEGAN,
          resolutions: [acknowledge],
        })
      },
    )

    test('once, and nothing but what is dead or parked', async () => {
      const { store } = open()
      await ended(store, ['dead', 'delivered'])
      expect(await store.resolve({ id: 'dlv_alpha0', ...acknowledge })).toBe(true)
      expect(await store.resolve({ id: 'dlv_alpha0', ...acknowledge })).toBe(false)
      expect(await store.resolve({ id: 'dlv_alpha1', ...acknowledge })).toBe(false)
    })

    test('one that dies again was not seen as that', async () => {
      const { store } = open()
      await ended(store, ['dead'])
      await store.resolve({ id: 'dlv_alpha0', ...acknowledge })
      await store.resolve({ ...acknowledge, id: 'dlv_alpha0', as: 'resend' })
      expect(await store.readDelivery('dlv_alpha0')).toMatchObject({ acknowledgedAtMs: null })
      const [leased] = await leaseAll(store, 'alpha', BEGAN)
      await store.record(result(leased, { state: 'dead', nowMs: BEGAN }))
      expect(await store.readDelivery('dlv_alpha0')).toMatchObject({ state: 'dead', acknowledgedAtMs: null })
    })
  })
}
