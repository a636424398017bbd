import { eventually } from '../../stories/eventually.ts'
import { contactOf, loneOf } from '../contacts.ts'
import type { GatewayClient } from '../gateway-client.ts'
import { holds, same } from '../same.ts'
import type { Story } from '../story.ts'

/** Three deliveries each. */
const CONTACTS = 12

interface Page {
  readonly nextCursor: string | null
  readonly attempts?: readonly { readonly id: string; readonly outcome: string; readonly deliveryId: string }[]
  readonly deliveries?: readonly { readonly id: string; readonly destination: string; readonly state: string }[]
  readonly events?: readonly { readonly id: string }[]
  readonly searched?: { readonly since: string | null; readonly until: string | null }
}

const idsOf = ({ attempts, deliveries, events }: Page): readonly string[] =>
  (attempts ?? deliveries ?? events ?? []).map(({ id }) => id)

/** Walks through a list by its `Link` headers alone, and sees that they say what `nextCursor` says. */
async function walk(gateway: GatewayClient, path: string): Promise<readonly string[]> {
  const all: string[] = []
  const base = new URL(`${gateway.url}${path}`)
  for (let url: URL | null = base; url !== null;) {
    const reply = await gateway.ask('GET', `${url.pathname}${url.search}`)
    same(reply.status, 200, reply.text)
    const page = JSON.parse(reply.text) as Page
    all.push(...idsOf(page))
    const link = reply.headers.get('link') ?? ''
    const next: string | undefined = /<([^>]*)>; rel="next"/.exec(link)?.[1]
    same(next === undefined, page.nextCursor === null, 'next and nextCursor')
    const following: URL | null = next === undefined ? null : new URL(next, url)
    if (following !== null) same(following.searchParams.get('cursor'), page.nextCursor, 'cursor of next')
    const first = new URL(/<([^>]*)>; rel="first"/.exec(link)?.[1] ?? 'x:', url)
    same(first.searchParams.get('cursor'), null, 'cursor of first')
    url = following
  }
  return all
}

/** Waits until a search has looked at everything, and returns what it found. */
const search = (gateway: GatewayClient, list: 'events' | 'deliveries', words: string, more = ''): Promise<Page> =>
  eventually(`everything was searched for ${words}`, async () => {
    const page = await gateway.call<Page>('GET', `/v1/${list}?search=${encodeURIComponent(words)}${more}`)
    return page.searched?.until === null && page.searched.since === null ? page : undefined
  })

