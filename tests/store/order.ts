import { describe, expect, test } from 'bun:test'
import type { NewDelivery, RecordRequest, Store } from '@sluice/gateway/store'
import { delivery, event, leaseAll, NOW, type OpenStore, result } from './fixtures.ts'

/** Deliveries with one ordering key go one after the other. */
export function storeOrder(name: string, open: () => OpenStore): void {
  const inLine = (id: string, orderingKey: string | null, destination = 'alpha'): NewDelivery => ({
    ...delivery(id, destination),
    orderingKey,
  })
  const acceptAll = async (store: Store, deliveries: readonly NewDelivery[]) => {
    for (const one of deliveries) await store.accept(event(one.id, { deliveries: [one] }))
  }
  const leasedIds = async (store: Store) => (await leaseAll(store, 'alpha', NOW + 1000)).map(({ id }) => id)
  const end = async (store: Store, id: string, fields: Partial<RecordRequest>) => {
    const found = (await store.expiredLeases(Infinity)).find((leased) => leased.id === id)
    expect(await store.record(result(found, fields))).toBe(true)
  }

  describe(`${name}: order`, () => {
    test('of one key only the first is leased, and of other keys all', async () => {
      const { store } = open()
      await acceptAll(store, [inLine('1', 'ada'), inLine('2', 'ada'), inLine('3', 'bob'), inLine('4', null)])
      expect((await leasedIds(store)).toSorted()).toEqual(['dlv_1', 'dlv_3', 'dlv_4'])
      expect(await leasedIds(store)).toEqual([])
      expect(await store.nextDueAtMs('alpha')).toBeNull()
    })

    test('belongs to its destination', async () => {
      const { store } = open()
      await acceptAll(store, [inLine('1', 'ada', 'beta'), inLine('2', 'ada')])
      expect(await leasedIds(store)).toEqual(['dlv_2'])
    })

    const ends: [state: RecordRequest['state'], follows: boolean][] = [
      ['delivered', true],
      ['dead', true],
      ['dropped', true],
      ['parked', false],
      ['awaiting-callback', false],
    ]
    test.each(ends)('the next one after one that is %s: %p', async (state, follows) => {
      const { store } = open()
      await acceptAll(store, [inLine('1', 'ada'), inLine('2', 'ada'), inLine('3', 'ada')])
      await leasedIds(store)
      await end(store, 'dlv_1', { state, deadlineAtMs: state === 'awaiting-callback' ? NOW + 9 : null })
      expect(await leasedIds(store)).toEqual(follows ? ['dlv_2'] : [])
    })

    test('holds over retries', async () => {
      const { store } = open()
      await acceptAll(store, [inLine('1', 'ada'), inLine('2', 'ada')])
      await leasedIds(store)
      await end(store, 'dlv_1', { state: 'pending', dueAtMs: NOW + 5000 })
      expect(await leasedIds(store)).toEqual([])
      expect((await leaseAll(store, 'alpha', NOW + 5000)).map(({ id }) => id)).toEqual(['dlv_1'])
    })

    test('holds over a restart, and what waits says for what', async () => {
      const opened = open()
      await acceptAll(opened.store, [inLine('1', 'ada'), inLine('2', 'ada')])
      await leasedIds(opened.store)
      const { store } = opened.reopen()
      expect(await leasedIds(store)).toEqual([])
      expect(await store.readDelivery('dlv_2')).toMatchObject({ waitsFor: 'dlv_1', orderingKey: 'ada' })
      expect(await store.readDelivery('dlv_1')).toMatchObject({ waitsFor: null })
    })

    test.each(['resend', 'delivered', 'drop'] as const)('a person who decides %s lets the line go on', async (as) => {
      const { store } = open()
      await acceptAll(store, [inLine('1', 'ada'), inLine('2', 'ada')])
      await leasedIds(store)
      await end(store, 'dlv_1', { state: 'parked' })
      await store.resolve({ id: 'dlv_1', as, by: 'admin', why: 'looked', atMs: NOW })
      expect(await leasedIds(store)).toEqual(as === 'resend' ? ['dlv_1'] : ['dlv_2'])
    })

    test('a dead one that is sent again stands in line behind the one that went on, and before those that wait', async () => {
      const { store } = open()
      await acceptAll(store, [inLine('1', 'ada'), inLine('2', 'ada'), inLine('3', 'ada')])
      await leasedIds(store)
      await end(store, 'dlv_1', { state: 'dead' })
      expect(await leasedIds(store)).toEqual(['dlv_2'])
      await store.resolve({ id: 'dlv_1', as: 'resend', by: 'admin', why: 'mended', atMs: NOW })
      expect(await leasedIds(store)).toEqual([])
      await end(store, 'dlv_2', { state: 'delivered' })
      expect(await leasedIds(store)).toEqual(['dlv_1'])
      await end(store, 'dlv_1', { state: 'delivered' })
      expect(await leasedIds(store)).toEqual(['dlv_3'])
    })

    test('ten thousand that wait in one line cost the others nothing: one look at the next finds it', async () => {
      const { store } = open()
      const waiting = Array.from({ length: 10_000 }, (_, index) => inLine(`a${String(index).padStart(5, '0')}`, 'ada'))
      await store.accept(event('many', { deliveries: waiting }))
      await acceptAll(store, [inLine('b', 'bob')])
      expect(await leasedIds(store)).toEqual(['dlv_a00000', 'dlv_b'])
    })
  })
}
