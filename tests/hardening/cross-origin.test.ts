import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { bearer, defineConfig, gatewayKey, source, z } from '@sluice/gateway'
import { operationsOf, readCommitted } from '../document/document.ts'
import { createWorld, type World } from '../world/world.ts'

const CONSOLE = 'https://console.example.com'
const EVIL = 'https://evil.test'
const ADMIN = { authorization: 'Bearer an-admin-token' }

const configOf = (origins: readonly string[]) =>
  defineConfig(() => ({
    sources: {
      any: source({ scheme: bearer('a-token-of-a-sender'), schema: z.unknown() }),
      keyed: source({ scheme: gatewayKey(), schema: z.unknown() }),
    },
    destinations: {},
    routes: [],
    keys: [{ name: 'admin', token: 'an-admin-token', scopes: ['operate'] }],
    cors: { origins },
  }))

/** Every method that any route of `/v1` takes. */
const METHODS = operationsOf(await readCommitted()).flatMap(({ method, path }) =>
  path.startsWith('/v1/') ? [method] : [],
)

const corsOf = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith('access-control-'))
const namesIn = (headers: Headers, name: string) =>
  (headers.get(name) ?? '').split(',').map((one) => one.trim().toLowerCase())

describe('pages of an origin that the configuration names', () => {
  let world: World
  beforeAll(async () => {
    world = await createWorld({ config: configOf([CONSOLE, 'http://localhost:5173']) })
  })
  afterAll(() => world.stop())
  const ask = (path: string, headers: Record<string, string>, method = 'GET') =>
    world.request(path, { method, headers })
  const preflight = (path: string, origin: string) =>
    ask(
      path,
      {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
      'OPTIONS',
    )

  test.each(['/v1/deliveries', '/v1/deliveries/dlv_1/retry', '/v1/contactnow/datasets', '/v1/keys'])(
    'are told by a preflight what they may send: %s',
    async (path) => {
      const { status, headers } = await preflight(path, CONSOLE)
      expect(status).toBe(204)
      expect(headers.get('access-control-allow-origin')).toBe(CONSOLE)
      expect(headers.get('access-control-max-age')).toBe('600')
      expect(headers.has('access-control-allow-credentials')).toBe(false)
      const methods = namesIn(headers, 'access-control-allow-methods')
      expect(METHODS.filter((method) => !methods.includes(method))).toEqual([])
      expect(namesIn(headers, 'access-control-allow-headers')).toEqual(
        expect.arrayContaining(['authorization', 'content-type', 'idempotency-key', 'prefer', 'last-event-id']),
      )
      expect(namesIn(headers, 'vary')).toContain('origin')
      // And it is an answer like any other.
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.has('x-request-id')).toBe(true)
    },
  )

  test.each([
    ['a list', '/v1/deliveries', ADMIN, 200],
    ['who has no key', '/v1/deliveries', {}, 401],
    ['what is wrong', '/v1/deliveries?limit=0', ADMIN, 400],
    ['what is not there', '/v1/nowhere', ADMIN, 404],
    ['a method that is not taken', '/v1/preview', ADMIN, 405],
    ['an address that is too long', `/v1/deliveries?text=${'a'.repeat(5000)}`, ADMIN, 414],
    ['headers that are too large', '/v1/deliveries', { ...ADMIN, 'x-more': 'a'.repeat(13_000) }, 431],
  ] as const)('read the answer, whatever it is: %s', async (_, path, headers, status) => {
    const answer = await ask(path, { ...headers, origin: CONSOLE })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('access-control-allow-origin')).toBe(CONSOLE)
    expect(answer.headers.has('access-control-allow-credentials')).toBe(false)
    expect(namesIn(answer.headers, 'vary')).toContain('origin')
  })

  test('may read every header of an answer that means something', async () => {
    const { headers } = await ask('/v1/deliveries', { ...ADMIN, origin: CONSOLE })
    const exposed = namesIn(headers, 'access-control-expose-headers')
    const own = ['link', 'ratelimit', 'ratelimit-policy', 'x-request-id', 'traceresponse']
    expect(own.filter((name) => !headers.has(name) || !exposed.includes(name))).toEqual([])
    expect(exposed).toEqual(
      expect.arrayContaining(['location', 'retry-after', 'idempotency-replayed', 'preference-applied']),
    )
  })

  test.each(['/webhooks/any', '/webhooks/keyed', '/callbacks/danaconnect/x', '/', '/healthz', '/openapi.json'])(
    'get nothing of it outside of /v1: %s',
    async (path) => {
      expect((await preflight(path, CONSOLE)).status).not.toBe(204)
      expect(corsOf(await preflight(path, CONSOLE))).toEqual([])
      expect(corsOf(await ask(path, { ...ADMIN, origin: CONSOLE }))).toEqual([])
    },
  )

  test.each([EVIL, 'null', 'https://console.example.com.evil.test', 'http://console.example.com', `${CONSOLE}:8443`])(
    'are let in and no others: %s',
    async (origin) => {
      for (const answer of [
        await preflight('/v1/deliveries', origin),
        await ask('/v1/deliveries', { ...ADMIN, origin }),
      ]) {
        expect(answer.headers.has('access-control-allow-origin')).toBe(false)
        // A cache must not give the one origin's answer to the other.
        expect(namesIn(answer.headers, 'vary')).toContain('origin')
      }
    },
  )

  test('change nothing for who is no page, but that caches know of origins', async () => {
    const answer = await ask('/v1/deliveries', ADMIN)
    expect([answer.status, answer.headers.has('access-control-allow-origin')]).toEqual([200, false])
    expect(namesIn(answer.headers, 'vary')).toContain('origin')
  })
})

test('every page may, where the configuration says so in that word, and still sends its key itself', async () => {
  const world = await createWorld({ config: configOf(['*']) })
  const { status, headers } = await world.request('/v1/deliveries', { headers: { ...ADMIN, origin: EVIL } })
  expect([status, headers.get('access-control-allow-origin')]).toEqual([200, '*'])
  expect([headers.has('vary'), headers.has('access-control-allow-credentials')]).toEqual([false, false])
  expect((await world.request('/v1/deliveries', { headers: { origin: EVIL } })).status).toBe(401)
  world.stop()
})
