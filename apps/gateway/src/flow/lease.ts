import { StoreError } from '@sluice/errors'
import type { Destination } from '../destinations/destination.ts'
import type { Ports } from '../ports.ts'
import type { Json, LeasedDelivery, RecordRequest } from '../store/port.ts'
import { deliver, type Delivered } from './deliver.ts'
import {
  enterGate,
  freeSlots,
  type GateSignal,
  type GateState,
  leaveGate,
  restoreGate,
  resumeGate,
  saveGate,
} from './gate.ts'
import type { Policy } from './policy.ts'
import { record } from './record.ts'

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
  readonly wake: (destination?: string) => void
  /** State of a destination's gate. */
  readonly gate: (destination: string) => GateState | undefined
  /** Opens a destination's gate by an operator's word, whatever closed it. False when there is no such destination. */
  readonly resume: (destination: string) => Promise<boolean>
  /**
   * Begins no new work, and resolves when the work under way is recorded. A call that has not ended after `graceMs` is
   * ended, and recorded as what it then is: a delivery of which nobody knows whether it landed.
   */
  readonly drain: (graceMs: number) => Promise<void>
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

/**
 * Creates the outbox. It does nothing before the first `wake`.
 *
 * @param gates - The gates as they were saved, by destination.
 */
export function createOutbox(
  lanes: readonly Lane[],
  ports: OutboxPorts,
  gates: ReadonlyMap<string, Json> = new Map(),
): Outbox {
  const { store, nowMs, newId, random, wakeAt, sleep, log } = ports
  const states = new Map(lanes.map((lane) => [lane.name, newLaneState(lane, gates.get(lane.name))]))
  const working = new Set<Promise<void>>()
  const stopping = new AbortController()
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
      log('error', 'lease failed', { destination: state.lane.name, error: nameOf(error) })
      state.nextLookMs = nowMs() + STORE_RETRY_MS
    } finally {
      state.looking = false
    }
    setAlarm()
  }

  /** How many deliveries of a lane may start now. */
  const slotsOf = ({ gate, lane }: LaneState): number => (draining ? 0 : freeSlots(gate, lane.concurrency, nowMs()))

  const leaseAndStart = async (state: LaneState): Promise<void> => {
    const { name } = state.lane
    const now = nowMs()
    const limit = slotsOf(state)
    // Work under way looks again when it ends; a closed gate has to be waited for.
    state.nextLookMs = state.gate.closedUntilMs > now ? state.gate.closedUntilMs : null
    if (limit === 0) return
    const leaseId = newId('lse')
    const leased = await store.lease({ destination: name, leaseId, nowMs: now, untilMs: now + LEASE_MS, limit })
    // The gate may have closed, or the process been asked to stop, while the lease was being written.
    const starting = leased.slice(0, slotsOf(state))
    state.gate = enterGate(state.gate, starting.length)
    for (const delivery of starting) track(workOn(state, delivery).then(() => wake(name)))
    const ids = leased.slice(starting.length).map(({ id }) => id)
    if (ids.length > 0) {
      await store.release({ ids, leaseId, nowMs: now })
      state.lookAgain = !draining
    } else if (leased.length < limit) state.nextLookMs = await store.nextDueAtMs(name)
  }

  const workOn = async (state: LaneState, delivery: LeasedDelivery): Promise<void> => {
    const policy = state.lane.policy(delivery)
    const delivered = await deliver(state.lane.destination, delivery, {
      nowMs,
      newId,
      policy,
      signal: stopping.signal,
    })
    const before = state.gate
    const now = nowMs()
    state.gate = leaveGate(before, signalOf(delivered), now)
    const { reason, closedUntilMs } = state.gate
    if (closedUntilMs > Math.max(before.closedUntilMs, now)) {
      log('warn', 'gate closed', {
        destination: state.lane.name,
        reason: reason ?? '',
        closedForMs: closedUntilMs - now,
      })
    }
    const clock = { nowMs: now, random: random(), gate: saveGate(before, state.gate) }
    await keepRecording(record(delivery, delivered, policy, clock))
  }

  /**
   * A result that was not written would be taken for an attempt that the process died in, so a store that cannot write
   * gets it later. Any other error will not go away: the delivery is then found by its lease at the next start.
   */
  const keepRecording = async (request: RecordRequest): Promise<void> => {
    for (;;) {
      try {
        if (!(await store.record(request))) log('warn', 'lease lost', { delivery: request.deliveryId })
        return
      } catch (error) {
        log('error', 'record failed', { delivery: request.deliveryId, error: nameOf(error) })
        if (!(error instanceof StoreError) || error.retry !== 'later') return
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
      else if (!isWaiting(state)) track(look(state))
    }
  }

  /** Whether a look would find no free slot, and the next one is sure to come: by work that ends, or by the alarm. */
  const isWaiting = (state: LaneState): boolean => {
    const { closedUntilMs } = state.gate
    return slotsOf(state) === 0 && (closedUntilMs <= nowMs() || state.nextLookMs === closedUntilMs)
  }

  return {
    wake,
    gate: (destination) => states.get(destination)?.gate,
    async resume(destination) {
      const state = states.get(destination)
      if (state === undefined) return false
      const before = state.gate
      state.gate = resumeGate(before)
      const saved = saveGate(before, state.gate)
      if (saved !== null) await store.saveGate(destination, saved)
      wake(destination)
      return true
    },
    async drain(graceMs) {
      draining = true
      setAlarm()
      void sleep(graceMs).then(() => stopping.abort())
      while (working.size > 0) await Promise.all(working)
    },
  }
}

/** A look that was answered is no failure of the upstream, also where its answer leaves the delivery unsure. */
function signalOf({ judgement, looked }: Delivered): GateSignal {
  return looked === 'only' && judgement.outcome === 'unsure' ? { ...judgement, outcome: 'refused' } : judgement
}

function newLaneState(lane: Lane, saved: Json | undefined): LaneState {
  return { lane, gate: restoreGate(saved), looking: false, lookAgain: false, nextLookMs: null }
}

/** Names an error for the log; its message may quote what was sent. */
function nameOf(error: unknown): string {
  return error instanceof StoreError ? error.code : error instanceof Error ? error.name : 'unknown'
}
