import { afterAll, beforeAll, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { sandboxEnvironment } from '@sluice/gateway/bun'
import { createMockFetch, createUpstreamMocks, type FaultOrder } from '@sluice/upstream-mocks'
import { CANARY_ENVIRONMENT, CANARY_HEADER, CANARY_QUERY, CANARY_SETTINGS, FoundSecrets } from '../matrix/canaries.ts'
import { eventually } from '../stories/eventually.ts'
import { postContact, readApi, type ShownDelivery, temporaryFolder } from '../stories/running.ts'

const ROOT = resolve(import.meta.dir, '../..')
const SLOW_MS = 60_000
/** Stands in every contact: it belongs into the store and to who may read it, and into no log. */
const PERSON = 'canary-person-5d71'
const ADMIN = CANARY_ENVIRONMENT['SLUICE_ADMIN_TOKEN'] ?? ''
const INGEST = CANARY_ENVIRONMENT['SLUICE_INGEST_TOKEN'] ?? ''

/** Under each line one event is delivered; what an upstream says about a credential must not get through either. */
const FAULTS: readonly (readonly FaultOrder[])[] = [
  [],
  [
    { upstream: 'danaconnect', fault: 'status-500', times: 1 },
    { upstream: 'contactnow', fault: 'expired-token', times: 1, operation: 'ecnow_records.create' },
    { upstream: 'datatalks', fault: 'status-400', times: 1 },
  ],
  [
    { upstream: 'danaconnect', fault: 'cut-200', times: 1 },
    { upstream: 'contactnow', fault: 'php-warning-200', times: 1, operation: 'ecnow_records.create' },
    { upstream: 'datatalks', fault: 'signature-expired', times: 1 },
  ],
  [
    { upstream: 'danaconnect', fault: 'status-401', times: 1 },
    { upstream: 'contactnow', fault: 'none-landed', times: 1, operation: 'ecnow_records.create' },
    { upstream: 'datatalks', fault: 'signature-mismatch-long', times: 1 },
  ],
]

/** Requests that are refused; what they present must not come back, nor stand in the log. */
const REFUSED: readonly (readonly [path: string, init: RequestInit])[] = [
  [
    `/webhooks/demo?${CANARY_QUERY}`,
    { method: 'POST', headers: { authorization: `Bearer ${CANARY_HEADER}` }, body: '{}' },
  ],
  [`/webhooks/demo`, { method: 'POST', headers: { authorization: `Bearer ${INGEST}` }, body: `{"a":"${PERSON}` }],
  [`/webhooks/${CANARY_HEADER}`, { method: 'POST', body: '{}' }],
  [`/callbacks/danaconnect/${CANARY_HEADER}`, { method: 'POST', body: '{}' }],
  [`/v1/events/evt_0?${CANARY_QUERY}`, { headers: { authorization: `Basic ${btoa(CANARY_HEADER)}` } }],
  [`/v1/deliveries?cursor=${CANARY_HEADER}`, { headers: { authorization: `Bearer ${ADMIN}` } }],
  [`/${CANARY_HEADER}`, { headers: { 'x-request-id': `bad ${CANARY_HEADER}`, traceparent: CANARY_HEADER } }],
  [`/healthz`, { headers: { cookie: CANARY_HEADER, tracestate: `a=${CANARY_HEADER}` } }],
]

const folder = temporaryFolder()
const secrets = new FoundSecrets()
const mocks = createUpstreamMocks({ nowMs: Date.now, settings: CANARY_SETTINGS })
const written = { out: '', err: '' }
const answers: string[] = []
let mockServer: ReturnType<typeof Bun.serve>

beforeAll(async () => {
  const reachMocks = createMockFetch(mocks)
  mockServer = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const reply = await reachMocks(request.clone())
      await secrets.noteExchange(request, reply)
      return reply
    },
  })
  const child = Bun.spawn([process.execPath, 'apps/gateway/src/runtime/bun/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      ...sandboxEnvironment(`http://127.0.0.1:${mockServer.port}`),
      ...CANARY_ENVIRONMENT,
      SLUICE_DATA: folder.path,
      PORT: '0',
      LOG_LEVEL: 'debug',
    },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const read = async (stream: ReadableStream<Uint8Array>, into: 'out' | 'err') => {
    const decoder = new TextDecoder()
    for await (const part of stream) written[into] += decoder.decode(part, { stream: true })
  }
  const all = [read(child.stdout, 'out'), read(child.stderr, 'err')]
  try {
    const url = await eventually('it listens', () => /http:\/\/127\.0\.0\.1:\d+/.exec(written.out)?.[0], SLOW_MS)
    await use(url)
  } finally {
    child.kill('SIGTERM')
    await child.exited
    await Promise.all(all)
  }
}, SLOW_MS)

