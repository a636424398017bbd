import { contactOf, loneOf } from '../contacts.ts'
import { same } from '../same.ts'
import type { Story } from '../story.ts'

const REPEATS = 20

/** The same event again. */
export const IDEMPOTENCY: readonly Story[] = [
  {
    name: 'the same key and body get the first answer, also twenty at once, and are delivered once',
    short: true,
    async play({ gateway, sandbox }) {
      const post = () => gateway.post('single', loneOf(1), { 'idempotency-key': 'order-1' })
      const replies = await Promise.all(Array.from({ length: REPEATS }, post))
      same([...new Set(replies.map(({ status }) => status))], [202])
      same(new Set(replies.map(({ text }) => text)).size, 1)
      const { deliveries } = JSON.parse(replies[0]?.text ?? '') as { deliveries: { id: string }[] }
      await gateway.in('delivered', deliveries[0]?.id ?? '')
      same((await post()).text, replies[0]?.text)
      same((await sandbox.requests('datatalks')).length, 1)
    },
  },
  {
    name: 'another body under the same key is refused with 422',
    async play({ gateway }) {
      const post = (number: number) => gateway.post('contacts', contactOf(number), { 'idempotency-key': 'order-2' })
      same((await post(1)).status, 202)
      const { status, text } = await post(2)
      same([status, (JSON.parse(text) as { code: string }).code], [422, 'IDEMPOTENCY_KEY_REUSED'])
      same((await post(1)).status, 202)
    },
  },
  {
    name: 'a key that the body names goes before a header, and belongs to its source',
    async play({ gateway }) {
      const named = { ...loneOf(1), id: 'from-the-body' }
      const first = await gateway.accepted('single', named, { 'idempotency-key': 'from-a-header' })
      same((await gateway.event(first.eventId)).idempotencyKey, 'from-the-body')
      same(await gateway.accepted('single', named, { 'idempotency-key': 'another' }), first)
      const elsewhere = await gateway.accepted('small', loneOf(1), { 'idempotency-key': 'from-the-body' })
      same(elsewhere.eventId === first.eventId, false)
    },
  },
]
