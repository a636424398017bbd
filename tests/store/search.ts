import { describe, expect, test } from 'bun:test'
import type { Store } from '@sluice/gateway/store'
import { attempt, bytes, delivery, event, leaseAll, NOW, type OpenStore, result } from './fixtures.ts'

const PAGE = { match: {}, limit: 50, maxBytes: 1_000_000 }
const DAY_MS = 86_400_000
/** More than a search brings into the index by itself. */
const MANY = 1200

const eventsOf = async (store: Store, words: string): Promise<readonly string[]> =>
  (await store.searchEvents({ ...PAGE, words })).rows.map(({ row: { id } }) => id)
const deliveriesOf = async (store: Store, words: string): Promise<readonly string[]> =>
  (await store.searchDeliveries({ ...PAGE, words })).rows.map(({ row: { id } }) => id)

/** Walks through all pages of a search. */
async function walk(store: Store, words: string, limit: number): Promise<readonly string[]> {
  const all: string[] = []
  for (let from: string | undefined; ;) {
    const found = await store.searchDeliveries({ ...PAGE, words, limit, from })
    expect(found.rows.length).toBeLessThanOrEqual(limit)
    all.push(...found.rows.map(({ row: { id } }) => id))
    if (found.next === null) return all
    from = found.next
  }
}

