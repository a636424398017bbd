import type { Destination } from '../destinations/destination.ts'
import type { Ports } from '../ports.ts'
import type { LeasedDelivery } from '../store/port.ts'
import { deliver } from './deliver.ts'
import { enterGate, freeSlots, type GateState, leaveGate, OPEN_GATE } from './gate.ts'
import { type Policy, record } from './record.ts'

/**
 * How long a delivery is leased: longer than the longest work on it, which is two attempts of a token call and a data
 * call with 35 s each.
 */
const LEASE_MS = 180_000
/** How long to wait before a store that failed is tried again. */
const STORE_RETRY_MS = 1000

/** One destination as the outbox works it. */
export interface Lane {
  readonly name: string
  readonly destination: Destination
  readonly concurrency: number
  policy(delivery: LeasedDelivery): Policy
}

/** Delivers whatever is due, each destination on its own, so that a slow one delays nobody else. */
export interface Outbox {
  /** Looks for due deliveries, of one destination or of all. Cheap, and safe to call at any time. */
  wake(destination?: string): void
  /** State of a destination's gate. */
  gate(destination: string): GateState | undefined
  /** Takes no new lease, and resolves when the work under way is recorded. */
  drain(): Promise<void>
}

type OutboxPorts = Pick<Ports, 'store' | 'nowMs' | 'newId' | 'random' | 'wakeAt' | 'sleep' | 'log'>

interface LaneState {
  readonly lane: Lane
  gate: GateState
  /** A look for due deliveries is under way; another was asked for meanwhile. */
  looking: boolean
  lookAgain: boolean
  /** When the next delivery is due or the gate opens; null when nothing waits. */
  nextLookMs: number | null
}

/** Creates the outbox. It does nothing before the first `wake`. */
export function createOutbox(lanes: readonly Lane[], ports: OutboxPorts): Outbox {
  const { store, nowMs, newId, random, wakeAt, sleep, log } = ports
  const states = new Map(lanes.map((lane) => [lane.name, newLaneState(lane)]))
  const working = new Set<Promise<void>>()
  let draining = false

  const track = (work: Promise<void>): void => {
    const tracked = work.finally(() => working.delete(tracked))
    working.add(tracked)
  }

  const look = async (state: LaneState): Promise<void> => {
    state.looking = true
    try {
      do {
        state.lookAgain = false
        await leaseAndStart(state)
      } while (state.lookAgain)
    } catch (error) {
      log('error', 'lease failed', {
        destination: state.lane.name,
        error: error instanceof Error ? error.name : 'unknown',
      })
      state.nextLookMs = nowMs() + STORE_RETRY_MS
    } finally {
      state.looking = false
    }
    setAlarm()
  }

  const leaseAndStart = async (state: LaneState): Promise<void> => {
    if (draining) return
    const { lane } = state
    const now = nowMs()
    const limit = freeSlots(state.gate, lane.concurrency, now)
    if (limit === 0) {
      // Work under way looks again when it ends; a closed gate has to be waited for.
      state.nextLookMs = state.gate.closedUntilMs > now ? state.gate.closedUntilMs : null
      return
    }
    const request = { destination: lane.name, leaseId: newId('lse'), nowMs: now, untilMs: now + LEASE_MS, limit }
    const leased = await store.lease(request)
    state.gate = enterGate(state.gate, leased.length)
    for (const delivery of leased) track(workOn(state, delivery).then(() => wake(lane.name)))
    state.nextLookMs = leased.length === limit ? null : await store.nextDueAtMs(lane.name)
  }

  const workOn = async (state: LaneState, delivery: LeasedDelivery): Promise<void> => {
    const delivered = await deliver(state.lane.destination, delivery, { nowMs, newId })
    const wasClosed = state.gate.closedUntilMs
    state.gate = leaveGate(state.gate, delivered.judgement, nowMs())
    if (state.gate.closedUntilMs > wasClosed) {
      const { reason, closedUntilMs } = state.gate
      log('warn', 'gate closed', {
        destination: state.lane.name,
        reason: reason ?? '',
        closedForMs: closedUntilMs - nowMs(),
      })
    }
    const clock = { nowMs: nowMs(), random: random() }
    const request = record(delivery, delivered, state.lane.policy(delivery), clock)
    await keepRecording(request)
  }

  /** A result that was not written would be taken for an attempt that the process died in, so the store gets it later. */
  const keepRecording = async (request: Parameters<typeof store.record>[0]): Promise<void> => {
    for (;;) {
      try {
        if (!(await store.record(request))) log('warn', 'lease lost', { delivery: request.deliveryId })
        return
      } catch (error) {
        log('error', 'record failed', {
          delivery: request.deliveryId,
          error: error instanceof Error ? error.name : 'unknown',
        })
        await sleep(STORE_RETRY_MS)
      }
    }
  }

  const setAlarm = (): void => {
    const times = [...states.values()].flatMap((state) => (state.nextLookMs === null ? [] : [state.nextLookMs]))
    wakeAt(draining || times.length === 0 ? null : Math.min(...times), wakeDue)
  }

  const wakeDue = (): void => {
    const now = nowMs()
    for (const state of states.values()) {
      if (state.nextLookMs !== null && state.nextLookMs <= now) wake(state.lane.name)
    }
  }

  const wake = (destination?: string): void => {
    if (draining) return
    for (const state of states.values()) {
      if (destination !== undefined && destination !== state.lane.name) continue
      if (state.looking) state.lookAgain = true
      else track(look(state))
    }
  }

  return {
    wake,
    gate: (destination) => states.get(destination)?.gate,
    async drain() {
      draining = true
      setAlarm()
      while (working.size > 0) await Promise.all(working)
    },
  }
}

function newLaneState(lane: Lane): LaneState {
  return { lane, gate: OPEN_GATE, looking: false, lookAgain: false, nextLookMs: null }
}
