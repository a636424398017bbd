import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { SANDBOX_KEYS } from '@sluice/gateway/bun'
import { StoreError } from '@sluice/errors'
import { createHash } from 'node:crypto'
import { contactOf, postContact, type Running, startRunning, temporaryFolder } from '../stories/running.ts'
import { type Asked, headerFaults, nameFaults } from './answers.ts'
import { rawRequest, sendRaw } from './raw.ts'

const ADMIN = { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}` }
const INGEST = { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_INGEST_TOKEN}`, 'content-type': 'application/json' }
const post = (body: string, headers: Readonly<Record<string, string>> = INGEST): RequestInit => ({
  method: 'POST',
  headers,
  body,
})
const CONTACT = JSON.stringify(contactOf(1))

const ASKED: readonly Asked[] = [
  { name: 'the start page', path: '/', status: 200 },
  { name: 'the document', path: '/openapi.json', status: 200 },
  { name: 'health', path: '/healthz', status: 200 },
  { name: 'readiness', path: '/readyz', status: 200 },
  { name: 'an event that was taken', path: '/webhooks/demo', init: post(CONTACT), status: 202 },
  { name: 'a list', path: '/v1/deliveries', init: { headers: ADMIN }, status: 200 },
  { name: 'HEAD', path: '/v1/deliveries', init: { method: 'HEAD', headers: ADMIN }, status: 200 },
  { name: '400', path: '/webhooks/demo', init: post('{'), status: 400 },
  { name: '400 of a parameter', path: '/v1/deliveries?limit=0', init: { headers: ADMIN }, status: 400 },
  { name: '401 of a source', path: '/webhooks/demo', init: post(CONTACT, {}), status: 401 },
  { name: '401 of the API', path: '/v1/deliveries', status: 401 },
  { name: '404', path: '/nowhere', status: 404 },
  { name: '404 of an event', path: '/v1/events/evt_1', init: { headers: ADMIN }, status: 404 },
  { name: '405', path: '/v1/deliveries', init: { method: 'PUT', headers: ADMIN }, status: 405 },
  {
    name: 'a preflight',
    path: '/webhooks/demo',
    init: {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.test', 'access-control-request-method': 'POST' },
    },
    status: 405,
  },
  {
    name: 'a simple request of another origin',
    path: '/v1/deliveries',
    init: { headers: { ...ADMIN, origin: 'https://evil.test' } },
    status: 200,
  },
  { name: '413', path: '/webhooks/demo', init: post(`"${'a'.repeat(1_048_576)}"`), status: 413 },
  { name: '414', path: `/${'a'.repeat(3000)}`, status: 414 },
  {
    name: '415',
    path: '/webhooks/demo',
    init: post(CONTACT, { ...INGEST, 'content-type': 'text/plain' }),
    status: 415,
  },
  { name: '422', path: '/webhooks/demo', init: post('{"email":1}'), status: 422 },
  {
    name: '431',
    path: '/healthz',
    init: { headers: Object.fromEntries(Array.from({ length: 120 }, (_, at) => [`x-${at}`, '1'])) },
    status: 431,
  },
  { name: '500', path: '/v1/jobs', init: { headers: ADMIN }, status: 500 },
]

