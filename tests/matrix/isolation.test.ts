import { describe, expect, test } from 'bun:test'
import type { Ports } from '@sluice/gateway'
import type { NewDelivery, Store } from '@sluice/gateway/store'
import { createWorld, type World } from '../world/world.ts'
import { matrixConfig } from './config.ts'
import { WIRED_OPERATIONS } from './operations.ts'

const WAITING = 100_000
const PER_EVENT = 1000
const OTHERS = 40
const HOUR_MS = 3_600_000

/** When which destination was worked on: each entry is one step of the clock. */
type Timeline = Map<string, number[]>

/** Notes the instants at which a destination's deliveries were leased. */
function noting(timeline: Timeline): (ports: Ports) => Ports {
  return (ports) => {
    const store: Store = {
      ...ports.store,
      lease: async (request) => {
        const leased = await ports.store.lease(request)
        const instants = timeline.get(request.destination) ?? []
        if (leased.length > 0 && instants.at(-1) !== ports.nowMs()) {
          timeline.set(request.destination, [...instants, ports.nowMs()])
        }
        return leased
      },
    }
    return { ...ports, store }
  }
}

/** Fills the store with deliveries for a destination, many to an event, since the store need not be quick here. */
async function fill(world: World, destination: 'danaconnect', operation: string, payload: unknown): Promise<void> {
  for (let first = 0; first < WAITING; first += PER_EVENT) {
    const deliveries = Array.from({ length: PER_EVENT }, (_, at): NewDelivery => {
      const id = `dlv_W${String(first + at).padStart(25, '0')}`
      const route = `cell.${destination}.${operation}`
      return {
        id,
        route,
        destination,
        operation,
        payload: payload as NewDelivery['payload'],
        orderingKey: null,
        gather: null,
        reason: null,
      }
    })
    await world.store.accept({
      id: `evt_W${String(first).padStart(25, '0')}`,
      source: 'cell',
      idempotencyKey: null,
      keyWindowMs: 0,
      receivedAtMs: world.nowMs(),
      contentType: 'application/json',
      body: new Uint8Array(),
      deliveries,
    })
  }
}

/** Delivers the same to the other two upstreams, some of it on the schedule, beside a crowd for the first or without. */
async function deliverOthers(crowd: boolean) {
  const timeline: Timeline = new Map()
  const world = await createWorld({ config: matrixConfig, adapt: noting(timeline) })
  try {
    const [stuck] = WIRED_OPERATIONS
    if (stuck === undefined || stuck.upstream !== 'danaconnect') throw new Error('expected an operation of danaconnect')
    world.fault({ upstream: 'danaconnect', fault: 'timeout', times: 1_000_000 })
    if (crowd) {
      await fill(world, stuck.upstream, stuck.operation, stuck.payload(''))
      await world.wake()
    }
    // Some of them fail a few times, so that they need the clock.
    world.fault({ upstream: 'contactnow', fault: 'status-429', times: 3, operation: 'ecnow_records.create' })
    world.fault({ upstream: 'datatalks', fault: 'status-500', times: 6, operation: 'contacts.upsert' })
    for (const { destination, operation, name, payload } of WIRED_OPERATIONS) {
      if (name !== 'records.create' && name !== 'contacts.upsert') continue
      for (let count = 0; count < OTHERS; count += 1) {
        await world.post('cell', { destination, operation, marked: false, payload: payload('') })
      }
    }
    await world.runUntilIdle({ untilMs: world.nowMs() + HOUR_MS })
    const counts = await world.store.countDeliveries()
    const delivered = counts.filter(({ destination, state }) => destination !== 'danaconnect' && state === 'delivered')
    return {
      steps: ['contactnow', 'datatalks'].map((destination) => timeline.get(destination)),
      stuckSteps: timeline.get('danaconnect')?.length ?? 0,
      delivered: delivered.map(({ destination, count }) => [destination, count]),
      waiting: counts.filter(({ state }) => state === 'pending' || state === 'leased'),
    }
  } finally {
    world.stop()
  }
}

describe('one upstream that times out for ever, with 100,000 deliveries waiting for it,', () => {
  test('costs the others not one step of the clock', async () => {
    const alone = await deliverOthers(false)
    const beside = await deliverOthers(true)
    expect(beside.steps).toEqual(alone.steps)
    expect(beside.steps.map((instants = []) => instants.length > 2)).toEqual([true, true])
    expect(beside.delivered).toEqual([
      ['contactnow', OTHERS],
      ['datatalks', OTHERS],
    ])
    expect(beside.stuckSteps).toBeGreaterThan(20)
    expect(beside.waiting.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(WAITING - 1000)
  }, 60_000)
})
