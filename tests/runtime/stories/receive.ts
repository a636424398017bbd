import { connect } from 'node:net'
import { once } from 'node:events'
import { contactOf } from '../contacts.ts'
import { type GatewayClient, KEYS } from '../gateway-client.ts'
import { same } from '../same.ts'
import type { Story } from '../story.ts'

/** Spaces, escapes and an order that no encoder would write again. */
const ODD_JSON =
  '{ "lastName" : "L\\u00f6v", "firstName":"Ada",\n "phone":"+46700000001","email":"ada@example.com", "tags": [ ] }'

/** Sends the head of a request and half of its body, and goes away. */
async function breakOff({ url }: GatewayClient): Promise<void> {
  const { port, host } = new URL(url)
  const body = JSON.stringify(contactOf(1))
  const head = `POST /webhooks/contacts HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${KEYS.ingest}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`
  const socket = connect(Number(port), '127.0.0.1')
  await once(socket, 'connect')
  await new Promise((sent) => socket.write(head + body.slice(0, body.length / 2), sent))
  socket.destroy()
  await once(socket, 'close')
}

/** How events come in, and in what form they are kept. */
export const RECEIVE: readonly Story[] = [
  {
    name: 'JSON is stored with its deliveries, and read back byte for byte',
    short: true,
    async play({ gateway }) {
      const { eventId, deliveries } = await gateway.accepted('contacts', ODD_JSON)
      const event = await gateway.event(eventId)
      same([event.body, event.contentType], [ODD_JSON, 'application/json'])
      const operations = ['conversations.startData', 'records.create', 'contacts.upsert']
      same(
        deliveries.map(({ operation }) => operation),
        operations,
      )
      same(
        event.deliveries.map(({ id }) => id),
        deliveries.map(({ id }) => id),
      )
    },
  },
  {
    name: 'XML means what the same in JSON means, to every upstream',
    short: true,
    async play({ gateway }) {
      const contact = { ...contactOf(1), lastName: 'Løv & "Søn" <3', tags: ['one'] }
      const { email, phone, firstName } = contact
      const xml = `<?xml version="1.0"?><contact><email>${email}</email><phone>${phone}</phone><firstName>${firstName}</firstName><lastName>Løv &amp; "Søn" &lt;3</lastName><tags>one</tags></contact>`
      const payloads = async (eventId: string) =>
        (await gateway.event(eventId)).deliveries.map(({ operation, payload }) => [operation, payload])
      const ofJson = await payloads((await gateway.accepted('contacts', contact)).eventId)
      const ofXml = await payloads(
        (await gateway.accepted('contacts', xml, { 'content-type': 'application/xml' })).eventId,
      )
      same(ofXml, ofJson)
      same(ofXml.length, 3)
    },
  },
  {
    name: 'a mapping that is an expression makes of an event what a function makes of it',
    short: true,
    async play({ gateway }) {
      const contact = { ...contactOf(1), tags: ['one', 'two'] }
      const { deliveries } = await gateway.accepted('contacts', contact)
      const byFunction = await gateway.delivery(deliveries.at(-1)?.id ?? '')
      const byExpression = await gateway.delivery(await gateway.posted('expressed', contact))
      same(byExpression.payload, byFunction.payload)
      same((await gateway.accepted('expressed', { ...contact, tags: [] })).deliveries, [])
    },
  },
  {
    name: 'a sender that breaks off leaves nothing behind, and keeps nobody waiting',
    short: true,
    async play({ gateway, process }) {
      for (let count = 0; count < 5; count += 1) await breakOff(gateway)
      const { eventId } = await gateway.accepted('contacts', contactOf(2))
      const { events } = await gateway.call<{ events: readonly { id: string }[] }>('GET', '/v1/events')
      same(
        events.map(({ id }) => id),
        [eventId],
      )
      same(process.log().includes('"level":"error"'), false)
    },
  },
]
