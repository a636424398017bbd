import type { Ports } from '../ports.ts'
import { callByHand, type Called, type HandRequest, STOPPING } from './call.ts'
import type { GateState, GateWord } from './gate.ts'
import type { Lane } from './lane.ts'
import type { Judgement } from './outcome.ts'
import { testCredentials } from './test-credentials.ts'
import { carryOut, deliveriesOf, isBatch, nameOf, STORE_RETRY_MS, worksOf } from './work.ts'

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
  /** Looks for due deliveries of a destination whose gate may let through more than it did. */
  readonly reopened: (destination: string) => void
  /** Runs a chore as soon as it can. */
  readonly wakeChore: (name: string) => void
  /** State of a destination's gate. */
  readonly gate: (destination: string) => Promise<GateState | undefined>
  /** Closes a destination's gate by an operator's word. False when there is no such destination. */
  readonly pause: (destination: string, word: GateWord) => Promise<boolean>
  /** Opens a destination's gate by an operator's word, whatever closed it. False when there is no such destination. */
  readonly resume: (destination: string, word: GateWord) => Promise<boolean>
  /**
   * Tests the credentials of a destination by a call that changes nothing, and lets its gate know. Null when there is no
   * such destination, or no such call.
   */
  readonly test: (destination: string) => Promise<Judgement | null>
  /**
   * Calls a destination now, through its gate as any delivery, and says how that ended. Null when there is no such
   * destination.
   *
   * @param goOn - Has a destination looked at of which deliveries wait for the place that the call had; `reopened` by default.
   * @throws StoreError nothing was sent.
   */
  readonly call: (request: HandRequest, goOn?: (destination: string) => void) => Promise<Called | null>
  /** Whether a look at a destination would find nothing to do, and the next one is sure to come. */
  readonly isWaiting: (destination: string) => boolean
  /** Whether anything is under way. */
  readonly isBusy: () => boolean
  /** Resolves when nothing is under way: what is left has a time at which it is due, or waits to be woken. */
  readonly settled: () => Promise<void>
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
  /** Every call that the gate lets through is under way: it asks again when one of them ends. */
  full: boolean
  /** The gate lets nothing through before this time. */
  closedUntilMs: number
  /** Calls that the gate let through for what is being leased: each begins, or is given back. */
  granted: number
  /** Told when its gate may let through more than it did. */
  readonly waiting: (() => void)[]
}

