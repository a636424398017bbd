import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { ConfigError } from '@sluice/errors'
import {
  bearer,
  buildConfig,
  contactnow,
  danaconnect,
  datatalks,
  defineConfig,
  route,
  sluice,
  source,
  z,
} from '@sluice/gateway'
import { type Gateway, SANDBOX_KEYS, sandboxEnvironment, startGateway } from '@sluice/gateway/bun'
import { matrixConfig } from '../matrix/config.ts'
import { eventually } from '../stories/eventually.ts'
import { readApi, type ShownDelivery, temporaryFolder } from '../stories/running.ts'

/** Stands in each value that tries to lead a request elsewhere. */
const EVIL = 'evil'
/** Values that would lead elsewhere where they are written into a URL as they are. */
const DETOURS: readonly string[] = [
  `../../../${EVIL}`,
  `..%2f..%2f${EVIL}`,
  `..\\${EVIL}`,
  `//${EVIL}.test/`,
  `@${EVIL}.test`,
  `${EVIL}?a=b`,
  `${EVIL}#`,
  `${EVIL}&action=delete`,
  `${EVIL}/../x`,
  `%2e%2e/${EVIL}`,
  `${EVIL}\r\nX-Evil: 1`,
  '.',
  '..',
]

interface Arrived {
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
}

/** A server that notes what arrives, and answers as it is told. */
function startServer() {
  const arrived: Arrived[] = []
  const token = { success: true, token: '0123456789'.repeat(4), expire: 4_000_000_000 }
  const state = { answer: (): Response => Response.json({ success: true, statusCode: 0 }) }
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch(request) {
      const { pathname, search } = new URL(request.url)
      arrived.push({ path: pathname, query: search, headers: Object.fromEntries(request.headers) })
      return pathname.endsWith('token.php') ? Response.json(token) : state.answer()
    },
  })
  return { url: `http://127.0.0.1:${server.port}`, arrived, state, stop: () => server.stop(true) }
}

const Anything = z.record(z.string(), z.json())

