import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Gateway, startGateway } from '@sluice/gateway/bun'
import configFile from './sluice.config.ts'
import { ADMIN_TOKEN, INGEST_TOKEN, setStage, type Stage } from './running-worker.ts'

const SLOW_MS = 60_000

let stage: Stage
let onWorkers = ''
let onBun: Gateway
const dataPath = mkdtempSync(join(tmpdir(), 'sluice-document-'))

beforeAll(async () => {
  stage = await setStage()
  ;({ url: onWorkers } = await stage.start())
  const environment = {
    SLUICE_INGEST_TOKEN: INGEST_TOKEN,
    SLUICE_ADMIN_TOKEN: ADMIN_TOKEN,
    DATATALKS_SECRET_ACCESS_KEY: 'tests-secret-key',
    DATATALKS_URL: stage.upstream.url,
  }
  onBun = await startGateway({ configFile, environment, port: 0, dataPath, sandboxUrl: null, example: null })
}, SLOW_MS)
afterAll(async () => {
  await onBun.stop()
  await stage.close()
  rmSync(dataPath, { recursive: true })
})

const on = (url: string, path: string, init?: RequestInit) => fetch(`${url}${path}`, init)

test('the document that was made when the Worker was built is the one that the gateway makes', async () => {
  const [ours, theirs] = await Promise.all([on(onWorkers, '/openapi.json'), on(onBun.url, '/openapi.json')])
  expect(ours.headers.get('content-type')).toBe(theirs.headers.get('content-type'))
  const text = await ours.text()
  expect(Object.keys((JSON.parse(text) as { paths: object }).paths)).toContain('/webhooks/{source}')
  expect(text).toBe(await theirs.text())
})

test('the document is read only', async () => {
  const [head, post] = await Promise.all([
    on(onWorkers, '/openapi.json', { method: 'HEAD' }),
    on(onWorkers, '/openapi.json', { method: 'POST' }),
  ])
  expect([head.status, await head.text()]).toEqual([200, ''])
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
})

const operator = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }
const REQUESTS: readonly (readonly [string, string, RequestInit])[] = [
  ['a query with a wrong value', '/v1/deliveries?limit=many&state=lost', { headers: operator }],
  ['a body with keys that are not known', '/v1/preview', { method: 'POST', headers: operator, body: '{"a":1}' }],
  [
    'a body with values that are too long',
    '/v1/deliveries/dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J/resolve',
    { method: 'POST', headers: operator, body: JSON.stringify({ as: 'lost', why: 'x'.repeat(501) }) },
  ],
  ['a body that is not JSON', '/v1/preview', { method: 'POST', headers: operator, body: '{' }],
  [
    'a body of another type',
    '/v1/preview',
    { method: 'POST', headers: { ...operator, 'content-type': 'text/csv' }, body: '{}' },
  ],
  ['an event in XML that is cut off', '/webhooks/events', { method: 'POST', headers: xml(), body: '<contact><email>' }],
  [
    'an event in XML with a document type',
    '/webhooks/events',
    { method: 'POST', headers: xml(), body: '<!DOCTYPE a [<!ENTITY b "c">]><contact><email>&b;</email></contact>' },
  ],
  [
    'an event in XML with an entity that is not known',
    '/webhooks/events',
    { method: 'POST', headers: xml(), body: '<contact><email>&b;</email></contact>' },
  ],
]

function xml() {
  return { authorization: `Bearer ${INGEST_TOKEN}`, 'content-type': 'application/xml' }
}

test.each(REQUESTS)('%s is refused in the same words as on Bun', async (_, path, init) => {
  const [ours, theirs] = await Promise.all([on(onWorkers, path, init), on(onBun.url, path, init)])
  expect([ours.status, ours.headers.get('content-type')]).toEqual([theirs.status, theirs.headers.get('content-type')])
  expect(theirs.status).toBeGreaterThanOrEqual(400)
  expect(theirs.status).toBeLessThan(500)
  expect(withoutInstance(await ours.json())).toEqual(withoutInstance(await theirs.json()))
})

/** Which request it was differs. */
function withoutInstance(problem: unknown) {
  return { ...(problem as object), instance: null }
}
