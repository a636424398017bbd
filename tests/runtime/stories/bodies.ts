import { connect } from 'node:net'
import { once } from 'node:events'
import { deflateSync, gzipSync } from 'node:zlib'
import { eventually } from '../../stories/eventually.ts'
import { contactOf } from '../contacts.ts'
import { type GatewayClient, KEYS, type Reply } from '../gateway-client.ts'
import { same } from '../same.ts'
import type { Story } from '../story.ts'

/** Longer than the 300 ms that the source `slow` waits, and shorter than anybody else would. */
const SLOW_DEADLINE_MS = 15_000

const codeOf = ({ status, text }: Reply): readonly [number, unknown] => [
  status,
  (JSON.parse(text) as { code?: unknown }).code,
]

function compressed(gateway: GatewayClient, coding: string, body: Uint8Array): Promise<Reply> {
  return gateway.send('/webhooks/single', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${KEYS.ingest}`,
      'content-type': 'application/json',
      'content-encoding': coding,
    },
    body: new Uint8Array(body),
  })
}

interface BatchAnswer {
  readonly code?: string
  readonly items: readonly { readonly index: number; readonly status: number; readonly eventId?: string }[]
}

async function batch(gateway: GatewayClient, body: string, headers: Readonly<Record<string, string>>) {
  const { status, text } = await gateway.post('many', body, headers)
  return { status, answer: JSON.parse(text) as BatchAnswer }
}

const lead = (number: number) => ({ email: contactOf(number).email })

/** Bodies that are not one event as it is meant, and bodies that do not come. */
export const BODIES: readonly Story[] = [
  {
    name: 'a form means what the same in JSON means',
    short: true,
    async play({ gateway }) {
      const { email, phone, firstName, lastName } = contactOf(1)
      const form = new URLSearchParams({ email, phone, firstName, lastName, tags: 'one' }).toString()
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      const payloads = async (eventId: string) =>
        (await gateway.event(eventId)).deliveries.map(({ operation, payload }) => [operation, payload])
      const ofForm = await gateway.accepted('contacts', form, type)
      const ofJson = await gateway.accepted('contacts', { ...contactOf(1), tags: ['one'] })
      same(await payloads(ofForm.eventId), await payloads(ofJson.eventId))
      same(codeOf(await gateway.post('contacts', `${form}&email=b`, type)), [400, 'FORM_REPEATED_NAME'])
    },
  },
  {
    name: 'a compressed body is inflated as far as is allowed, and refused where it is not what it says',
    short: true,
    async play({ gateway }) {
      const body = JSON.stringify(lead(1))
      const gzip = gzipSync(body)
      for (const [coding, bytes] of [
        ['gzip', gzip],
        ['deflate', deflateSync(body)],
        ['gzip, deflate', deflateSync(gzip)],
      ] as const) {
        const reply = await compressed(gateway, coding, bytes)
        same(reply.status, 202, `${coding}: ${reply.text}`)
        same((await gateway.event((JSON.parse(reply.text) as { eventId: string }).eventId)).body, body)
      }
      const wrong = [400, 'BODY_ENCODING_INVALID'] as const
      same(codeOf(await compressed(gateway, 'gzip', gzip.subarray(0, -3))), wrong, 'cut off')
      same(codeOf(await compressed(gateway, 'gzip', Buffer.concat([gzip, Buffer.from('x')]))), wrong, 'garbage behind')
      same(codeOf(await compressed(gateway, 'deflate', gzip)), wrong, 'another coding')
      same(codeOf(await compressed(gateway, 'gzip', new Uint8Array())), wrong, 'empty')
      // Its checksum is wrong, which only who inflates all of it can tell.
      const bomb = Buffer.concat([gzipSync(new Uint8Array(50_000_000)).subarray(0, -8), Buffer.alloc(8, 1)])
      same(codeOf(await compressed(gateway, 'gzip', bomb)), [413, 'BODY_TOO_LARGE'], 'a bomb')
      const unknown = await compressed(gateway, 'br', gzip)
      same(
        [...codeOf(unknown), unknown.headers.get('accept-encoding')],
        [415, 'CONTENT_ENCODING_UNSUPPORTED', 'gzip, deflate'],
      )
    },
  },
  {
    name: 'a body that does not come in time is ended with 408, and keeps nobody waiting',
    short: true,
    async play({ gateway }) {
      const { port, host } = new URL(gateway.url)
      const head = (length: string) =>
        `POST /webhooks/slow HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${KEYS.ingest}\r\ncontent-type: application/json\r\n${length}\r\n\r\n`
      for (const sent of [
        `${head('content-length: 100')}{"ema`,
        `${head('transfer-encoding: chunked')}5\r\n{"ema\r\n`,
      ]) {
        const socket = connect(Number(port), '127.0.0.1')
        let received = ''
        socket.on('data', (bytes) => (received += bytes.toString()))
        await once(socket, 'connect')
        socket.write(sent)
        await eventually('it is ended', () => (received.includes('BODY_TIMEOUT') ? true : undefined), SLOW_DEADLINE_MS)
        same(received.startsWith('HTTP/1.1 408 '), true, received)
        socket.destroy()
      }
      await gateway.accepted('slow', lead(1))
      same((await gateway.call<{ events: readonly unknown[] }>('GET', '/v1/events')).events.length, 1)
    },
  },
  {
    name: 'a batch is an event for each item, the same again when it comes again, and all or nothing where that is asked for',
    short: true,
    async play({ gateway }) {
      const key = { 'idempotency-key': 'nightly' }
      const leads = Array.from({ length: 12 }, (_, index) => lead(index))
      const lines = { ...key, 'content-type': 'application/x-ndjson' }
      const first = await batch(gateway, JSON.stringify(leads), key)
      const again = await batch(gateway, leads.map((one) => JSON.stringify(one)).join('\n'), lines)
      same([first.status, again.status, first.answer.items.length], [207, 207, 12])
      same(again.answer, first.answer)
      const events = await Promise.all(first.answer.items.map(({ eventId = '' }) => gateway.event(eventId)))
      same(
        events.map(({ body, contentType }) => [body, contentType]),
        leads.map((one) => [JSON.stringify(one), 'application/json']),
      )

      const changed = [...leads.slice(0, 5), { email: 'nobody' }, lead(99), ...leads.slice(7)]
      const statuses = [...Array<number>(5).fill(202), 422, 422, ...Array<number>(5).fill(202)]
      const lenient = await batch(gateway, JSON.stringify(changed), key)
      same([lenient.status, lenient.answer.items.map(({ status }) => status)], [207, statuses])

      const fresh = Array.from({ length: 12 }, (_, index) => lead(100 + index))
      const strict = { 'idempotency-key': 'strict', prefer: 'handling=strict' }
      await gateway.accepted('many', lead(1), { 'idempotency-key': 'one' })
      const before = await gateway.call<{ events: readonly unknown[] }>('GET', '/v1/events?limit=100')
      const refused = await batch(gateway, JSON.stringify([...fresh, { email: 'nobody' }]), strict)
      same(
        [refused.status, refused.answer.code, refused.answer.items.map(({ index }) => index)],
        [422, 'BATCH_REFUSED', [12]],
      )
      same(await gateway.call('GET', '/v1/events?limit=100'), before)
      const taken = await batch(gateway, JSON.stringify(fresh), strict)
      same([taken.status, taken.answer.items.length], [207, 12])
    },
  },
]
