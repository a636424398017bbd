import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { eventually } from '../stories/eventually.ts'
import { allDelivered, readApi } from '../stories/running.ts'
import { ADMIN_TOKEN, post, setStage, type Stage } from './running-worker.ts'

const SLOW_MS = 60_000

let stage: Stage
beforeEach(async () => {
  stage = await setStage()
}, SLOW_MS)
afterEach(() => stage.close())

interface Answer {
  readonly code?: string
  readonly items: readonly { readonly index: number; readonly status: number; readonly eventId: string }[]
}

const contacts = (count: number) =>
  Array.from({ length: count }, (_, number) => ({ email: `contact-${number}@example.com`, number }))
const shardOf = (id: string) => id.slice(14, 17)

async function batch(url: string, items: readonly unknown[], headers = {}, source = 'batches') {
  const reply = await post(url, items, headers, source)
  return { status: reply.status, answer: (await reply.json()) as Answer }
}
const storedIds = async (url: string): Promise<readonly string[]> => {
  const { events } = await readApi<{ events: readonly { id: string }[] }>(url, '/v1/events?limit=200', ADMIN_TOKEN)
  return events.map(({ id }) => id).toSorted()
}

describe('a batch on several shards', () => {
  test(
    'is spread over them, delivered, and found again after a restart with more shards',
    async () => {
      const key = { 'idempotency-key': 'nightly' }
      const before = await stage.start({ SHARDS: '4' })
      const first = await batch(before.url, contacts(40), key)
      expect(first.status).toBe(207)
      expect(new Set(first.answer.items.map(({ eventId }) => shardOf(eventId))).size).toBe(4)
      await eventually('all are delivered', () => allDelivered(before.url, 40, ADMIN_TOKEN), SLOW_MS)
      await before.kill()

      const { url } = await stage.start({ SHARDS: '4,8' })
      expect(await batch(url, contacts(40), key)).toEqual(first)
      expect(await batch(url, contacts(40), { ...key, prefer: 'handling=strict' })).toEqual(first)
      const longer = await batch(url, contacts(44), key)
      expect(longer.answer.items.slice(0, 40)).toEqual([...first.answer.items])
      expect(longer.answer.items.slice(40).map(({ eventId }) => shardOf(eventId)[0])).toEqual(['1', '1', '1', '1'])
      await eventually('those are delivered too', () => allDelivered(url, 44, ADMIN_TOKEN), SLOW_MS)
      expect(stage.upstream.arrivals.length).toBe(44)
    },
    SLOW_MS,
  )

  test(
    'is all or nothing: a key that one shard knows with another body keeps all of them from storing',
    async () => {
      const { url } = await stage.start({ SHARDS: '4' })
      const key = { 'idempotency-key': 'strict' }
      const known = await batch(url, [{ email: 'other@example.com', number: 0 }], key)
      const refused = await batch(url, contacts(20), { ...key, prefer: 'handling=strict' })
      expect([refused.status, refused.answer.code, refused.answer.items.map(({ index }) => index)]).toEqual([
        422,
        'BATCH_REFUSED',
        [0],
      ])
      expect(await storedIds(url)).toEqual(known.answer.items.map(({ eventId }) => eventId))
      const lenient = await batch(url, contacts(20), key)
      expect([lenient.status, (await storedIds(url)).length]).toEqual([207, 20])
    },
    SLOW_MS,
  )

  test(
    'keeps the order of each contact within it',
    async () => {
      const { url } = await stage.start({ SHARDS: '4' })
      const items = Array.from({ length: 30 }, (_, number) => ({ email: `contact-${number % 3}@example.com`, number }))
      expect((await batch(url, items, {}, 'contact-batches')).status).toBe(207)
      await eventually('all are delivered', () => allDelivered(url, 30, ADMIN_TOKEN), SLOW_MS)
      const arrived = stage.upstream.arrivals.map(({ body }) => body.data.number)
      for (const contact of [0, 1, 2]) {
        const own = arrived.filter((number) => number % 3 === contact)
        expect(own).toEqual(own.toSorted((one, other) => one - other))
      }
    },
    SLOW_MS,
  )
})