/** Creates the outbox. It does nothing before the first `wake`. */
export function createOutbox(lanes: readonly Lane[], ports: OutboxPorts, chores: readonly Chore[] = []): Outbox {
  const { store, nowMs, newId, wakeAt, sleep, log } = ports
  const states = new Map<string, LaneState>(
    lanes.map((lane) => [lane.name, { lane, full: false, closedUntilMs: 0, granted: 0, waiting: [] }]),
  )
  const working = new Set<Promise<void>>()
  const stopping = new AbortController()
  let draining = false

  const track = (work: Promise<void>): void => {
    const tracked = work.finally(() => working.delete(tracked))
    working.add(tracked)
  }

  const settled = async (): Promise<void> => {
    while (working.size > 0) await Promise.all(working)
  }

  const leaseAndStart = async (state: LaneState): Promise<number | null> => {
    const { name, limits, batches, gatekeeper } = state.lane
    const dueAtMs = await store.nextDueAtMs(name)
    if (draining || dueAtMs === null || dueAtMs > nowMs()) return dueAtMs
    const grant = await gatekeeper.take(limits.concurrency)
    state.granted = grant.calls
    if (grant.test) {
      await test(state.lane)
      return nowMs()
    }
    if (grant.calls === 0) {
      state.full = grant.opensAtMs === null
      state.closedUntilMs = grant.opensAtMs ?? 0
      return grant.opensAtMs
    }
    const leaseId = newId('lse')
    const now = nowMs()
    const request = { destination: name, leaseId, nowMs: now, untilMs: now + LEASE_MS, limit: grant.calls }
    const leasing = store.lease({ ...request, batchRows: batches.maxRows })
    const works = worksOf(await leasing.catch(giveBackAndThrow))
    // The gate may have closed, or the process been asked to stop, while the lease was being written.
    const starting = !draining && gatekeeper.isOpen() ? works : []
    // What a batch left waiting for a callback has a deadline, which a chore keeps.
    for (const work of starting) {
      state.granted -= 1
      const ended = carryOut(state.lane, work, { ...ports, signal: stopping.signal })
      track(ended.then(() => (isBatch(work) ? wakeAll(name) : reopened(name))))
    }
    await giveBack(grant.calls - starting.length)
    const ids = works.slice(starting.length).flatMap((work) => deliveriesOf(work).map(({ id }) => id))
    if (ids.length > 0) await store.release({ ids, leaseId, nowMs: now })
    // More may be due, for which there may be calls left.
    return works.length === 0 ? nowMs() + STORE_RETRY_MS : nowMs()

    /** What could not be leased uses up no call. */
    async function giveBackAndThrow(error: unknown): Promise<never> {
      await giveBack(grant.calls)
      throw error
    }

    async function giveBack(calls: number): Promise<void> {
      state.granted = 0
      if (calls > 0) await gatekeeper.giveBack(calls)
    }
  }

  const test = async (lane: Lane): Promise<Judgement> => {
    const { judgement, gate } = await testCredentials(lane, stopping.signal)
    if (gate !== null) await store.saveGate(lane.name, gate)
    return judgement
  }

  const looks = new Map<string, Look>([
    ...[...states.values()].map((state): [string, Look] => {
      const { name } = state.lane
      // The end of the work under way, or the alarm, is sure to come.
      const isWaiting = () =>
        state.full || (state.closedUntilMs > nowMs() && looks.get(name)?.nextMs === state.closedUntilMs)
      return [name, newLook(name, () => leaseAndStart(state), isWaiting)]
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
      } while (one.again || isDue(one))
    } catch (error) {
      log('error', 'look failed', { of: one.name, error: nameOf(error) })
      one.nextMs = nowMs() + STORE_RETRY_MS
    } finally {
      one.looking = false
    }
    setAlarm()
  }

  /** What is due already is looked at now, and not by way of the alarm. */
  const isDue = ({ nextMs, isWaiting }: Look): boolean =>
    !draining && nextMs !== null && nextMs <= nowMs() && !isWaiting()

  const look = (key: string): void => {
    const one = looks.get(key)
    if (one === undefined || draining) return
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

  const reopened = (destination: string): void => {
    const state = states.get(destination)
    if (state === undefined) return
    state.full = false
    state.closedUntilMs = 0
    // Somebody waits for the answer of a call by hand, so it comes before what waits in the store.
    for (const goOn of state.waiting.splice(0)) goOn()
    look(destination)
  }

  const wakeAll = (ended: string): void => {
    reopened(ended)
    wake()
  }

  return {
    wake,
    reopened,
    wakeChore: (name) => look(choreKey(name)),
    async gate(destination) {
      const state = states.get(destination)
      if (state === undefined) return undefined
      const gate = await state.lane.gatekeeper.state()
      // What was let through and has not begun is not under way.
      return { ...gate, inFlight: Math.max(0, gate.inFlight - state.granted) }
    },
    async pause(destination, word) {
      const lane = states.get(destination)?.lane
      if (lane === undefined) return false
      const saved = await lane.gatekeeper.pause(word)
      if (saved !== null) await store.saveGate(destination, saved)
      return true
    },
    async resume(destination, word) {
      const lane = states.get(destination)?.lane
      if (lane === undefined) return false
      const saved = await lane.gatekeeper.resume(word)
      if (saved !== null) await store.saveGate(destination, saved)
      reopened(destination)
      return true
    },
    async test(destination) {
      const lane = states.get(destination)?.lane
      if (lane === undefined || lane.destination.test === null) return null
      const judgement = await test(lane)
      reopened(destination)
      return judgement
    },
    async call(request, goOn = reopened) {
      const state = states.get(request.destination)
      if (state === undefined) return null
      if (draining) return STOPPING
      const reopening = () => new Promise<void>((resolve) => void state.waiting.push(resolve))
      const called = callByHand(state.lane, request, { ...ports, signal: stopping.signal, test, reopening })
      // Whatever comes of it, the stop of the process waits for it, and its place in the gate is free again.
      track(
        called.then(isOver, isOver).then(() => {
          for (const resume of state.waiting.splice(0)) resume()
          if (state.full) goOn(request.destination)
        }),
      )
      return called
    },
    async drain(graceMs) {
      draining = true
      setAlarm()
      void sleep(graceMs).then(() => stopping.abort())
      await settled()
    },
    isWaiting: (destination) => looks.get(destination)?.isWaiting() === true,
    isBusy: () => working.size > 0,
    settled,
  }
}

const isOver = (): void => undefined

/** No destination has a name with a blank in it. */
const choreKey = (name: string): string => `chore ${name}`

function newLook(name: string, run: Look['run'], isWaiting: Look['isWaiting']): Look {
  return { looking: false, again: false, nextMs: null, name, run, isWaiting }
}
