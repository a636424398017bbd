import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ports } from '@sluice/gateway'
import { openSqlite } from '@sluice/gateway/bun'
import { createControlStore, createSqliteStore, type NewEvent } from '@sluice/gateway/store'
import { dieAtStep } from './die-at-step.ts'
import type { Step } from './plan.ts'

const NOW = 1_700_000_000_000

class Died extends Error {}

/** Ends the call in the place where the process would end. */
const DEATH = {
  now(): never {
    throw new Died()
  },
  soon: () => undefined,
}

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

describe('dieAtStep', () => {
  test('before-commit: the event is not stored', async () => {
    const ports = openPorts()
    expect(await endOf(dying(ports, 'before-commit').store.accept(eventOf('1')))).toBeInstanceOf(Died)
    expect(await ports.store.readEvent('evt_1')).toBeNull()
  })

  test('after-commit: the event is stored, and nobody is told', async () => {
    const ports = openPorts()
    expect(await endOf(dying(ports, 'after-commit').store.accept(eventOf('1')))).toBeInstanceOf(Died)
    expect(await ports.store.readEvent('evt_1')).toMatchObject({ id: 'evt_1' })
  })

  test('in-commit: the word is given once the store has the event', async () => {
    const ports = openPorts()
    let words = 0
    const death = { ...DEATH, soon: () => void (words += 1) }
    const adapted = dieAtStep(ports, killAt('in-commit', 2), death)
    await adapted.store.accept(eventOf('1'))
    expect(words).toBe(0)
    await Promise.all([adapted.store.accept(eventOf('2')), adapted.store.accept(eventOf('3'))])
    expect(words).toBe(1)
  })

  test('after-lease: only a lease that takes something counts', async () => {
    const ports = openPorts()
    const { store } = dying(ports, 'after-lease')
    expect(await lease(store)).toEqual([])
    await ports.store.accept(eventOf('1'))
    expect(await endOf(lease(store))).toBeInstanceOf(Died)
    expect(await ports.store.readDelivery('dlv_1')).toMatchObject({ state: 'leased' })
  })

  test('after-upstream-received: the upstream was called', async () => {
    let calls = 0
    const ports = openPorts(() => Promise.resolve(new Response(String((calls += 1)))))
    expect(await endOf(dying(ports, 'after-upstream-received').fetch(new Request('http://upstream/')))).toBeInstanceOf(
      Died,
    )
    expect(calls).toBe(1)
  })

  const recordings: readonly [Step, string][] = [
    ['before-record', 'leased'],
    ['after-record', 'delivered'],
  ]
  test.each(recordings)('%s: the delivery is %s', async (step, state) => {
    const ports = openPorts()
    await ports.store.accept(eventOf('1'))
    await lease(ports.store)
    expect(await endOf(dying(ports, step).store.record(recordOf('1')))).toBeInstanceOf(Died)
    expect(await ports.store.readDelivery('dlv_1')).toMatchObject({ state })
  })

  const tokens: readonly [Step, number][] = [
    ['before-token', 0],
    ['after-token', 1],
  ]
  test.each(tokens)('%s: the upstream was asked for a token %i times', async (step, expected) => {
    let calls = 0
    const ports = openPorts(() => Promise.resolve(new Response(String((calls += 1)))))
    const { fetch } = dying(ports, step)
    await fetch(new Request('http://upstream/contactnow/ecnow.php'))
    expect(await endOf(fetch(new Request('http://upstream/contactnow/token.php')))).toBeInstanceOf(Died)
    expect(calls).toBe(1 + expected)
  })

  test('after-load-reply: the upstream took a load', async () => {
    let calls = 0
    const ports = openPorts(() => Promise.resolve(new Response(String((calls += 1)))))
    const { fetch } = dying(ports, 'after-load-reply')
    await fetch(new Request('http://upstream/contactnow/ecnow.php'))
    const load = new Request('http://upstream/danaconnect/api/contacts/rest/webdb/table/CONTACTS')
    expect(await endOf(fetch(load))).toBeInstanceOf(Died)
    expect(calls).toBe(2)
  })

  test('after-batch-lease: only a lease of deliveries that share a call counts', async () => {
    const ports = openPorts()
    const { store } = dying(ports, 'after-batch-lease')
    await ports.store.accept(eventOf('1'))
    expect(await lease(store)).toHaveLength(1)
    await ports.store.accept(eventOf('2', SHARED))
    expect(await endOf(lease(store))).toBeInstanceOf(Died)
    expect(await ports.store.readDelivery('dlv_2')).toMatchObject({ state: 'leased' })
  })

  const openings: readonly [Step, boolean][] = [
    ['before-open-batch', false],
    ['after-open-batch', true],
  ]
  test.each(openings)('%s: the batch is noted: %p', async (step, noted) => {
    const ports = openPorts()
    expect(await endOf(dying(ports, step).store.openBatch(BATCH))).toBeInstanceOf(Died)
    expect((await ports.store.findBatch(BATCH.token.hash, NOW)) !== null).toBe(noted)
  })

  const shared: readonly [Step, string][] = [
    ['before-record-batch', 'leased'],
    ['after-record-batch', 'delivered'],
  ]
  test.each(shared)('%s: the delivery is %s', async (step, state) => {
    const ports = openPorts()
    await ports.store.accept(eventOf('1', SHARED))
    await lease(ports.store)
    const request = { batchId: BATCH.id, steps: [], deliveries: [recordOf('1')] }
    expect(await endOf(dying(ports, step).store.recordBatch(request))).toBeInstanceOf(Died)
    expect(await ports.store.readDelivery('dlv_1')).toMatchObject({ state })
  })

  const callbacks: readonly [Step, boolean][] = [
    ['before-callback', false],
    ['after-callback', true],
  ]
  test.each(callbacks)('%s: the callback is written: %p', async (step, written) => {
    const ports = openPorts()
    await ports.store.openBatch(BATCH)
    const request = { batchId: BATCH.id, callback: { result: 'FINISHED' }, nowMs: NOW, moves: [] }
    expect(await endOf(dying(ports, step).store.settleBatch(request))).toBeInstanceOf(Died)
    expect((await ports.store.readSettled(BATCH.id)) !== null).toBe(written)
  })

  test('before-recovery: the leases of the dead were found', async () => {
    const ports = openPorts()
    await ports.store.accept(eventOf('1'))
    await lease(ports.store)
    expect(await endOf(dying(ports, 'before-recovery').store.expiredLeases(Infinity))).toBeInstanceOf(Died)
    expect(await ports.store.readDelivery('dlv_1')).toMatchObject({ state: 'leased' })
  })

  test('after-recovery: nothing is leased', async () => {
    const ports = openPorts()
    await ports.store.accept(eventOf('1'))
    expect(await endOf(lease(dying(ports, 'after-recovery').store))).toBeInstanceOf(Died)
    expect(await ports.store.readDelivery('dlv_1')).toMatchObject({ state: 'pending' })
  })

  const removals: readonly [Step, boolean][] = [
    ['before-retention', true],
    ['after-retention', false],
  ]
  test.each(removals)('%s: what ended long ago is there: %p', async (step, isThere) => {
    const ports = openPorts()
    await ports.store.accept({ ...eventOf('1'), deliveries: [] })
    const request = { beforeMs: NOW + 1, after: '', limit: 10 }
    expect(await endOf(dying(ports, step).store.removeEnded(request))).toBeInstanceOf(Died)
    expect((await ports.store.readEvent('evt_1')) !== null).toBe(isThere)
  })

  test('the occurrences before the planned one pass', async () => {
    const { store } = dieAtStep(openPorts(), killAt('after-commit', 3), DEATH)
    await store.accept(eventOf('1'))
    await store.accept(eventOf('2'))
    expect(await endOf(store.accept(eventOf('3')))).toBeInstanceOf(Died)
  })
})

