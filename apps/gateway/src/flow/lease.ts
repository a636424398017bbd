import type { Ports } from '../ports.ts'
import type { Json } from '../store/port.ts'
import {
  enterGate,
  freeSlots,
  type GateState,
  judgeGate,
  leaveGate,
  opensAtMs,
  restoreGate,
  resumeGate,
  saveGate,
  spend,
} from './gate.ts'
import type { Lane } from './lane.ts'
import { CONFIRMED, judge } from './outcome.ts'
import { carryOut, deliveriesOf, isBatch, nameOf, STORE_RETRY_MS, type Work, worksOf } from './work.ts'

/**
 * How long a delivery is leased: longer than the longest work on it, which is two attempts of a token call and a data
 * call with 35 s each.
 */
const LEASE_MS = 180_000

/** Work on the outbox's clock that belongs to no destination. */
export interface Chore {
  readonly name: string
  /** Does what is due, and returns when to be called again; null for when it is woken. */
  readonly run: (nowMs: number) => Promise<number | null>
}

/** Delivers whatever is due, each destination on its own, so that a slow one delays nobody else. */
export interface Outbox {
  /** Looks for due deliveries, of one destination or of all, and for chores. Cheap, and safe to call at any time. */
  readonly wake: (destination?: string) => void
  /** Runs a chore as soon as it can. */
  readonly wakeChore: (name: string) => void
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

type OutboxPorts = Pick<Ports, 'store' | 'nowMs' | 'newId' | 'newToken' | 'random' | 'wakeAt' | 'sleep' | 'log'>

/** Something that is looked at when it is due: a lane, or a chore. */
interface Look {
  /** A look is under way; another was asked for meanwhile. */
  looking: boolean
  again: boolean
  /** When to look next; null for when it is woken. */
  nextMs: number | null
  readonly name: string
  readonly run: () => Promise<number | null>
  /** Whether a look would find nothing to do, and the next one is sure to come. */
  readonly isWaiting: () => boolean
}

interface LaneState {
  readonly lane: Lane
  gate: GateState
  /** The credentials are being tested: nothing is leased meanwhile. */
  testing: boolean
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
  chores: readonly Chore[] = [],
): Outbox {
  const { store, nowMs, newId, wakeAt, sleep, log } = ports
  const states = new Map(lanes.map((lane) => [lane.name, newLaneState(lane, gates.get(lane.name))]))
  const working = new Set<Promise<void>>()
  const stopping = new AbortController()
  let draining = false

  const track = (work: Promise<void>): void => {
    const tracked = work.finally(() => working.delete(tracked))
    working.add(tracked)
  }

  /** How many calls of a lane may start now. */
  const slotsOf = ({ gate, lane, testing }: LaneState): number =>
    draining || testing ? 0 : freeSlots(gate, lane.limits, nowMs())

  const leaseAndStart = async (state: LaneState): Promise<number | null> => {
    const { name, limits, batches } = state.lane
    const now = nowMs()
    if (mayTest(state, now)) return testCredentials(state)
    const limit = slotsOf(state)
    // Work under way looks again when it ends; a closed gate has to be waited for.
    if (limit === 0) return opensLater(state, now)
    const leaseId = newId('lse')
    const request = { destination: name, leaseId, nowMs: now, untilMs: now + LEASE_MS, limit }
    const works = worksOf(await store.lease({ ...request, batchRows: batches.maxRows }))
    // The gate may have closed, or the process been asked to stop, while the lease was being written.
    const starting = works.slice(0, slotsOf(state))
    state.gate = enterGate(state.gate, starting.length, limits, nowMs())
    // What a batch left waiting for a callback has a deadline, which a chore keeps.
    for (const work of starting) track(workOn(state, work).then(() => wake(isBatch(work) ? undefined : name)))
    const ids = works.slice(starting.length).flatMap((work) => deliveriesOf(work).map(({ id }) => id))
    if (ids.length > 0) {
      await store.release({ ids, leaseId, nowMs: now })
      look(name, !draining)
      return null
    }
    if (works.length < limit) return store.nextDueAtMs(name)
    return opensLater(state, nowMs())
  }

  const opensLater = ({ gate, lane }: LaneState, now: number): number | null => {
    const atMs = opensAtMs(gate, lane.limits)
    return atMs > now ? atMs : null
  }

  const workOn = (state: LaneState, work: Work): Promise<void> =>
    carryOut(state.lane, work, {
      ...ports,
      signal: stopping.signal,
      leave: (signal, requests, now) => {
        const left = leaveGate(state.gate, signal, now)
        return changeGate(state, spend(left, requests - 1, state.lane.limits, now), now)
      },
    })

  /** Sets a gate, says so where that closes it, and returns what of it has to be known after a restart. */
  const changeGate = (state: LaneState, gate: GateState, now: number): Json | null => {
    const before = state.gate
    state.gate = gate
    const { reason, closedUntilMs } = gate
    if (closedUntilMs > Math.max(before.closedUntilMs, now)) {
      const closedForMs = closedUntilMs - now
      log('warn', 'gate closed', { destination: state.lane.name, reason: reason ?? '', closedForMs })
    }
    return saveGate(before, gate)
  }

  /** A pause for credentials ends by a call that changes nothing, where the upstream has one. */
  const mayTest = ({ gate, lane, testing }: LaneState, now: number): boolean =>
    !draining &&
    !testing &&
    gate.reason === 'credentials' &&
    gate.closedUntilMs <= now &&
    lane.destination.test !== null

  const testCredentials = async (state: LaneState): Promise<number | null> => {
    state.testing = true
    const { name, limits, destination } = state.lane
    const watch = { observe: () => undefined, observeToken: () => undefined, signal: stopping.signal }
    const judgement = await (destination.test?.(watch) ?? Promise.resolve()).then(
      () => CONFIRMED,
      (error: unknown) => judge(error, { sent: false, idempotent: true }),
    )
    const now = nowMs()
    state.testing = false
    const saved = changeGate(state, spend(judgeGate(state.gate, judgement, now), 1, limits, now), now)
    if (saved !== null) await store.saveGate(name, saved)
    look(name, !draining)
    return null
  }

  const looks = new Map<string, Look>([
    ...[...states.values()].map((state): [string, Look] => {
      const { name } = state.lane
      return [name, newLook(name, () => leaseAndStart(state), isWaiting)]

      function isWaiting(): boolean {
        const opens = opensLater(state, nowMs())
        return slotsOf(state) === 0 && (opens === null || looks.get(name)?.nextMs === opens) && !mayTest(state, nowMs())
      }
    }),
    ...chores.map(({ name, run }): [string, Look] => [
      choreKey(name),
      newLook(
        name,
        () => (draining ? Promise.resolve(null) : run(nowMs())),
        () => false,
      ),
    ]),
  ])

  const lookAt = async (one: Look): Promise<void> => {
    one.looking = true
    try {
      do {
        one.again = false
        one.nextMs = null
        one.nextMs = await one.run()
      } while (one.again)
    } catch (error) {
      log('error', 'look failed', { of: one.name, error: nameOf(error) })
      one.nextMs = nowMs() + STORE_RETRY_MS
    } finally {
      one.looking = false
    }
    setAlarm()
  }

  const look = (key: string, wanted = true): void => {
    const one = looks.get(key)
    if (one === undefined || draining || !wanted) return
    if (one.looking) one.again = true
    else if (!one.isWaiting()) track(lookAt(one))
  }

  const setAlarm = (): void => {
    const times = [...looks.values()].flatMap(({ nextMs }) => nextMs ?? [])
    wakeAt(draining || times.length === 0 ? null : Math.min(...times), wakeDue)
  }

  const wakeDue = (): void => {
    const now = nowMs()
    for (const [key, { nextMs }] of looks) if (nextMs !== null && nextMs <= now) look(key)
    // An alarm that rang too early is set again.
    setAlarm()
  }

  const wake = (destination?: string): void => {
    if (destination !== undefined) look(destination)
    else for (const key of looks.keys()) look(key)
  }

  return {
    wake,
    wakeChore: (name) => look(choreKey(name)),
    gate: (destination) => states.get(destination)?.gate,
    async resume(destination) {
      const state = states.get(destination)
      if (state === undefined) return false
      const saved = changeGate(state, resumeGate(state.gate), nowMs())
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

/** No destination has a name with a blank in it. */
const choreKey = (name: string): string => `chore ${name}`

function newLook(name: string, run: Look['run'], isWaiting: Look['isWaiting']): Look {
  return { looking: false, again: false, nextMs: null, name, run, isWaiting }
}

function newLaneState(lane: Lane, saved: Json | undefined): LaneState {
  return { lane, gate: restoreGate(saved), testing: false }
}
