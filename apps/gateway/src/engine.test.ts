import { expect, test } from 'bun:test'
import { z } from 'zod'
import { buildConfig, route, source } from './config.ts'
import { contactnow } from './destinations/contactnow.ts'
import { createEngine } from './engine.ts'
import { createGatekeeper } from './flow/gatekeeper.ts'
import { createIds } from './ids.ts'
import type { EnginePorts } from './ports.ts'
import { openSqlite } from './runtime/bun/sqlite.ts'
import { bearer } from './sources/bearer.ts'
import { createSqliteStore } from './store/sqlite.ts'

const NOW_MS = 1_767_323_045_000
const nowMs = () => NOW_MS
const newId = createIds(nowMs, (bytes) => void crypto.getRandomValues(bytes))

function configOf() {
  const demo = source({ scheme: bearer('a-token-of-a-sender'), schema: z.json() })
  const account = { username: 'u', password: 'p' }
  const destinations = { calls: contactnow(account), others: contactnow(account) }
  const routes = Object.values(destinations).map((destination) =>
    route(demo, destination, 'records.create', { map: '$' }),
  )
  const keys = [{ name: 'admin', token: 'a-key-of-some-length', scopes: ['operate' as const] }]
  return buildConfig(() => ({ sources: { demo }, destinations, routes, keys }), {})
}

test('whoever keeps the gate elsewhere is told of the calls that died, for the destinations that had any', async () => {
  const store = createSqliteStore({ database: openSqlite(':memory:'), newId, defer: queueMicrotask })
  const delivery = {
    id: newId('dlv'),
    route: 'demo.calls.records.create',
    destination: 'calls',
    operation: 'records.create',
    payload: {},
    reason: null,
    orderingKey: null,
    gather: null,
  }
  const event = { id: newId('evt'), source: 'demo', idempotencyKey: null, keyWindowMs: 0, receivedAtMs: NOW_MS }
  await store.accept({ ...event, contentType: '', body: new Uint8Array(), deliveries: [delivery] })
  const lease = { destination: 'calls', leaseId: newId('lse'), nowMs: NOW_MS, untilMs: NOW_MS + 1, limit: 1 }
  await store.lease({ ...lease, batchRows: 1 })

  const ports: EnginePorts = {
    store,
    control: { readAlias: () => Promise.resolve(null) },
    fetch: () => Promise.reject(new Error('nobody is called')),
    nowMs,
    newId,
    newToken: () => 'token',
    random: () => 0.5,
    wakeAt: () => undefined,
    sleep: () => Promise.resolve(),
    log: () => undefined,
  }
  const told: string[] = []
  await createEngine(configOf(), ports, (name, { limits, testable }) => ({
    ...createGatekeeper({ name, limits, testable, saved: undefined, nowMs, log: () => undefined }),
    died: async () => void told.push(name),
  }))
  expect(told).toEqual(['calls'])
  expect(await store.readDelivery(delivery.id)).toMatchObject({ state: 'parked', reason: { code: 'PROCESS_DIED' } })
})