/** Finding one among many. */
export const LOOK: readonly Story[] = [
  {
    name: 'a lead is found by its email, phone and name after a kill, also what nobody had searched for before',
    short: true,
    async play({ gateway, process }) {
      const accepted = []
      for (let number = 1; number <= CONTACTS; number += 1) {
        const contact = { ...contactOf(number), lastName: number === 7 ? 'Ångström Øst' : `Number ${number}` }
        accepted.push(await gateway.accepted('contacts', contact))
      }
      const [seventh] = accepted.slice(6)
      same(idsOf(await search(gateway, 'events', 'contact-3@example.com')), [accepted[2]?.eventId])
      await process.kill()
      await process.restart()
      for (const words of [
        'CONTACT-7@example.com',
        '+46 70-000 00 07',
        '0046700000007',
        'angstrom ost',
        'contact-7@exam*',
      ]) {
        same(idsOf(await search(gateway, 'events', words)), [seventh?.eventId], words)
        const deliveries = idsOf(await search(gateway, 'deliveries', words))
        same(deliveries.toSorted(), seventh?.deliveries.map(({ id }) => id).toSorted(), words)
      }
      const [only] = seventh?.deliveries.filter(({ destination }) => destination === 'datatalks') ?? []
      same(idsOf(await search(gateway, 'deliveries', 'angstrom', '&destination=datatalks')), [only?.id])
      same(idsOf(await search(gateway, 'events', 'nobody@example.com')), [])
      const late = await gateway.accepted('contacts', contactOf(99))
      same(idsOf(await search(gateway, 'events', 'contact-99')), [late.eventId])
    },
  },
  {
    name: 'every list is gone through by its links, with all filters, without a gap or a double',
    short: true,
    async play({ gateway, sandbox }) {
      await sandbox.arm('datatalks', 'status-400', { times: 3 })
      const accepted = []
      for (let number = 1; number <= CONTACTS; number += 1)
        accepted.push(await gateway.accepted('contacts', { ...contactOf(number), lastName: 'A & B <c>; "d"' }))
      const deliveries = accepted.flatMap((one) => one.deliveries)
      for (const { id } of deliveries)
        await eventually(
          `${id} ended`,
          async () => ['delivered', 'dead'].includes((await gateway.delivery(id)).state) || undefined,
        )
      const events = accepted.map(({ eventId }) => eventId).toSorted()
      const ids = deliveries.map(({ id }) => id).toSorted()
      const ofDatatalks = deliveries.filter(({ destination }) => destination === 'datatalks').map(({ id }) => id)
      same((await walk(gateway, '/v1/events?limit=5')).toSorted(), events)
      same(
        (await walk(gateway, '/v1/events?limit=5&source=contacts&until=2999-01-01T00:00:00%2B01:00')).toSorted(),
        events,
      )
      same((await walk(gateway, '/v1/deliveries?limit=7')).toSorted(), ids)
      same((await walk(gateway, '/v1/deliveries?limit=1&destination=datatalks')).toSorted(), ofDatatalks.toSorted())
      same((await walk(gateway, '/v1/deliveries?limit=2&state=delivered,dead')).toSorted(), ids)
      same((await walk(gateway, '/v1/deliveries?limit=2&state=dead&state=parked')).length, 3)
      await search(gateway, 'deliveries', 'b')
      same((await walk(gateway, '/v1/deliveries?limit=5&search=%22d%22+%26+b')).toSorted(), ids)
      same((await walk(gateway, '/v1/events?limit=5&search=%22d%22+%26+b')).toSorted(), events)
      const attempts = await walk(gateway, '/v1/attempts?limit=5')
      same((await walk(gateway, '/v1/attempts?limit=5&search=%22d%22+%26+b')).toSorted(), attempts.toSorted())
      same(attempts.length, new Set(attempts).size)
      holds(attempts.length >= ids.length, 'every delivery had an attempt')
      const refused = await gateway.call<Page>('GET', '/v1/attempts?outcome=refused&destination=datatalks&counted=true')
      same(refused.attempts?.length, 3)
      const [one] = refused.attempts ?? []
      const read = await gateway.call<{ deliveryId: string; steps: readonly unknown[] }>(
        'GET',
        `/v1/attempts/${one?.id}`,
      )
      same([read.deliveryId, read.steps.length > 0], [one?.deliveryId, true])
      const again = await gateway.call<Page>('GET', `/v1/attempts?deliveryId=${one?.deliveryId}`)
      same(idsOf(again), [one?.id])
      const gone = await gateway.ask('GET', '/v1/attempts/att_01KAPQ3Z8N4T6V9X2B5D7F0G1M')
      same([gone.status, JSON.parse(gone.text).code], [404, 'ATTEMPT_UNKNOWN'])
    },
  },
  {
    name: 'a filter that is not known, or not what it should be, is refused',
    short: true,
    async play({ gateway, sameEverywhere }) {
      await gateway.posted('single', loneOf(1))
      const wrong = [
        '/v1/deliveries?stat=dead',
        '/v1/deliveries?state=dead,gone',
        '/v1/deliveries?createdAfter=2026-01-01T00:00:00Z',
        '/v1/deliveries?since=yesterday',
        '/v1/deliveries?search=%22%2A%22',
        '/v1/deliveries?search=ada&cursor=dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J',
        '/v1/deliveries?cursor=12.dlv_1',
        '/v1/events?state=dead',
        '/v1/events?search=ada&cursor=x',
        '/v1/attempts?outcome=fine',
        '/v1/attempts?counted=yes',
        '/v1/attempts?search=%22%2A%22',
        '/v1/attempts?search=ada&cursor=att_01KAPQ3Z8N4T6V9X2B5D7F0G1J',
        '/v1/jobs?state=running',
        '/v1/stream?destinations=x',
      ]
      const answers = []
      for (const path of wrong) {
        const { status, text } = await gateway.ask('GET', path)
        const { code, errors } = JSON.parse(text) as { code: string; errors?: readonly { path: string }[] }
        same(status, 400, path)
        answers.push(`${path} ${code} ${(errors ?? []).map(({ path: at }) => at).join()}`)
      }
      sameEverywhere(answers.join('\n'))
    },
  },
]