function openPorts(fetch: Ports['fetch'] = () => Promise.reject(new Error('nobody is called'))): Ports {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-die-'))
  const database = openSqlite(join(folder, 'sluice.sqlite'))
  closers.push(() => {
    database.close()
    rmSync(folder, { recursive: true })
  })
  let ids = 0
  const newId: Ports['newId'] = (prefix) => `${prefix}_new${(ids += 1)}`
  return {
    store: createSqliteStore({ database, newId, defer: setImmediate }),
    control: createControlStore(database),
    fetch,
    newId,
    newToken: () => 'token',
    nowMs: () => NOW,
    random: () => 0.5,
    fillRandom: () => undefined,
    wakeAt: () => undefined,
    sleep: () => Promise.resolve(),
    log: () => undefined,
  }
}

const endOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error)

const killAt = (step: Step, occurrence: number) => ({ kind: 'step' as const, step, occurrence, delayUs: 0 })

const dying = (ports: Ports, step: Step): Ports => dieAtStep(ports, killAt(step, 1), DEATH)

const lease = (store: Ports['store']) =>
  store.lease({ destination: 'alpha', leaseId: 'lse_1', nowMs: NOW, untilMs: NOW + 1000, limit: 16, batchRows: 1 })

const SHARED = { key: 'list', maxRows: 1, maxAgeMs: 0 }
const BATCH = {
  id: 'bat_1',
  destination: 'alpha',
  operation: 'create',
  key: SHARED.key,
  size: 1,
  createdAtMs: NOW,
  token: { hash: 'hash', untilMs: NOW + 1 },
}

function eventOf(number: string, gather: typeof SHARED | null = null): NewEvent {
  const delivery = {
    id: `dlv_${number}`,
    route: 'demo.alpha.create',
    destination: 'alpha',
    operation: 'create',
    payload: {},
    reason: null,
    orderingKey: null,
    gather,
  }
  return {
    id: `evt_${number}`,
    source: 'demo',
    idempotencyKey: null,
    keyWindowMs: 0,
    receivedAtMs: NOW,
    contentType: 'application/json',
    body: new Uint8Array(),
    deliveries: [delivery],
  }
}

function recordOf(number: string): Parameters<Ports['store']['record']>[0] {
  return {
    deliveryId: `dlv_${number}`,
    leaseId: 'lse_1',
    attempts: [],
    state: 'delivered',
    dueAtMs: null,
    reason: null,
    receipt: null,
    nowMs: NOW,
    unsureAtMs: null,
    deadlineAtMs: null,
    gate: null,
  }
}