describe('what goes out', () => {
  const folder = temporaryFolder()
  const upstream = startServer()
  const elsewhere = startServer()
  const other = startServer()
  let gateway: Gateway

  beforeAll(async () => {
    gateway = await startGateway({
      configFile: defineConfig((settings) => {
        const matrix = matrixConfig(settings)
        const relayed = source({ scheme: bearer(settings.secret('SLUICE_INGEST_TOKEN')), schema: Anything })
        const relay = sluice({ baseUrl: other.url, source: 'contacts', secret: `whsec_${btoa('x'.repeat(32))}` })
        return {
          ...matrix,
          sources: { ...matrix.sources, relayed },
          destinations: { ...matrix.destinations, relay },
          routes: [...matrix.routes, route(relayed, relay, 'events.forward', { map: (event) => ({ event }) })],
        }
      }),
      environment: sandboxEnvironment(upstream.url),
      port: 0,
      dataPath: folder.path,
      sandboxUrl: null,
      example: null,
      logLevel: 'error',
    })
  })

  afterAll(async () => {
    await gateway?.stop()
    await Promise.all([upstream.stop(), elsewhere.stop(), other.stop()])
    folder.remove()
  })

  const post = async (name: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${gateway.url}/webhooks/${name}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${SANDBOX_KEYS.SLUICE_INGEST_TOKEN}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(body),
    })
    const { deliveries } = (await response.json()) as { deliveries: readonly ShownDelivery[] }
    return deliveries.map(({ id }) => id)
  }
  /** Posts a payload for an operation, and returns the delivery once it was tried or refused. */
  const deliver = async (destination: string, operation: string, payload: unknown): Promise<ShownDelivery> => {
    // An upstream that answers nonsense for long has its gate closed, and here it always does.
    await fetch(`${gateway.url}/v1/destinations/${destination}/resume`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}` },
    })
    const [id = ''] = await post('cell', { destination, operation, marked: false, payload })
    return eventually(`${operation} tried`, async () => {
      const delivery = await readApi<ShownDelivery>(gateway.url, `/v1/deliveries/${id}`)
      return delivery.state === 'leased' || (delivery.attemptCount === 0 && delivery.state !== 'dead')
        ? undefined
        : delivery
    })
  }

  describe('follows no redirect, to wherever it leads', () => {
    const CALLS: readonly (readonly [destination: string, operation: string, payload: unknown])[] = [
      ['danaconnect', 'conversations.startList', { conversationID: 4711 }],
      ['contactnow', 'records.create', { dataset: '1', firstname: 'Ada', MobilePhone: '+46700000001' }],
      ['datatalks', 'events.create', { data: { type: 't' }, group_key: 'g' }],
    ]
    for (const [destination, operation, payload] of CALLS) {
      test.each([301, 302, 303, 307, 308])(`${destination} answers %d`, async (status) => {
        upstream.state.answer = () =>
          new Response(null, { status, headers: { location: `${elsewhere.url}/latest/meta-data` } })
        const delivery = await deliver(destination, operation, payload)
        expect({ state: delivery.state, code: delivery.reason?.code }).toEqual({
          state: 'parked',
          code: 'REDIRECT_REFUSED',
        })
        expect(elsewhere.arrived).toEqual([])
      })
    }
  })

  describe('goes to the path of its operation, whatever its values are', () => {
    /** Where each value stands in the URL, and what the URL has to be beside it. */
    const PLACES: readonly (readonly [
      destination: string,
      operation: string,
      payload: (value: string) => unknown,
      path: RegExp,
    ])[] = [
      [
        'danaconnect',
        'conversations.startData',
        (value) => ({ conversationID: value, fields: { NAME: 'a' } }),
        /^\/danaconnect\/[^?]*\/conversation\/[^/]+\/start\/data$/,
      ],
      [
        'danaconnect',
        'conversations.startDataByProject',
        (value) => ({ projectID: value, fields: { NAME: 'a' } }),
        /^\/danaconnect\/[^?]*\/conversation\/ProjectID\/[^/]+\/start\/data$/,
      ],
      [
        'danaconnect',
        'contacts.load',
        (value) => ({ tableCode: value, operationType: 'INSALL', fields: { NAME: 'a' } }),
        /^\/danaconnect\/(?:[^/]+\/)+[^/]+$/,
      ],
      ['danaconnect', 'triggers.fire', (value) => ({ dana: value, fields: { NAME: 'a' } }), /^\/danaconnect\/[^?]*$/],
      [
        'contactnow',
        'records.create',
        (value) => ({ dataset: value, firstname: value, MobilePhone: '+46700000001' }),
        /^\/contactnow\/ecnow\.php$/,
      ],
      [
        'contactnow',
        'datasets.update',
        (value) => ({ dataset: value, description: value }),
        /^\/contactnow\/ecnow\.php$/,
      ],
      [
        'datatalks',
        'contacts.upsert',
        (value) => ({ data: { email: value }, group_key: value }),
        /^\/datatalks\/v1\/\w+$/,
      ],
    ]
    for (const [destination, operation, payload, path] of PLACES) {
      test(`${destination} ${operation}`, async () => {
        upstream.state.answer = () => Response.json({ success: true, statusCode: 0 })
        const before = upstream.arrived.length
        for (const value of DETOURS) await deliver(destination, operation, payload(value))
        for (const { path: went, query, headers } of upstream.arrived.slice(before)) {
          if (went.endsWith('token.php')) continue
          expect(went).toMatch(path)
          // A part may hold a value, encoded; never does a value make a part, or another parameter.
          expect(went.split('/')).not.toContain('..')
          const parameters = new URLSearchParams(query)
          expect([parameters.get('a'), parameters.getAll('action')]).toEqual([
            null,
            parameters.getAll('action').slice(0, 1),
          ])
          expect(parameters.get('action')).not.toBe('delete')
          expect(Object.keys(headers)).not.toContain('x-evil')
        }
        expect(elsewhere.arrived).toEqual([])
      })
    }
  })

  test('tells another gateway of the trace, and of the state that came with it', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await post('relayed', { a: 1 }, { traceparent, tracestate: 'rojo=1, congo=2' })
    const { headers } = await eventually('it arrived', () => other.arrived[0])
    expect(headers['traceparent']).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/)
    expect(headers['traceparent']).not.toContain('b7ad6b7169203331')
    expect(headers['tracestate']).toBe('rojo=1,congo=2')
  })

  test('tells no vendor of it, nor of anything else that a sender put into its headers', async () => {
    const names = new Set(upstream.arrived.flatMap(({ headers }) => Object.keys(headers)))
    expect(names.size).toBeGreaterThan(5)
    for (const name of ['traceparent', 'tracestate', 'x-request-id', 'cookie', 'forwarded', 'x-forwarded-for']) {
      expect(names).not.toContain(name)
    }
  })
})

describe('a configuration is refused at start whose URL', () => {
  const URLS: readonly (readonly [name: string, url: string])[] = [
    ['holds a credential', 'https://user:pass@upstream.test'],
    ['is not https', 'http://upstream.test'],
    ['is not https, to an address that is no loopback', 'http://169.254.169.254'],
    ['only looks like loopback', 'http://127.0.0.1.evil.test'],
    ['has loopback for its user', 'http://127.0.0.1@evil.test'],
    ['is a file', 'file:///etc/passwd'],
    ['is a script', 'javascript:alert(1)'],
    ['has a query', 'https://upstream.test/?a=b'],
    ['has a fragment', 'https://upstream.test/#a'],
    ['is none', 'upstream.test'],
  ]
  const KINDS = {
    danaconnect: (url: string) => danaconnect({ user: 'u', company: 'c', password: 'p', appservUrl: url, wsUrl: url }),
    contactnow: (url: string) => contactnow({ username: 'u', password: 'p', baseUrl: url }),
    datatalks: (url: string) => datatalks({ accessKeyId: 'a', secretAccessKey: 's', baseUrl: url }),
    sluice: (url: string) => sluice({ baseUrl: url, source: 'a', secret: `whsec_${btoa('x'.repeat(32))}` }),
    'danaconnect, its callback': (url: string) =>
      danaconnect({ user: 'u', company: 'c', password: 'p', callback: { parameter: 'callbackUrl', baseUrl: url } }),
  }
  for (const [kind, make] of Object.entries(KINDS)) {
    test.each([...URLS])(`of ${kind} %s`, (_name, url) => {
      const demo = source({ scheme: bearer('a-token-of-some-length'), schema: Anything })
      const build = () =>
        buildConfig(() => ({ sources: { demo }, destinations: { one: make(url) }, routes: [], keys: [] }), {})
      expect(build).toThrow(ConfigError)
    })
  }
})
