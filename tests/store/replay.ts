import { describe, expect, test } from 'bun:test'
import { bytes, delivery, event, leaseAll, NOW, type OpenStore } from './fixtures.ts'

/** An event goes through the routes once more. */
export function storeReplay(name: string, open: () => OpenStore): void {
  const again = { id: 'rpl_1', eventId: 'evt_1', atMs: NOW + 50, by: 'admin', why: 'a route is new' } as const

  describe(`${name}: replay`, () => {
    test('adds deliveries to an event that stays as it is, and who wanted them', async () => {
      const opened = open()
      await opened.store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const reason = { code: 'PAYLOAD_INVALID', detail: 'Route demo.beta' }
      const deliveries = [delivery('2', 'alpha'), { ...delivery('3', 'beta'), reason }]
      expect(await opened.store.replay({ ...again, deliveries })).toBe(true)
      const { store } = opened.reopen()
      expect(await store.readEvent('evt_1')).toMatchObject({
        receivedAtMs: NOW,
        body: bytes('body 1'),
        replays: [{ id: 'rpl_1', atMs: NOW + 50, by: 'admin', why: 'a route is new' }],
        deliveries: [
          { id: 'dlv_1', replayId: null, createdAtMs: NOW },
          { id: 'dlv_2', replayId: 'rpl_1', createdAtMs: NOW + 50, source: 'demo', state: 'pending' },
          { id: 'dlv_3', replayId: 'rpl_1', state: 'dead', reason },
        ],
      })
      expect((await leaseAll(store, 'alpha', NOW + 50)).map(({ id }) => id).toSorted()).toEqual(['dlv_1', 'dlv_2'])
    })

    test('changes nothing of the answer to a repeat', async () => {
      const { store } = open()
      const first = event('1', { idempotencyKey: 'k', deliveries: [delivery('1', 'alpha')] })
      const told = await store.accept(first)
      expect(told.kind).toBe('stored')
      await store.replay({ ...again, deliveries: [delivery('2', 'alpha')] })
      expect(await store.accept({ ...first, id: 'evt_2' })).toMatchObject({ ...told, kind: 'repeated' })
    })

    test('stands in line by its ordering key', async () => {
      const { store } = open()
      const inLine = (id: string) => ({ ...delivery(id, 'alpha'), orderingKey: 'ada' })
      await store.accept(event('1', { deliveries: [inLine('1')] }))
      await store.replay({ ...again, deliveries: [inLine('2')] })
      expect((await leaseAll(store, 'alpha', NOW + 50)).map(({ id }) => id)).toEqual(['dlv_1'])
      expect(await store.readDelivery('dlv_2')).toMatchObject({ waitsFor: 'dlv_1' })
    })

    test('of an event that is not there adds nothing', async () => {
      const { store } = open()
      expect(await store.replay({ ...again, deliveries: [delivery('2', 'alpha')] })).toBe(false)
      expect(await store.readDelivery('dlv_2')).toBeNull()
    })

    test('is all or nothing', async () => {
      const { store } = open()
      await store.accept(event('1', { deliveries: [delivery('1', 'alpha')] }))
      const clash = store.replay({ ...again, deliveries: [delivery('2', 'alpha'), delivery('1', 'alpha')] })
      expect(await Promise.allSettled([clash])).toMatchObject([{ status: 'rejected' }])
      expect(await store.readEvent('evt_1')).toMatchObject({ replays: [], deliveries: [{ id: 'dlv_1' }] })
    })
  })
}
