import { contactOf } from '../contacts.ts'
import { same } from '../same.ts'
import type { Story } from '../story.ts'

/** Spaces, escapes and an order that no encoder would write again. */
const ODD_JSON =
  '{ "lastName" : "L\\u00f6v", "firstName":"Ada",\n "phone":"+46700000001","email":"ada@example.com", "tags": [ ] }'

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
]