describe('every answer', () => {
  const folder = temporaryFolder()
  let running: Running
  let storeIsDown = false

  beforeAll(async () => {
    running = await startRunning({
      sandboxUrl: 'http://127.0.0.1:9',
      dataPath: folder.path,
      adapt: (ports) => ({
        ...ports,
        store: {
          ...ports.store,
          accept: (event) =>
            storeIsDown
              ? Promise.reject(new StoreError('STORE_UNAVAILABLE', 'store: down'))
              : ports.store.accept(event),
          // A bug, whose message quotes what was sent.
          listJobs: () => Promise.reject(new Error('do-not-quote-me\n{"level":"info"}')),
        },
      }),
    })
  })

  afterAll(async () => {
    await running?.gateway.stop()
    folder.remove()
  })

  test.each([...ASKED])('has the headers of security and the names of its request: $name', async (asked) => {
    const response = await fetch(`${running.url}${asked.path}`, asked.init)
    expect(response.status).toBe(asked.status)
    expect([...headerFaults(response), ...nameFaults(response)]).toEqual([])
    const text = await response.text()
    if (asked.status < 400) return
    const { instance } = JSON.parse(text) as { instance: string }
    expect(instance).toBe(`urn:sluice:request:${response.headers.get('x-request-id')}`)
    expect(text).not.toContain('do-not-quote-me')
  })

  test('has them when the store is down', async () => {
    storeIsDown = true
    const response = await postContact(running.url, contactOf(2))
    storeIsDown = false
    expect(response.status).toBe(503)
    expect([...headerFaults(response), ...nameFaults(response)]).toEqual([])
  })

  test('asks for https next time where it came by https, as a proxy says, and nowhere else', async () => {
    const https = await fetch(`${running.url}/healthz`, { headers: { 'x-forwarded-proto': 'https' } })
    expect(https.headers.get('strict-transport-security')).toBe('max-age=31536000')
    for (const proto of ['http', 'https, http', '']) {
      const response = await fetch(`${running.url}/healthz`, { headers: { 'x-forwarded-proto': proto } })
      expect(response.headers.has('strict-transport-security')).toBe(false)
    }
  })

  test('that is a page runs no script, and its style is known by its hash', async () => {
    const response = await fetch(`${running.url}/`)
    const page = await response.text()
    const styles = [...page.matchAll(/<style>([^]*?)<\/style>/g)].map(([, style = '']) => style)
    expect(styles).toHaveLength(1)
    const hash = createHash('sha256').update(styles.join('')).digest('base64')
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`)
    expect(page).not.toMatch(/<script|\son\w+=|\sstyle=/)
  })

  describe('names its request', () => {
    const TAKEN: readonly string[] = [
      'abc',
      '7d3f8a10-1c9e-4b7c-9a65-2f0c5f2f7b11',
      'Root=1-67891233-abcdef012345678912345678',
      'a'.repeat(128),
    ]
    test.each([...TAKEN])('as its caller does: %s', async (id) => {
      const response = await fetch(`${running.url}/nowhere`, { headers: { 'x-request-id': id } })
      expect(response.headers.get('x-request-id')).toBe(id)
      expect(await response.json()).toMatchObject({ instance: `urn:sluice:request:${id}` })
      expect(running.log.at(-1)).toContain(`"requestId":"${id}"`)
    })

    const REFUSED: readonly (readonly [name: string, id: string])[] = [
      ['with a blank', 'a b'],
      ['of 129 characters', 'a'.repeat(129)],
      ['that would end a tag', '"><script>'],
      ['with an escape sequence', 'a\u001b[31mred'],
      ['that is no ASCII', 'ä'],
      ['with a semicolon and a comma', 'a;b,c'],
      ['that is empty', ''],
    ]
    test.each([...REFUSED])('anew, where its caller gave an id %s', async (_name, id) => {
      const reply = await sendRaw(running.url, rawRequest('GET /nowhere HTTP/1.1', [`X-Request-Id: ${id}`]))
      // A control character in a header is refused by Bun itself.
      if (reply.status === 400) return expect(reply.headers.has('x-request-id')).toBe(false)
      expect(reply.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{16}$/)
      expect(reply.status).toBe(404)
      if (id !== '') expect(reply.text + running.log.join('')).not.toContain(id)
    })

    test('anew, where its caller gave two', async () => {
      const twice = rawRequest('GET /nowhere HTTP/1.1', ['X-Request-Id: a', 'X-Request-Id: b'])
      expect((await sendRaw(running.url, twice)).headers.get('x-request-id')).toMatch(/^req_/)
    })
  })

  test('says which span answered, in the trace of its caller', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const response = await fetch(`${running.url}/nowhere`, { headers: { traceparent } })
    const [version, traceId, spanId, flags] = response.headers.get('traceresponse')?.split('-') ?? []
    expect([version, traceId, flags]).toEqual(['00', '0af7651916cd43dd8448eb211c80319c', '01'])
    expect(spanId).not.toBe('b7ad6b7169203331')
    expect(running.log.at(-1)).toContain(`"trace_id":"${traceId}","span_id":"${spanId}"`)
  })
})
