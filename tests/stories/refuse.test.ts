import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { bearer, contactnow, defineConfig, route, source, z } from '@sluice/gateway'
import { type Gateway, sandboxEnvironment, startGateway } from '@sluice/gateway/bun'
import { temporaryFolder } from './running.ts'
import { unnamed } from './unnamed.ts'

const INGEST = 'an-ingest-token'
const ADMIN = 'an-admin-token'
const READER = 'a-reader-token'
/** A word that no answer may repeat. */
const MARK = 'do-not-quote-me'

const configFile = defineConfig((settings) => {
  const declared = { scheme: bearer(INGEST), schema: z.object({ dataset: z.unknown(), phone: z.string() }) }
  const strict = source({ ...declared, onMappingFault: 'refuse' })
  const lenient = source(declared)
  const calls = contactnow({
    username: settings.text('CONTACTNOW_USERNAME'),
    password: settings.secret('CONTACTNOW_PASSWORD'),
    baseUrl: settings.text('CONTACTNOW_URL'),
  })
  return {
    sources: { strict, lenient },
    destinations: { calls },
    routes: [strict, lenient].flatMap((from) => [
      route(from, calls, 'records.create', { map: '{ "dataset": dataset, "MobilePhone": phone }' }),
      route(from, calls, 'datasets.create', {
        when: 'phone = "broken"',
        map: '{ "description": $error(phone) }',
        marker: 'description',
      }),
    ]),
    keys: [
      { name: 'admin', token: ADMIN, scopes: ['operate'] },
      { name: 'reader', token: READER, scopes: ['read'] },
    ],
  }
})

describe('an event that a route cannot map', () => {
  const folder = temporaryFolder()
  let gateway: Gateway

  beforeAll(async () => {
    gateway = await startGateway({
      logLevel: 'warn',
      configFile,
      environment: sandboxEnvironment('http://127.0.0.1:9'),
      port: 0,
      dataPath: folder.path,
      sandboxUrl: null,
      example: null,
      adapt: (ports) => ({
        ...ports,
        fetch: () => Promise.resolve(new Response('', { status: 429 })),
        log: () => undefined,
      }),
    })
  })

  afterAll(async () => {
    await gateway?.stop()
    folder.remove()
  })

  const post = (name: string, body: unknown, key: string | null = null): Promise<Response> =>
    fetch(`${gateway.url}/webhooks/${name}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${INGEST}`,
        'content-type': 'application/json',
        ...(key === null ? {} : { 'idempotency-key': key }),
      },
      body: JSON.stringify(body),
    })
  const read = async (path: string): Promise<{ readonly deliveries: readonly Shown[] }> => {
    const response = await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${ADMIN}` } })
    return (await response.json()) as { readonly deliveries: readonly Shown[] }
  }
  const wrong = { dataset: { of: MARK }, phone: MARK }

  test('is refused with the route and the path where the source says so, and nothing of it is stored', async () => {
    const response = await post('strict', wrong)
    const text = await response.text()
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(JSON.parse(unnamed(text))).toEqual({
      type: 'urn:sluice:problem:MAPPING_REFUSED',
      title: 'A route cannot map the body to what its destination takes. Nothing of the event was kept.',
      status: 422,
      code: 'MAPPING_REFUSED',
      errors: [{ path: 'dataset', message: 'Route strict.calls.records.create: expected a string or a number' }],
    })
    expect(text).not.toContain(MARK)
    expect((await read('/v1/deliveries')).deliveries).toEqual([])
  })

  test('is refused with every fault of every route', async () => {
    const response = await post('strict', { dataset: null, phone: 'broken' })
    expect(await response.json()).toMatchObject({
      errors: [
        { path: 'dataset', message: 'Route strict.calls.records.create: expected a string or a number' },
        { path: '', message: 'Route strict.calls.datasets.create: the mapping failed: D3137 at position 24' },
      ],
    })
  })

  test('uses up no idempotency key, so that the same sender may send it mended', async () => {
    expect((await post('strict', wrong, 'order-1')).status).toBe(422)
    expect((await post('strict', { dataset: '104', phone: '+4670' }, 'order-1')).status).toBe(202)
  })

  test('is stored with a dead delivery elsewhere, and the sender is told nothing', async () => {
    const response = await post('lenient', wrong)
    expect(response.status).toBe(202)
    const { eventId } = (await response.json()) as { readonly eventId: string }
    const { deliveries } = await read(`/v1/events/${eventId}`)
    expect(deliveries.map(({ state, payload, reason }) => ({ state, payload, reason }))).toEqual([
      {
        state: 'dead',
        payload: null,
        reason: {
          code: 'PAYLOAD_INVALID',
          detail: 'Route lenient.calls.records.create: dataset: expected a string or a number',
        },
      },
    ])
  })

  test('shows with its fault in a preview, for which it takes no more than to read', async () => {
    const preview = async (body: unknown) => {
      const response = await fetch(`${gateway.url}/v1/preview`, {
        method: 'POST',
        headers: { authorization: `Bearer ${READER}`, 'content-type': 'application/json' },
        body: JSON.stringify({ source: 'strict', body: JSON.stringify(body) }),
      })
      return (await response.json()) as { readonly routes: readonly Record<string, unknown>[] }
    }
    const { routes } = await preview(wrong)
    expect(routes).toMatchObject([
      {
        matched: true,
        payload: null,
        fault: { code: 'PAYLOAD_INVALID', errors: [{ path: 'dataset' }] },
        requests: [],
      },
      { matched: false, payload: null, fault: null, requests: [] },
    ])
  })
})

interface Shown {
  readonly state: string
  readonly payload: unknown
  readonly reason: { readonly code: string; readonly detail: string } | null
}