/** A lead is found by what is known of it. */
export function storeSearch(name: string, open: () => OpenStore): void {
  const filled = async (): Promise<OpenStore> => {
    const opened = open()
    const { store } = opened
    const ana = JSON.stringify({
      email: 'Ana.Berg+news@Example.com',
      phone: '+46 70-123 45 67',
      name: 'Ånna Bérg',
      note: 'say "hi"\nOR else',
    })
    await store.accept(
      event('1', {
        idempotencyKey: 'order-7781',
        body: bytes(ana),
        deliveries: [delivery('1', 'alpha'), delivery('2', 'beta')],
      }),
    )
    const bo = '<lead mail="bo@example.com"><name>Bo &#197;kesson &amp; Son</name><phone>0046701234568</phone></lead>'
    await store.accept(
      event('2', {
        source: 'signup',
        contentType: 'application/xml',
        body: bytes(bo),
        deliveries: [delivery('3', 'beta')],
      }),
    )
    const form = event('3', {
      contentType: 'application/x-www-form-urlencoded',
      body: bytes('who=S%C3%B8ren+Ole&phone=0701234567'),
    })
    await store.accept(form)
    const [, third] = (await leaseAll(store, 'beta')).toSorted((left, right) => (left.id < right.id ? -1 : 1))
    const reason = { code: 'NO_SUCH_LIST', detail: 'List NINE is not there' }
    await store.record(result(third, { state: 'dead', reason, receipt: { key: 'Receipt-77' } }))
    return opened
  }
  const rows: readonly [words: string, ids: readonly string[]][] = [
    ['ana.berg+news@example.com', ['evt_1']],
    ['ANA.BERG+NEWS@EXAMPLE.COM', ['evt_1']],
    ['ana.berg', ['evt_1']],
    ['bo@example.com', ['evt_2']],
    ['ana@example.com', []],
    ['bo@exam*', ['evt_2']],
    ['bo@exam', []],
    ['bo@example.com*', ['evt_2']],
    ['4670123*', []],
    ['004670123*', ['evt_2']],
    ['0701234567*', ['evt_3']],
    ['example.com', ['evt_2', 'evt_1']],
    ['+46 70-123 45 67', ['evt_3', 'evt_1']],
    ['46701234567', ['evt_3', 'evt_1']],
    ['0046701234567', ['evt_3', 'evt_1']],
    ['070-1234567', ['evt_3', 'evt_1']],
    ['(0)70 123.45.68', ['evt_2']],
    ['+46701234569', []],
    ['anna berg', ['evt_1']],
    ['Ånna', ['evt_1']],
    ['BÉRG anna', ['evt_1']],
    ['ber*', ['evt_1']],
    ['ber', []],
    ['be*', []],
    ['akess* s*n son', []],
    ['akess* Bo', ['evt_2']],
    ['soren', ['evt_3']],
    ['SØREN ole', ['evt_3']],
    ['son', ['evt_2']],
    ['order-7781', ['evt_1']],
    ['signup', ['evt_2']],
    ['NO_SUCH_LIST', ['evt_2']],
    ['list nine', ['evt_2']],
    ['receipt-77', ['evt_2']],
    ['anna bo', []],
    ['else', ['evt_1']],
    ['xyz', []],
    ['"', []],
    ['* OR NOT ( - ^ :', []],
    ['email', []],
    ['anna" OR "bo', []],
    ['words:anna', []],
    ['anna*', ['evt_1']],
    ['NEAR(anna berg)', []],
  ]

  describe(`${name}: search`, () => {
    test.each(rows)('for %s', async (words, ids) => {
      const { store } = await filled()
      expect(await eventsOf(store, words)).toEqual(ids)
    })

    test('finds the deliveries of an event, and those of them that are asked for', async () => {
      const { store } = await filled()
      expect(await deliveriesOf(store, 'anna')).toEqual(['dlv_2', 'dlv_1'])
      const beta = await store.searchDeliveries({ ...PAGE, words: 'example', match: { destination: 'beta' } })
      expect(beta.rows.map(({ row: { id } }) => id)).toEqual(['dlv_3', 'dlv_2'])
      const dead = await store.searchDeliveries({ ...PAGE, words: 'example', match: { states: ['dead', 'parked'] } })
      expect(dead.rows.map(({ row: { id } }) => id)).toEqual(['dlv_3'])
      const signup = await store.searchEvents({ ...PAGE, words: 'example', match: { source: 'signup' } })
      expect(signup.rows.map(({ row: { id } }) => id)).toEqual(['evt_2'])
    })

    test('finds the attempts of the deliveries of an event, and those of them that are asked for', async () => {
      const { store } = await filled()
      const [leased] = await leaseAll(store, 'alpha')
      await store.record(result(leased, { state: 'delivered', attempts: [attempt(1, 'delivered', true)] }))
      const idsOf = async (words: string, match = {}) =>
        (await store.searchAttempts({ ...PAGE, words, match })).rows.map(({ row }) => [row.deliveryId, row.eventId])
      expect(await idsOf('anna')).toEqual([['dlv_1', 'evt_1']])
      expect(await idsOf('anna', { destination: 'alpha', outcomes: ['delivered'] })).toEqual([['dlv_1', 'evt_1']])
      expect(await idsOf('anna', { destination: 'beta' })).toEqual([])
      expect(await idsOf('anna', { deliveryId: 'dlv_2' })).toEqual([])
      expect(await idsOf('nobody')).toEqual([])
    })

    test('finds after the death of the process what it had found, and what it had not indexed yet', async () => {
      const opened = await filled()
      expect(await eventsOf(opened.store, 'anna')).toEqual(['evt_1'])
      await opened.store.accept(event('4', { body: bytes('{"name":"Anna Two"}') }))
      const { store } = opened.reopen()
      expect(await eventsOf(store, 'anna')).toEqual(['evt_4', 'evt_1'])
    })

    test('finds what changed since it was indexed, once', async () => {
      const { store } = await filled()
      expect(await eventsOf(store, 'unheard')).toEqual([])
      const [leased] = await leaseAll(store, 'alpha')
      await store.record(result(leased, { state: 'delivered', receipt: { key: 'unheard' } }))
      expect(await eventsOf(store, 'unheard')).toEqual(['evt_1'])
      expect(await eventsOf(store, 'anna')).toEqual(['evt_1'])
    })

    test('goes through all pages without a gap or a double', async () => {
      const { store } = open()
      for (let index = 100; index < 130; index += 1) {
        const deliveries = ['a', 'b', 'c'].map((letter) => delivery(`${index}${letter}`, 'alpha'))
        await store.accept(event(`${index}`, { body: bytes(`{"name":"same ${index}"}`), deliveries }))
      }
      const all = await walk(store, 'same', 200)
      expect(all).toHaveLength(90)
      for (const limit of [1, 2, 7]) expect(await walk(store, 'same', limit)).toEqual(all)
      const one = await store.searchDeliveries({ ...PAGE, words: 'same', maxBytes: 1 })
      expect(one.rows.map(({ row: { id } }) => id)).toEqual(all.slice(0, 1))
      expect(one.next).toBe(one.rows[0]?.position ?? null)
    })

    test('says up to when it knows all, and knows all when the index has caught up', async () => {
      const { store } = open()
      await Promise.all(
        Array.from({ length: MANY }, (_, index) =>
          store.accept(event(String(index).padStart(5, '0'), { receivedAtMs: NOW + index, body: bytes('"needle"') })),
        ),
      )
      const behind = await store.searchEvents({ ...PAGE, words: 'needle' })
      expect(behind.searched).toEqual({ fromMs: null, toMs: NOW + 1000 })
      for (let isBehind = true; isBehind;) ({ isBehind } = await store.indexStep({ limit: 100, maxBytes: 1e6 }))
      const found = await store.searchEvents({ ...PAGE, words: 'needle', limit: 200 })
      expect(found.searched).toEqual({ fromMs: null, toMs: null })
      expect(found.rows).toHaveLength(200)
    })

    test('finds nothing of what was removed', async () => {
      const { store } = open()
      await store.accept(event('1', { body: bytes('"needle one"') }))
      await store.accept(event('2', { receivedAtMs: NOW + 2 * DAY_MS, body: bytes('"needle two"') }))
      expect(await eventsOf(store, 'needle')).toEqual(['evt_2', 'evt_1'])
      await store.removeEnded({ beforeMs: NOW + DAY_MS, after: '', limit: 100 })
      expect(await eventsOf(store, 'needle')).toEqual(['evt_2'])
      await store.accept(event('3', { receivedAtMs: NOW + 2 * DAY_MS, body: bytes('"needle three"') }))
      expect(await eventsOf(store, 'needle')).toEqual(['evt_3', 'evt_2'])
    })

    test('finds what was kept although its changes are not, also where nothing was indexed before', async () => {
      const { store } = open()
      await store.accept(event('1', { body: bytes('"needle"'), deliveries: [delivery('1', 'alpha')] }))
      for (const leased of await leaseAll(store, 'alpha')) await store.record(result(leased, { state: 'dead' }))
      await store.accept(event('2', { receivedAtMs: NOW + 2 * DAY_MS }))
      await store.removeEnded({ beforeMs: NOW + DAY_MS, after: '', limit: 100 })
      expect(await store.readChanges({ after: '0', match: {}, limit: 1, maxBytes: 1 })).toMatchObject({ lost: true })
      expect(await eventsOf(store, 'needle')).toEqual(['evt_1'])
    })
  })

  describe(`${name}: filters by what is unique`, () => {
    test('an idempotency key, of whatever source, released or not', async () => {
      const { store } = open()
      const keyed = (id: string, source: string, receivedAtMs: number) =>
        store.accept(
          event(id, {
            source,
            idempotencyKey: 'k',
            receivedAtMs,
            body: bytes('s'),
            deliveries: [delivery(id, 'alpha')],
          }),
        )
      await keyed('1', 'a', NOW)
      await keyed('2', 'b', NOW)
      await keyed('3', 'a', NOW + 2 * DAY_MS)
      await store.accept(event('4', { source: 'c', idempotencyKey: 'other', deliveries: [delivery('4', 'alpha')] }))
      const events = await store.listEvents({ idempotencyKey: 'k', limit: 9 })
      expect(events.rows.map(({ id }) => id)).toEqual(['evt_3', 'evt_2', 'evt_1'])
      const one = await store.listEvents({ idempotencyKey: 'k', source: 'b', limit: 9 })
      expect(one.rows.map(({ id }) => id)).toEqual(['evt_2'])
      const deliveries = await store.listDeliveries({ idempotencyKey: 'k', limit: 9 })
      expect(deliveries.rows.map(({ id }) => id)).toEqual(['dlv_3', 'dlv_2', 'dlv_1'])
      expect((await store.listEvents({ idempotencyKey: 'none', limit: 9 })).rows).toEqual([])
    })

    test('an idempotency key as it was sent, behind the id of whoever sent it', async () => {
      const { store } = open()
      const keys = [
        'config:admin as1',
        'key_01 as1',
        'as1',
        ' as1 b',
        'key_01  as1 b',
        'content as1',
        'config:admin as2',
      ]
      for (const [index, idempotencyKey] of keys.entries()) {
        const deliveries = [delivery(String(index), 'alpha')]
        await store.accept(event(String(index), { source: `s${index % 2}`, idempotencyKey, deliveries }))
      }
      const found = async (idempotencyKey: string) =>
        (await store.listEvents({ idempotencyKey, limit: 9 })).rows.map(({ id }) => id).toSorted()
      expect(await found('as1')).toEqual(['evt_0', 'evt_1', 'evt_2'])
      expect(await found('as1 b')).toEqual(['evt_3', 'evt_4'])
      // As it is stored it is found, too.
      expect(await found('config:admin as2')).toEqual(['evt_6'])
      const deliveries = await store.listDeliveries({ idempotencyKey: 'as1', limit: 9 })
      expect(deliveries.rows.map(({ id }) => id)).toEqual(['dlv_2', 'dlv_1', 'dlv_0'])
    })

    test('an event, an ordering key, and several states', async () => {
      const { store } = open()
      const ordered = ['1', '2'].map((id) => ({ ...delivery(id, 'alpha'), orderingKey: 'ana' }))
      await store.accept(event('1', { deliveries: ordered }))
      await store.accept(event('2', { deliveries: [delivery('3', 'beta'), delivery('4', 'gamma')] }))
      for (const leased of await leaseAll(store, 'beta')) await store.record(result(leased, { state: 'dead' }))
      for (const leased of await leaseAll(store, 'gamma')) await store.record(result(leased, { state: 'delivered' }))
      const of = async (match: Parameters<Store['listDeliveries']>[0]) =>
        (await store.listDeliveries(match)).rows.map(({ id }) => id)
      expect(await of({ eventId: 'evt_2', limit: 9 })).toEqual(['dlv_4', 'dlv_3'])
      expect(await of({ orderingKey: 'ana', limit: 9 })).toEqual(['dlv_2', 'dlv_1'])
      expect(await of({ states: ['dead', 'parked'], limit: 9 })).toEqual(['dlv_3'])
      expect(await of({ states: ['dead', 'delivered'], limit: 9 })).toEqual(['dlv_4', 'dlv_3'])
      expect(await of({ states: ['dead', 'delivered'], destination: 'gamma', limit: 9 })).toEqual(['dlv_4'])
    })
  })
}
