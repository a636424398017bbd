import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { type Sandbox, startSandbox } from '@sluice/gateway/bun'
import { UPSTREAM_NAMES, type UpstreamName } from '@sluice/upstream-mocks'
import { eventually } from './eventually.ts'
import {
  allDelivered,
  contactOf,
  listDeliveries,
  postContact,
  type Running,
  type ShownDelivery,
  startRunning,
  temporaryFolder,
} from './running.ts'

const EVENTS = 1000
const REFUSED_FIRST = 300
const CONCURRENCY = 16
/** Requests to the gateway that are under way at once. */
const SENDERS = 32
const DEADLINE_MS = 60_000

/** The operation that each upstream gets for a contact. */
const OPERATIONS: Readonly<Record<UpstreamName, string>> = {
  danaconnect: 'start-data',
  contactnow: 'ecnow_records.create',
  datatalks: 'contacts.upsert',
}

describe('a destination that asks to wait: 1,000 events, and each upstream answers 429 with Retry-After to the first 300', () => {
  const folder = temporaryFolder()
  const calls = countCalls()
  let sandbox: Sandbox
  let running: Running
  let statuses: readonly number[]
  let deliveries: readonly ShownDelivery[]

  beforeAll(async () => {
    sandbox = await startSandbox(0)
    for (const upstream of UPSTREAM_NAMES) {
      const fault = { upstream, fault: 'status-429', times: REFUSED_FIRST, retryAfterSeconds: 1 }
      const body = JSON.stringify(fault)
      expect((await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'POST', body })).status).toBe(201)
    }
    running = await startRunning({
      sandboxUrl: sandbox.url,
      dataPath: folder.path,
      adapt: (ports) => ({ ...ports, fetch: calls.through(ports.fetch) }),
    })
    statuses = await postAll(running.url)
    await eventually('everything is delivered', () => allDelivered(running.url, 3 * EVENTS), DEADLINE_MS)
    deliveries = await listDeliveries(running.url)
  }, DEADLINE_MS)

  afterAll(async () => {
    await running?.gateway.stop()
    sandbox?.stop()
    folder.remove()
  })

  test('every event was accepted while the upstreams asked to wait', () => {
    expect(statuses.filter((status) => status !== 202)).toEqual([])
    expect(statuses).toHaveLength(EVENTS)
  })

  test('all 3,000 deliveries are delivered', () => {
    expect(deliveries.filter(({ state }) => state !== 'delivered')).toEqual([])
    expect(deliveries).toHaveLength(3 * EVENTS)
  })

  test.each([...UPSTREAM_NAMES])('%s got each contact exactly once, after 300 refusals', (upstream) => {
    const log = sandbox.mocks.requests({ upstream, operation: OPERATIONS[upstream] })
    const landed = log.filter(({ effect }) => effect > 0)
    const contacts = landed.map(({ body }) => /contact-\d+@example\.com/.exec(body)?.[0] ?? body)
    expect(log.filter(({ fault }) => fault === 'status-429')).toHaveLength(REFUSED_FIRST)
    expect(landed).toHaveLength(EVENTS)
    expect(new Set(contacts).size).toBe(EVENTS)
    expect(log).toHaveLength(EVENTS + REFUSED_FIRST)
  })

  test('no refusal counts to the ten attempts', () => {
    expect(new Set(deliveries.map(({ countedAttemptCount }) => countedAttemptCount))).toEqual(new Set([1]))
    const attempts = deliveries.reduce((sum, { attemptCount }) => sum + attemptCount, 0)
    expect(attempts).toBe(3 * (EVENTS + REFUSED_FIRST))
  })

  test.each([...UPSTREAM_NAMES])('%s never had more than 16 calls at once', (upstream) => {
    expect(calls.most(upstream)).toBeLessThanOrEqual(CONCURRENCY)
    expect(calls.most(upstream)).toBeGreaterThan(1)
  })

  test('beside requests and attempts, only the gates had something to say', () => {
    const messages = running.log.map((line) => (JSON.parse(line) as { message: string }).message)
    expect(new Set(messages)).toEqual(new Set(['request', 'attempt', 'gate closed']))
  })
})

async function postAll(url: string): Promise<readonly number[]> {
  const statuses: number[] = []
  let next = 0
  const send = async () => {
    while (next < EVENTS) {
      next += 1
      const response = await postContact(url, contactOf(next))
      await response.body?.cancel()
      statuses.push(response.status)
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, send))
  return statuses
}

/** Counts calls under way to each upstream, at the place where the gateway hands them over. */
function countCalls() {
  const now = new Map<string, number>()
  const most = new Map<string, number>()
  const upstreamOf = (url: string) => new URL(url).pathname.split('/')[1] ?? ''
  return {
    most: (upstream: string) => most.get(upstream) ?? 0,
    through:
      (call: (request: Request, init?: { readonly keepalive?: boolean }) => Promise<Response>) =>
      async (request: Request, init?: { readonly keepalive?: boolean }): Promise<Response> => {
        const upstream = upstreamOf(request.url)
        const under = (now.get(upstream) ?? 0) + 1
        now.set(upstream, under)
        most.set(upstream, Math.max(under, most.get(upstream) ?? 0))
        try {
          return await call(request, init)
        } finally {
          now.set(upstream, (now.get(upstream) ?? 1) - 1)
        }
      },
  }
}
