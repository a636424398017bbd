import { describe, expect, test } from 'bun:test'
import type { Change, Store } from '@sluice/gateway/store'
import { attempt, delivery, event, leaseAll, NOW, type OpenStore, result } from './fixtures.ts'

const ALL = { match: {}, limit: 100, maxBytes: 1_000_000 }
const DAY_MS = 86_400_000

const told = (changes: readonly Change[]) => changes.map(({ state, delivery: { id } }) => `${id} ${state}`)

/** Reads on, one change at a time, from a place to the end. */
async function readOn(store: Store, after: string): Promise<readonly string[]> {
  const all: string[] = []
  for (let place = after; ;) {
    const read = await store.readChanges({ ...ALL, limit: 1, after: place })
    expect(read.lost).toBe(false)
    all.push(...told(read.changes))
    place = read.changes.at(-1)?.position ?? read.position
    if (!read.more) return all
  }
}

/** What became of deliveries is told in the order of the commits, once each, from whatever place. */
export function storeChanges(name: string, open: () => OpenStore): void {
  const two = event('1', { deliveries: [delivery('1', 'alpha'), delivery('2', 'beta')] })

  describe(`${name}: changes`, () => {
    test('are told from now on, each at its place', async () => {
      const { store } = open()
      await store.accept(event('0', { deliveries: [delivery('0', 'alpha')] }))
      const { position: now, changes } = await store.readChanges({ ...ALL, after: null })
      expect(changes).toEqual([])
      await store.accept(two)
      const [leased] = await leaseAll(store, 'beta')
      await store.record(
        result(leased, { state: 'delivered', nowMs: NOW + 7, attempts: [attempt(1, 'delivered', true)] }),
      )
      const read = await store.readChanges({ ...ALL, after: now })
      expect(told(read.changes)).toEqual(['dlv_1 pending', 'dlv_2 pending', 'dlv_2 delivered'])
      expect(read).toMatchObject({ more: false, lost: false })
      expect(read.changes[2]).toMatchObject({
        atMs: NOW + 7,
        delivery: { id: 'dlv_2', state: 'delivered', attempts: 1 },
      })
      for (const [index, { position }] of read.changes.entries()) {
        const rest = await store.readChanges({ ...ALL, after: position })
        expect(told(rest.changes)).toEqual(told(read.changes.slice(index + 1)))
      }
      expect(await store.readChanges({ ...ALL, after: read.position })).toMatchObject({ changes: [], more: false })
    })

    test('a try that failed is one, a lease and its return are none, and a decision is one', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const { position: after } = await store.readChanges({ ...ALL, after: null })
      const [given] = await leaseAll(store, 'alpha')
      await store.release({ ids: ['dlv_1'], leaseId: given?.leaseId ?? '', nowMs: NOW })
      expect(await store.readChanges({ ...ALL, after })).toMatchObject({ changes: [] })
      const [tried] = await leaseAll(store, 'alpha')
      await store.record(result(tried, { dueAtMs: NOW, attempts: [attempt(1, 'busy', true)] }))
      const [again] = await leaseAll(store, 'alpha')
      await store.record(result(again, { state: 'dead', attempts: [{ ...attempt(2, 'refused', true) }] }))
      await store.resolve({ id: 'dlv_1', atMs: NOW, as: 'acknowledge', by: 'k', why: '' })
      await store.resolve({ id: 'dlv_1', atMs: NOW, as: 'resend', by: 'k', why: '' })
      expect(await readOn(store, after)).toEqual(['dlv_1 pending', 'dlv_1 dead', 'dlv_1 pending'])
    })

    test('a delivery that a replay made is told once, and one whose mapping failed is dead', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const { position: after } = await store.readChanges({ ...ALL, after: null })
      const replay = { id: 'rpl_1', eventId: 'evt_1', atMs: NOW, by: 'k', why: '' }
      await store.replay({ ...replay, deliveries: [delivery('2', 'alpha')] })
      const reason = { code: 'PAYLOAD_INVALID', detail: '' }
      await store.accept(event('2', { deliveries: [{ ...delivery('3', 'alpha'), reason }] }))
      expect(await readOn(store, after)).toEqual(['dlv_2 pending', 'dlv_3 pending', 'dlv_3 dead'])
      expect(await readOn(store, '0')).toEqual(['dlv_1 pending', 'dlv_2 pending', 'dlv_3 pending', 'dlv_3 dead'])
    })

    test('of one destination, source, route or state only', async () => {
      const { store } = open()
      const { position: after } = await store.readChanges({ ...ALL, after: null })
      await store.accept(two)
      await store.accept(event('2', { source: 'signup', deliveries: [delivery('3', 'alpha')] }))
      const [leased] = await leaseAll(store, 'beta')
      await store.record(result(leased, { state: 'parked' }))
      const of = async (match: Parameters<Store['readChanges']>[0]['match']) =>
        told((await store.readChanges({ ...ALL, match, after })).changes)
      expect(await of({ destination: 'beta' })).toEqual(['dlv_2 pending', 'dlv_2 parked'])
      expect(await of({ source: 'signup' })).toEqual(['dlv_3 pending'])
      expect(await of({ route: 'demo.beta.records.create' })).toEqual(['dlv_2 pending', 'dlv_2 parked'])
      expect(await of({ states: ['parked', 'dead'] })).toEqual(['dlv_2 parked'])
      expect((await store.readChanges({ ...ALL, match: { source: 'none' }, after })).position).not.toBe(after)
    })

    test('a page ends by its bytes, and goes on behind them', async () => {
      const { store } = open()
      await store.accept(two)
      const first = await store.readChanges({ ...ALL, maxBytes: 1, after: '0' })
      expect(told(first.changes)).toEqual(['dlv_1 pending'])
      expect(first.more).toBe(true)
      expect(await readOn(store, first.position)).toEqual(['dlv_2 pending'])
    })

    test('survive the death of the process, and what was not committed has no number', async () => {
      const opened = open()
      await opened.store.accept(two)
      await Promise.allSettled([opened.store.accept(event('2', { deliveries: [delivery('1', 'alpha')] }))])
      const { store } = opened.reopen()
      await store.accept(event('3', { deliveries: [delivery('3', 'alpha')] }))
      expect(await readOn(store, '0')).toEqual(['dlv_1 pending', 'dlv_2 pending', 'dlv_3 pending'])
    })

    test('a place whose changes are no longer kept, or that is none, is lost; the numbers go on', async () => {
      const { store } = open()
      await store.accept(two)
      for (const destination of ['alpha', 'beta']) {
        for (const leased of await leaseAll(store, destination))
          await store.record(result(leased, { state: 'delivered' }))
      }
      const { position: end } = await store.readChanges({ ...ALL, after: null })
      await store.removeEnded({ beforeMs: NOW + DAY_MS, after: '', limit: 100 })
      expect(await store.readEvent('evt_1')).toBeNull()
      expect(await store.readChanges({ ...ALL, after: '0' })).toMatchObject({ changes: [], lost: true, position: end })
      expect(await store.readChanges({ ...ALL, after: end })).toMatchObject({ changes: [], lost: false, position: end })
      for (const none of ['99', 'x', '', '-1', '1.evt_1', `1.dlv_1'; --`, '1'.repeat(30)]) {
        expect(await store.readChanges({ ...ALL, after: none })).toMatchObject({ lost: true })
      }
      await store.accept(event('2', { deliveries: [delivery('3', 'alpha')] }))
      expect(await readOn(store, end)).toEqual(['dlv_3 pending'])
    })

    test('who waits is told of the next commit', async () => {
      const { store } = open()
      const waits = store.changed()
      await store.accept(two)
      await waits
      expect(await readOn(store, '0')).toHaveLength(2)
    })
  })
}
