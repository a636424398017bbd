import { describe, expect, test } from 'bun:test'
import type { DeliveryMatch, NewDelivery, Store } from '@sluice/gateway/store'
import { attempt, delivery, event, leaseAll, NOW, type OpenStore, result } from './fixtures.ts'

/** More rows than a page looks at to find few. */
const MANY = 3000

/** Lists find what is asked for, and nothing else. */
export function storeFilters(name: string, open: () => OpenStore): void {
  const filled = async (): Promise<Store> => {
    const { store } = open()
    const one: NewDelivery = { ...delivery('1', 'alpha'), payload: { name: 'Åsa "Öst" Berg', n: 1 } }
    const two: NewDelivery = { ...delivery('2', 'beta'), operation: 'records.update', payload: { name: 'Bo_%' } }
    const three = delivery('3', 'beta')
    await store.accept(event('1', { deliveries: [one] }))
    await store.accept(event('2', { source: 'signup', receivedAtMs: NOW + 10, deliveries: [two] }))
    await store.accept(event('3', { receivedAtMs: NOW + 20, deliveries: [three] }))
    const leased = [...(await leaseAll(store, 'beta', NOW + 20))]
    const reason = { code: 'NO_SUCH_LIST', detail: 'List NINE is not there' }
    const [second, third] = leased.toSorted((left, right) => (left.id < right.id ? -1 : 1))
    await store.record(result(second, { state: 'dead', reason, attempts: [attempt(1, 'refused', true)] }))
    await store.record(result(third, { state: 'delivered', receipt: { key: 'Receipt-77' } }))
    return store
  }
  const rows: readonly [what: string, match: DeliveryMatch, ids: readonly string[]][] = [
    ['nothing', {}, ['dlv_3', 'dlv_2', 'dlv_1']],
    ['a source', { source: 'signup' }, ['dlv_2']],
    ['a route', { route: 'demo.alpha.records.create' }, ['dlv_1']],
    ['an operation', { operation: 'records.update' }, ['dlv_2']],
    ['a code', { code: 'NO_SUCH_LIST' }, ['dlv_2']],
    ['a state and a source', { state: 'delivered', source: 'demo' }, ['dlv_3']],
    ['a time from which', { createdAfterMs: NOW + 10 }, ['dlv_3', 'dlv_2']],
    ['a time before which', { createdBeforeMs: NOW + 10 }, ['dlv_1']],
    ['a text of the payload', { text: 'berg' }, ['dlv_1']],
    ['a text in letters of either case beyond ASCII', { text: 'åSA "öST"' }, ['dlv_1']],
    ['a text that would be a pattern', { text: 'o_%' }, ['dlv_2']],
    ['a pattern that is a text', { text: 'B%' }, []],
    ['a text of the reason', { text: 'list nine' }, ['dlv_2']],
    ['a text of the receipt', { text: 'RECEIPT-77' }, ['dlv_3']],
    ['a text that is nowhere', { text: 'xyz' }, []],
    ['two things that no delivery is', { source: 'signup', route: 'demo.alpha.records.create' }, []],
  ]

  describe(`${name}: filters`, () => {
    test.each(rows)('of %s', async (_, match, ids) => {
      const store = await filled()
      const { rows: found } = await store.listDeliveries({ ...match, limit: 10 })
      expect(found.map(({ id }) => id)).toEqual([...ids])
    })

    test('a page says where the next begins, and the last says that there is none', async () => {
      const store = await filled()
      const first = await store.listDeliveries({ source: 'demo', limit: 1 })
      expect(first).toMatchObject({ rows: [{ id: 'dlv_3' }], next: 'dlv_3' })
      const second = await store.listDeliveries({ source: 'demo', limit: 1, before: 'dlv_3' })
      expect(second).toMatchObject({ rows: [{ id: 'dlv_1' }], next: null })
    })

    test('what is rare among many is found page by page, none of which looks at all of them', async () => {
      const { store } = open()
      const id = (index: number) => String(index).padStart(6, '0')
      const deliveries = Array.from({ length: MANY }, (_, index) => delivery(id(index), 'alpha'))
      await store.accept(event('1', { deliveries: [{ ...delivery('', 'alpha'), operation: 'rare' }, ...deliveries] }))
      const first = await store.listDeliveries({ operation: 'rare', limit: 10 })
      expect(first.rows).toEqual([])
      const second = await store.listDeliveries({ operation: 'rare', limit: 10, before: first.next ?? '' })
      expect(second).toMatchObject({ rows: [{ id: 'dlv_' }], next: null })
    })

    test('events by source and time, the newest first, with the size of their bodies', async () => {
      const store = await filled()
      const all = await store.listEvents({ limit: 2 })
      expect(all).toMatchObject({ rows: [{ id: 'evt_3', bodyBytes: 6 }, { id: 'evt_2' }], next: 'evt_2' })
      expect((await store.listEvents({ limit: 2, before: 'evt_2' })).rows.map(({ id }) => id)).toEqual(['evt_1'])
      expect(await store.listEvents({ source: 'signup', limit: 9 })).toMatchObject({ rows: [{ id: 'evt_2' }] })
      const between = { receivedAfterMs: NOW + 10, receivedBeforeMs: NOW + 20, limit: 9 }
      expect((await store.listEvents(between)).rows.map(({ id }) => id)).toEqual(['evt_2'])
    })
  })
}
