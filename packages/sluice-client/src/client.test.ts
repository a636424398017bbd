import { describe, expect, test } from 'bun:test'
import { ConfigError, SchemaError, TransportError, UpstreamError } from '@sluice/errors'
import type { Exchange } from '@sluice/http-client/observe'
import { createSluice, type SluiceOptions } from './client.ts'
import { operations } from './operations.ts'

const NOON_MS = Date.UTC(2026, 10, 22, 12, 0, 0)
const SECRET = `whsec_${btoa('canary-secret-of-the-relay')}`
const ACCEPTED = { eventId: 'evt_1', deliveries: [{ id: 'dlv_9', destination: 'crm', operation: 'contacts.create' }] }
const EVENT = { email: 'ada@example.com', tags: ['a', 'b'], nested: { deep: [1, null, true] } }

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A client over a gateway that gives one answer. */
function clientAnswering(answer: () => Response, options: Partial<SluiceOptions> = {}) {
  const sent: Sent[] = []
  const client = createSluice({
    baseUrl: 'https://sluice.test',
    source: 'relay',
    secret: SECRET,
    nowMs: () => NOON_MS,
    fetch: async (request) => {
      const headers = Object.fromEntries(request.headers.entries())
      sent.push({ method: request.method, url: request.url, headers, body: await request.text() })
      return answer()
    },
    ...options,
  })
  return { client, sent }
}

const accept = () => Response.json(ACCEPTED, { status: 202 })

function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('the call succeeded')
    },
    (error: unknown) => error,
  )
}

describe('events.forward', () => {
  test('posts the event, signed, and returns what the other gateway made of it', async () => {
    const { client, sent } = clientAnswering(accept)
    expect(await client.events.forward({ event: EVENT }, { id: 'dlv_1' })).toEqual(ACCEPTED)
    const [only] = sent
    expect(sent).toHaveLength(1)
    expect(only).toMatchObject({
      method: 'POST',
      url: 'https://sluice.test/webhooks/relay',
      body: JSON.stringify(EVENT),
      headers: {
        'content-type': 'application/json',
        'webhook-id': 'dlv_1',
        'webhook-timestamp': String(NOON_MS / 1000),
      },
    })
    expect(only?.headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/)
  })

  test.each([
    ['https://sluice.test/', 'https://sluice.test/webhooks/relay'],
    ['https://sluice.test/gateway//', 'https://sluice.test/gateway/webhooks/relay'],
    ['http://127.0.0.1:8787', 'http://127.0.0.1:8787/webhooks/relay'],
  ])('below %s', async (baseUrl, url) => {
    const { client, sent } = clientAnswering(accept, { baseUrl })
    await client.events.forward({ event: {} }, { id: 'dlv_1' })
    expect(sent[0]?.url).toBe(url)
  })

  test('says the type that it was given', async () => {
    const { client, sent } = clientAnswering(accept)
    const contentType = 'application/cloudevents+json'
    await client.events.forward({ event: {}, contentType }, { id: 'dlv_1' })
    expect(sent[0]?.headers['content-type']).toBe(contentType)
  })

  test('sends the same bytes under the same id again, and another signature when time has passed', async () => {
    let nowMs = NOON_MS
    const { client, sent } = clientAnswering(accept, { nowMs: () => nowMs })
    await client.events.forward({ event: EVENT }, { id: 'dlv_1' })
    nowMs += 60_000
    await client.events.forward({ event: EVENT }, { id: 'dlv_1' })
    expect(new Set(sent.map(({ body, headers }) => `${headers['webhook-id']} ${body}`)).size).toBe(1)
    expect(new Set(sent.map(({ headers }) => headers['webhook-signature'])).size).toBe(2)
  })

  test.each<[string, unknown]>([
    ['no object', { event: [1] }],
    ['nothing', {}],
    ['a value that JSON has no form for', { event: { at: new Date(0) } }],
    ['a type that is no JSON', { event: {}, contentType: 'text/plain' }],
    ['a type with a parameter', { event: {}, contentType: 'application/json; charset=latin1' }],
    ['something beside it', { event: {}, extra: 1 }],
  ])('refuses %s before it is sent', async (_name, input) => {
    const { client, sent } = clientAnswering(accept)
    // The compiler refuses these; what a mapping yields is not always compiled.
    const error = await rejection(client.events.forward(input as { event: Record<string, never> }, { id: 'dlv_1' }))
    expect(error).toBeInstanceOf(SchemaError)
    expect(sent).toEqual([])
  })

  test('throws what the answer means', async () => {
    const { client } = clientAnswering(() => new Response('', { status: 401 }))
    const error = await rejection(client.events.forward({ event: {} }, { id: 'dlv_1' }))
    expect(error).toBeInstanceOf(UpstreamError)
    expect(error).toMatchObject({ code: 'SLUICE_SIGNATURE_REFUSED', retry: 'auth' })
  })

  test('is unsure where no answer came', async () => {
    const { client } = clientAnswering(accept, { fetch: () => Promise.reject(new Error('socket')) })
    const error = await rejection(client.events.forward({ event: {} }, { id: 'dlv_1' }))
    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({ code: 'CONNECTION_LOST', retry: 'unsure' })
    expect(operations['events.forward'].idempotent).toBe(true)
  })

  test('tells of the exchange without signature and secret, also where the reply holds them', async () => {
    const exchanges: Exchange[] = []
    const { client, sent } = clientAnswering(() => new Response(`${sent[0]?.headers['webhook-signature']} ${SECRET}`))
    const observe = (exchange: Exchange) => void exchanges.push(exchange)
    await rejection(client.events.forward({ event: EVENT }, { id: 'dlv_1', observe }))
    expect(exchanges).toHaveLength(1)
    expect(exchanges[0]).toMatchObject({
      request: { headers: { 'webhook-id': 'dlv_1', 'webhook-signature': '{signature}' }, body: JSON.stringify(EVENT) },
      reply: { body: '{signature} {secret}' },
    })
  })
})

test('a client is not made of a wrong name and a wrong secret, and says both', () => {
  const make = () => clientAnswering(accept, { source: '../v1', secret: 'whsec_short' })
  expect(make).toThrow(ConfigError)
  expect(make).toThrow(/name of a source.*a secret is/)
})