afterAll(async () => {
  await mockServer.stop(true)
  folder.remove()
})

/** Does what a day brings, and collects each answer, headers and all. */
async function use(url: string): Promise<void> {
  for (const [number, faults] of FAULTS.entries()) {
    for (const fault of faults) mocks.setFault(fault)
    const contact = {
      email: `${PERSON}-${number}@example.com`,
      phone: `+4670000000${number}`,
      firstName: PERSON,
      lastName: PERSON,
    }
    const posted = await postContact(url, contact, { authorization: `Bearer ${INGEST}`, cookie: CANARY_HEADER })
    const { eventId } = (await posted.clone().json()) as { eventId: string }
    answers.push(await textOf(posted))
    await eventually(`event ${number} is tried`, async () => {
      const { deliveries } = await readApi<{ deliveries: readonly ShownDelivery[] }>(
        url,
        `/v1/events/${eventId}`,
        ADMIN,
      )
      const isTried = ({ state, attemptCount }: ShownDelivery) => state !== 'leased' && attemptCount > 0
      return deliveries.every(isTried) ? true : undefined
    })
    answers.push(await textOf(await readAs(url, `/v1/events/${eventId}`)))
  }
  for (const path of [
    '/',
    '/openapi.json',
    '/readyz',
    '/healthz',
    '/v1/deliveries?limit=200',
    '/v1/destinations',
    '/v1/jobs',
  ]) {
    answers.push(await textOf(await readAs(url, path)))
  }
  for (const [path, init] of REFUSED) answers.push(await textOf(await fetch(`${url}${path}`, init)))
}

const readAs = (url: string, path: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${ADMIN}` } })

async function textOf(response: Response): Promise<string> {
  const headers = [...response.headers].map((pair) => pair.join(': '))
  return [response.status, ...headers, await response.text()].join('\n')
}

test('the program did its work: it logged, it delivered, and upstreams gave out tokens', () => {
  expect(mocks.activeFaults()).toEqual([])
  expect(secrets.size).toBeGreaterThan(3)
  expect(answers.length).toBeGreaterThan(20)
  for (const outcome of ['delivered', 'refused', 'unsure', 'unauthorized']) {
    expect(written.err).toContain(`"outcome":"${outcome}"`)
  }
  expect(written.err).toContain('"level":"debug"')
  expect(answers.join('')).toContain(PERSON)
})

test('no secret is on standard output or standard error, and nothing of a person', () => {
  for (const text of [written.out, written.err]) {
    expect(secrets.in(text)).toBeNull()
    expect(text).not.toContain(PERSON)
    expect(text).not.toContain('+4670000000')
  }
})

test('every line of the log is JSON of plain characters', () => {
  for (const line of written.err.trimEnd().split('\n')) {
    expect(line).toMatch(/^\{[\x20-\x7e]+\}$/)
    expect(JSON.parse(line)).toMatchObject({ time: expect.any(String), level: expect.any(String) })
  }
})

test('no secret is in an answer, its headers or its body', () => {
  expect(answers.filter((answer) => secrets.in(answer) !== null)).toEqual([])
})

test('no secret is in a byte of the data folder, while the people are', () => {
  const files = readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name)))
  expect(Buffer.concat(files).includes(PERSON)).toBe(true)
  expect(files.filter((bytes) => secrets.inLarge(bytes) !== null)).toEqual([])
})
