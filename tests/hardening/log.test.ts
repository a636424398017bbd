import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { SANDBOX_KEYS, type Sandbox, startSandbox } from '@sluice/gateway/bun'
import { eventually } from '../stories/eventually.ts'
import { contactOf, postContact, readApi, type Running, startRunning, temporaryFolder } from '../stories/running.ts'
import { rawRequest, sendRaw } from './raw.ts'

/** Stands in bodies, queries, paths and headers, and belongs into no line of the log. */
const MARK = 'not-for-the-log'
const ADMIN = { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}` }

interface Line {
  readonly level: string
  readonly message: string
  readonly [field: string]: string | number | boolean
}

describe('the log', () => {
  const folder = temporaryFolder()
  let sandbox: Sandbox
  let running: Running

  beforeAll(async () => {
    sandbox = await startSandbox(0)
    running = await startRunning({ sandboxUrl: sandbox.url, dataPath: folder.path })
  })

  afterAll(async () => {
    await running?.gateway.stop()
    sandbox?.stop()
    folder.remove()
  })

  const linesFrom = (at: number): readonly Line[] => running.log.slice(at).map((line) => JSON.parse(line) as Line)
  /** Waits until no delivery of an earlier test is left that could take a fault. */
  const atRest = () =>
    eventually('nothing is under way', async () => {
      const counts = await Promise.all(
        ['pending', 'leased'].map((state) =>
          readApi<{ deliveries: readonly unknown[] }>(running.url, `/v1/deliveries?state=${state}`),
        ),
      )
      return counts.every(({ deliveries }) => deliveries.length === 0) ? true : undefined
    })
  /** The lines of what one request brings, deliveries not counted. */
  const requestsOf = async (send: () => Promise<unknown>): Promise<readonly Line[]> => {
    const before = running.log.length
    await send()
    return linesFrom(before).filter(({ message }) => message === 'request')
  }

  test('has one line for a request: what it was, how it ended, whose it was, and nothing that was sent', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const contact = { ...contactOf(1), lastName: MARK }
    const headers = { traceparent, 'x-request-id': 'order-1', 'user-agent': MARK, 'idempotency-key': MARK }
    const lines = await requestsOf(() => postContact(running.url, contact, headers))
    expect(lines).toEqual([
      {
        level: 'info',
        message: 'request',
        method: 'POST',
        route: '/webhooks/:source',
        status: 202,
        bytesIn: JSON.stringify(contact).length,
        source: 'demo',
        requestId: 'order-1',
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
        durationMs: expect.any(Number),
      },
    ])
  })

  test('has one line for an attempt, in the trace of the request that brought the event', async () => {
    const before = running.log.length
    const traceparent = '00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'
    const { eventId } = (await (await postContact(running.url, contactOf(2), { traceparent })).json()) as {
      eventId: string
    }
    const attempts = await eventually('three attempts', () => {
      const found = linesFrom(before).filter(({ message, event }) => message === 'attempt' && event === eventId)
      return found.length === 3 ? found : undefined
    })
    expect(new Set(attempts.map(({ destination }) => destination))).toEqual(
      new Set(['contactnow', 'danaconnect', 'datatalks']),
    )
    expect(new Set(attempts.map(({ span_id: span }) => span)).size).toBe(3)
    for (const attempt of attempts) {
      expect(attempt).toEqual({
        level: 'info',
        message: 'attempt',
        delivery: expect.stringMatching(/^dlv_/),
        event: eventId,
        destination: expect.any(String),
        operation: expect.stringMatching(/\./),
        attempt: 1,
        outcome: 'delivered',
        durationMs: expect.any(Number),
        trace_id: '1af7651916cd43dd8448eb211c80319c',
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
      })
    }
  })

  test('says of a failed attempt how it ended, by its code', async () => {
    const before = running.log.length
    await atRest()
    sandbox.mocks.setFault({ upstream: 'datatalks', fault: 'status-400', times: 1 })
    await postContact(running.url, contactOf(3))
    const refused = await eventually('the attempt', () =>
      linesFrom(before).find(({ message, outcome }) => message === 'attempt' && outcome === 'refused'),
    )
    expect(refused).toMatchObject({
      level: 'warn',
      destination: 'datatalks',
      code: expect.stringMatching(/^DATATALKS_/),
    })
  })

  test('says which key read, and neither path nor query', async () => {
    const lines = await requestsOf(() => fetch(`${running.url}/v1/events/${MARK}?q=${MARK}`, { headers: ADMIN }))
    expect(lines).toMatchObject([{ route: '/v1/events/:id', status: 400, code: 'PARAMETER_INVALID', key: 'admin' }])
  })

  test('says why a sender was not believed, which the sender is not told', async () => {
    const lines = await requestsOf(() => postContact(running.url, contactOf(4), { authorization: `Bearer ${MARK}` }))
    expect(lines).toMatchObject([{ level: 'warn', status: 401, code: 'AUTH_REJECTED', source: 'demo' }])
  })

  test('says of who guesses that somebody does: each guess is a line that can be counted, and shows none of it', async () => {
    const guesses: readonly (readonly [path: string, authorization: string])[] = [
      ['/v1/deliveries', `Bearer ${MARK}`],
      ['/v1/deliveries', `Bearer sluice_${MARK}`],
      ['/webhooks/demo', `Bearer ${MARK}`],
      ['/v1/deliveries', 'Basic Og=='],
    ]
    for (const [path, authorization] of guesses) {
      const method = path.startsWith('/v1/') ? 'GET' : 'POST'
      const lines = await requestsOf(() => fetch(`${running.url}${path}`, { method, headers: { authorization } }))
      expect(lines).toMatchObject([{ level: 'warn', status: 401, code: expect.stringMatching(/^AUTH|^UNAUTH/) }])
      expect(JSON.stringify(lines)).not.toContain(MARK)
    }
  })

  test('tells a path that is not there from a method that is not taken', async () => {
    expect(await requestsOf(() => fetch(`${running.url}/${MARK}`))).toMatchObject([{ route: '-', code: 'NOT_FOUND' }])
    const lines = await requestsOf(() => fetch(`${running.url}/v1/deliveries`, { method: 'PUT' }))
    expect(lines).toMatchObject([{ route: '-', code: 'METHOD_NOT_ALLOWED', method: 'PUT' }])
  })

  test('asks nobody to read that health was asked for', async () => {
    const lines = await requestsOf(async () => {
      await fetch(`${running.url}/healthz`)
      await fetch(`${running.url}/readyz`)
    })
    expect(lines.map(({ level }) => level)).toEqual(['debug', 'debug'])
  })

  test('is not written by who sends: line breaks, escapes and long texts come through nothing', async () => {
    const forged = `${MARK}%0d%0a%7b%22level%22:%22info%22%7d`
    const sent = [
      rawRequest(`GET /${forged} HTTP/1.1`),
      rawRequest(`POST /webhooks/${forged} HTTP/1.1`, [`Authorization: Bearer ${MARK}\x1b[31m`]),
      rawRequest(`POST /webhooks/demo?${forged} HTTP/1.1`, [`X-Request-Id: ${MARK}"}\x85{`, `Traceparent: ${MARK}`]),
      rawRequest('GET /v1/deliveries HTTP/1.1', [`Authorization: Bearer ${MARK.repeat(500)}`, `Content-Length: 0`]),
      rawRequest(`PROPFIND /${MARK} HTTP/1.1`),
    ]
    for (const bytes of sent) await sendRaw(running.url, bytes)
    await postContact(running.url, { ...contactOf(5), lastName: `${MARK}\n\u001b[2J\ud800` })
    for (const line of running.log) {
      expect(line).toMatch(/^[\x20-\x7e]+$/)
      expect(line.length).toBeLessThan(1000)
      expect(line).not.toContain(MARK)
    }
  })

  test('keeps the trace over a restart: an attempt after it belongs to the request before it', async () => {
    await atRest()
    sandbox.mocks.setFault({ upstream: 'datatalks', fault: 'status-503', times: 1 })
    const traceparent = '00-2af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const { eventId } = (await (await postContact(running.url, contactOf(6), { traceparent })).json()) as {
      eventId: string
    }
    await eventually('tried', async () => {
      const event = await readApi<{ deliveries: { attemptCount: number }[] }>(running.url, `/v1/events/${eventId}`)
      return event.deliveries.every(({ attemptCount }) => attemptCount > 0) ? true : undefined
    })
    await running.gateway.stop()
    running = await startRunning({ sandboxUrl: sandbox.url, dataPath: folder.path })
    const { deliveries } = await readApi<{ deliveries: { id: string; destination: string }[] }>(
      running.url,
      `/v1/events/${eventId}`,
    )
    const id = deliveries.find(({ destination }) => destination === 'datatalks')?.id ?? ''
    const resolved = await fetch(`${running.url}/v1/deliveries/${id}/resolve`, {
      method: 'POST',
      headers: { ...ADMIN, 'content-type': 'application/json' },
      body: JSON.stringify({ as: 'resend', why: 'the test' }),
    })
    expect(await resolved.json()).toMatchObject({ state: 'pending' })
    const again = await eventually('the second attempt', () =>
      linesFrom(0).find(({ message, delivery }) => message === 'attempt' && delivery === id),
    )
    expect(again).toMatchObject({ attempt: 2, trace_id: '2af7651916cd43dd8448eb211c80319c' })
  }, 20_000)
})
