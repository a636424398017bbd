import { eventually } from '../../stories/eventually.ts'
import { contactOf, loneOf } from '../contacts.ts'
import { openEventSource, type EventSourceReader, type StreamEvent } from '../event-source.ts'
import { type GatewayClient, KEYS } from '../gateway-client.ts'
import { holds, same } from '../same.ts'
import type { Story } from '../story.ts'

/** Each delivery comes and ends: two changes. */
const DELIVERIES = 200
/** After so many events a reader loses its connection. */
const EVENTS_PER_LIFE = 37
const DEADLINE_MS = 60_000

const open = (gateway: GatewayClient, query = '', lastId = ''): Promise<EventSourceReader> =>
  openEventSource(`${gateway.url}/v1/stream${query}`, {
    authorization: `Bearer ${KEYS.reader}`,
    ...(lastId === '' ? {} : { 'last-event-id': lastId }),
  })

const told = ({ data }: StreamEvent): string => {
  const { id, change } = JSON.parse(data) as { id: string; change: { state: string } }
  return `${id} ${change.state}`
}

/** Reads so many events, and comes again whenever the stream ends. */
async function readMany(
  gateway: GatewayClient,
  count: number,
  query: string,
  from: string,
): Promise<readonly string[]> {
  const all: string[] = []
  for (let lastId = from; all.length < count;) {
    const stream = await open(gateway, query, lastId)
    same(stream.response.status, 200)
    for (let index = 0; index < EVENTS_PER_LIFE && all.length < count; index += 1) {
      const event = await stream.next()
      if (event === null) break
      all.push(told(event))
    }
    lastId = stream.lastId()
    await stream.close()
  }
  return all
}

/** Following what becomes of deliveries. */
export const STREAM: readonly Story[] = [
  {
    name: 'whoever follows deliveries and loses the connection misses none of their changes, and is told none twice',
    short: true,
    async play({ gateway }) {
      const begin = await open(gateway)
      same(begin.response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
      same(begin.response.headers.get('cache-control'), 'no-store, no-transform')
      const first = await gateway.posted('single', loneOf(0))
      const event = await begin.next()
      same([event?.event, event && told(event)], ['delivery', `${first} pending`])
      const { change, ...shown } = JSON.parse(event?.data ?? '{}') as { change: { at: string }; destination: string }
      same([shown.destination, typeof change.at], ['datatalks', 'string'])
      const from = begin.lastId()
      await begin.close()
      const reading = readMany(gateway, 2 * DELIVERIES + 1, '', from)
      const ids: string[] = []
      for (let sent = 0; sent < DELIVERIES; sent += 20) {
        const some = Array.from({ length: 20 }, (_, index) => gateway.posted('single', loneOf(sent + index + 1)))
        ids.push(...(await Promise.all(some)))
      }
      const expected = ids.flatMap((id) => [`${id} pending`, `${id} delivered`])
      same((await reading).toSorted(), [...expected, `${first} delivered`].toSorted())
    },
  },
  {
    name: 'after a kill the stream goes on where it was, and of a filter only what fits is told',
    short: true,
    async play({ gateway, process, sandbox }) {
      await sandbox.arm('datatalks', 'status-400', { times: 1 })
      const begin = await open(gateway, '?destination=datatalks&state=delivered,dead')
      const first = await gateway.accepted('contacts', contactOf(1))
      const dead = await begin.next()
      const deadId = first.deliveries.find(({ destination }) => destination === 'datatalks')?.id
      same(dead && told(dead), `${deadId} dead`)
      for (const { id } of first.deliveries)
        await eventually(
          `${id} ended`,
          async () => (await gateway.delivery(id)).state !== 'pending' || undefined,
          DEADLINE_MS,
        )
      await process.kill()
      await process.restart()
      const second = await gateway.accepted('contacts', contactOf(2))
      const [event] = await readMany(gateway, 1, '?destination=datatalks&state=delivered,dead', begin.lastId())
      const secondId = second.deliveries.find(({ destination }) => destination === 'datatalks')?.id
      same(event, `${secondId} delivered`)
      const asked = await open(gateway, `?state=delivered&lastEventId=${encodeURIComponent(begin.lastId())}`)
      const other = await asked.next()
      holds(other !== null && told(other).endsWith(' delivered'), 'the parameter counts, too')
      await asked.close()
    },
  },
  {
    name: 'a place that is none is told of, and so is a key that may not read',
    short: true,
    async play({ gateway }) {
      for (const lastId of ['99999999', 'evt_1', '000:99999999']) {
        const stream = await open(gateway, '', lastId)
        same(
          [stream.response.status, ((await stream.response.json()) as { code: string }).code],
          [410, 'STREAM_GAP'],
          lastId,
        )
      }
      const none = await openEventSource(`${gateway.url}/v1/stream`, { authorization: 'Bearer wrong-wrong-wrong' })
      same(none.response.status, 401)
      await none.close()
    },
  },
]
