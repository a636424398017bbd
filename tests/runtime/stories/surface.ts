import { contactOf, loneOf } from '../contacts.ts'
import { KEYS } from '../gateway-client.ts'
import { CONSOLE_ORIGIN as CONSOLE } from '../sluice.config.ts'
import { holds, same } from '../same.ts'
import type { Story } from '../story.ts'

const PAGED = 7

interface Page {
  readonly deliveries: readonly { readonly id: string }[]
  readonly nextCursor: string | null
}

/** What every gateway shows of itself. */
export const SURFACE: readonly Story[] = [
  {
    name: 'the OpenAPI document is served, and is the same on every runtime',
    short: true,
    async play({ gateway, sameEverywhere }) {
      const { status, headers, text } = await gateway.send('/openapi.json')
      same([status, headers.get('content-type')], [200, 'application/json'])
      const { openapi, paths } = JSON.parse(text) as { openapi: string; paths: Readonly<Record<string, unknown>> }
      same(openapi, '3.1.0')
      const expected = ['/webhooks/{source}', '/v1/events/{id}', '/v1/deliveries', '/v1/preview', '/healthz']
      same(
        expected.filter((path) => !(path in paths)),
        [],
      )
      sameEverywhere(text)
    },
  },
  {
    name: 'it is alive and ready, and says so to everybody',
    short: true,
    async play({ gateway }) {
      const health = await gateway.send('/healthz')
      same([health.status, health.text], [200, '{"status":"ok"}'])
      const { status, text } = await gateway.send('/readyz')
      const ready = JSON.parse(text) as { status: string; checks: readonly { name: string; ok: boolean }[] }
      same([status, ready.status, ready.checks.filter(({ ok }) => !ok)], [200, 'ready', []])
      holds(ready.checks.length > 0, 'something was checked')
      const page = await gateway.send('/')
      same([page.status, page.text.includes('<title>Sluice</title>')], [200, true])
    },
  },
  {
    name: 'pages of the origins that are configured use the API by a browser, and no others',
    short: true,
    async play({ gateway }) {
      const preflight = (origin: string, path = '/v1/deliveries') =>
        gateway.send(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } })
      const told = ({ status, headers }: Awaited<ReturnType<typeof preflight>>) => [
        status,
        headers.get('access-control-allow-origin'),
        headers.get('vary'),
      ]
      same(told(await preflight(CONSOLE)), [204, CONSOLE, 'Origin'])
      same(told(await preflight('https://evil.test')), [405, null, 'Origin'])
      same(told(await preflight(CONSOLE, '/webhooks/contacts')), [405, null, null])
      const authorization = `Bearer ${KEYS.reader}`
      for (const [path, status] of [
        ['/v1/deliveries', 200],
        ['/v1/nowhere', 404],
        ['/v1/deliveries?limit=0', 400],
      ] as const) {
        const answer = await gateway.send(path, { headers: { origin: CONSOLE, authorization } })
        same(told(answer), [status, CONSOLE, 'Origin'])
        holds(answer.headers.get('access-control-expose-headers')?.includes('X-Request-Id') === true, 'its id is read')
      }
    },
  },
  {
    name: 'lists are paged from the newest on, and meet every delivery once',
    async play({ gateway }) {
      const ids: string[] = []
      for (let number = 1; number <= PAGED; number += 1) ids.push(await gateway.posted('single', loneOf(number)))
      const met: string[] = []
      let cursor = ''
      do {
        const page: Page = await gateway.call('GET', `/v1/deliveries?limit=3${cursor}`)
        met.push(...page.deliveries.map(({ id }) => id))
        cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`
      } while (cursor !== '')
      same(met, ids.toReversed())
      const read = await gateway.ask('GET', '/v1/deliveries', undefined, KEYS.reader)
      same(read.status, 200)
    },
  },
  {
    name: 'no reply and no log line holds a secret',
    async play({ gateway, sandbox, process }) {
      await sandbox.arm('contactnow', 'refusal-200', { operation: 'ecnow_records.create' })
      await sandbox.arm('datatalks', 'signature-mismatch')
      const { eventId, deliveries } = await gateway.accepted('contacts', contactOf(1))
      const [started, refused] = deliveries.map(({ id }) => id)
      await gateway.in('delivered', started ?? '')
      await gateway.in('dead', refused ?? '')
      const paths = [`/v1/events/${eventId}`, '/v1/deliveries', '/v1/events', '/v1/destinations', '/', '/readyz']
      const texts = await Promise.all(paths.map(async (path) => (await gateway.ask('GET', path)).text))
      const told = [...texts, process.log()].join('\n')
      const secrets = ['sandbox-password', 'sandbox-secret', btoa('sandbox@demo:sandbox-password'), KEYS.signing]
      same(
        secrets.filter((secret) => told.includes(secret)),
        [],
      )
      // A token of ContactNow has 40 digits, a signature 64.
      same(told.match(/\b(?:[0-9a-f]{40}|[0-9a-f]{64})\b/g), null)
    },
  },
]
