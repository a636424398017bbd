import { describe, expect, test } from 'bun:test'
import type { AcceptMode, NewEvent, Store } from '@sluice/gateway/store'
import { bytes, delivery, event, NOW, type OpenStore, WINDOW_MS } from './fixtures.ts'

/** What a store must do with events that come in one request. */
export function storeTogether(name: string, open: () => OpenStore): void {
  const keyed = (id: string, idempotencyKey: string, body = `body ${id}`): NewEvent =>
    event(id, { idempotencyKey, body: bytes(body), deliveries: [delivery(id, 'alpha')] })
  const kinds = async (store: Store, events: readonly NewEvent[], mode: AcceptMode) =>
    (await store.acceptAll(events, mode)).map(({ kind }): string => kind)
  const stored = async (store: Store) => (await store.listEvents({ limit: 100 })).rows.map(({ id }) => id).toSorted()

  describe(`${name}: events that come together`, () => {
    test('are all there when the process died right after, with their deliveries', async () => {
      const opened = open()
      const results = await opened.store.acceptAll([keyed('1', 'a'), keyed('2', 'b')], 'lenient')
      expect(results).toEqual([
        {
          kind: 'stored',
          acceptance: {
            eventId: 'evt_1',
            deliveries: [{ id: 'dlv_1', destination: 'alpha', operation: 'records.create' }],
          },
        },
        {
          kind: 'stored',
          acceptance: {
            eventId: 'evt_2',
            deliveries: [{ id: 'dlv_2', destination: 'alpha', operation: 'records.create' }],
          },
        },
      ])
      const { store } = opened.reopen()
      expect(await stored(store)).toEqual(['evt_1', 'evt_2'])
      expect((await store.readDelivery('dlv_2'))?.state).toBe('pending')
    })

    test('and come again get the ids of the first time', async () => {
      const { store } = open()
      const first = await store.acceptAll([keyed('1', 'a'), keyed('2', 'b')], 'lenient')
      const again = await store.acceptAll([keyed('3', 'a', 'body 1'), keyed('4', 'b', 'body 2')], 'strict')
      expect(again.map(({ kind }) => kind)).toEqual(['repeated', 'repeated'])
      expect(again.map((result) => 'acceptance' in result && result.acceptance)).toEqual(
        first.map((result) => 'acceptance' in result && result.acceptance),
      )
      expect(await stored(store)).toEqual(['evt_1', 'evt_2'])
    })

    test.each<[AcceptMode, readonly string[], readonly string[]]>([
      ['lenient', ['stored', 'conflict', 'stored'], ['evt_0', 'evt_1', 'evt_3']],
      ['strict', ['withheld', 'conflict', 'withheld'], ['evt_0']],
      ['look', ['withheld', 'conflict', 'withheld'], ['evt_0']],
    ])('%s: one whose key is known with another body', async (mode, expected, there) => {
      const { store } = open()
      await store.accept(keyed('0', 'b', 'another body'))
      expect(await kinds(store, [keyed('1', 'a'), keyed('2', 'b'), event('3')], mode)).toEqual([...expected])
      expect(await stored(store)).toEqual([...there])
    })

    test.each<[AcceptMode, string, readonly string[], readonly string[]]>([
      ['lenient', 'body 1', ['stored', 'repeated'], ['evt_1']],
      ['lenient', 'another body', ['stored', 'conflict'], ['evt_1']],
      ['strict', 'body 1', ['stored', 'repeated'], ['evt_1']],
      ['strict', 'another body', ['withheld', 'conflict'], []],
      ['look', 'body 1', ['withheld', 'withheld'], []],
    ])('%s: two with one key, the second with %s', async (mode, body, expected, there) => {
      const { store } = open()
      expect(await kinds(store, [keyed('1', 'a'), keyed('2', 'a', body)], mode)).toEqual([...expected])
      expect(await stored(store)).toEqual([...there])
    })

    test('strict: a key whose window is over is another event', async () => {
      const { store } = open()
      await store.accept(keyed('1', 'a'))
      const later = { ...keyed('2', 'a', 'another body'), receivedAtMs: NOW + WINDOW_MS }
      expect(await kinds(store, [later], 'strict')).toEqual(['stored'])
      expect(await stored(store)).toEqual(['evt_1', 'evt_2'])
    })

    test('of which one cannot be written are not written at all', async () => {
      const { store } = open()
      const twice = [keyed('1', 'a'), { ...keyed('2', 'b'), deliveries: [delivery('1', 'alpha')] }]
      expect(
        await store.acceptAll(twice, 'lenient').then(
          () => 'stored',
          () => 'failed',
        ),
      ).toBe('failed')
      expect(await stored(store)).toEqual([])
    })
  })
}
