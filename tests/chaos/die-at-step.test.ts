import { afterEach, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ports } from '@sluice/gateway'
import { openSqlite } from '@sluice/gateway/bun'
import { createSqliteStore, type NewEvent } from '@sluice/gateway/store'
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

  test('after-recovery: the gates are read when the leases of the dead were taken back', async () => {
    expect(await endOf(dying(openPorts(), 'after-recovery').store.readGates())).toBeInstanceOf(Died)
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
    fetch,
    newId,
    newToken: () => 'token',
    nowMs: () => NOW,
    random: () => 0.5,
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

function eventOf(number: string): NewEvent {
  const delivery = {
    id: `dlv_${number}`,
    route: 'demo.alpha.create',
    destination: 'alpha',
    operation: 'create',
    payload: {},
    reason: null,
    orderingKey: null,
    gather: null,
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
