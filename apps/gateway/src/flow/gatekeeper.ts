import type { SharedTokens } from '../destinations/destination.ts'
import type { Log, Now } from '../ports.ts'
import type { Json } from '../store/port.ts'
import {
  enterGate,
  freeSlots,
  type GateLimits,
  type GateSignal,
  type GateState,
  type GateWord,
  giveBack,
  leaveGate,
  opensAtMs,
  pauseGate,
  restoreGate,
  resumeGate,
  saveGate,
  spend,
  testedGate,
} from './gate.ts'

/** What a gatekeeper says to somebody who wants to make calls. */
export interface Grant {
  /** So many calls may start now. Each of them ends by `leave`, or is given back. */
  readonly calls: number
  /** When more can be had; null for when a call ends, or the gate is opened. */
  readonly opensAtMs: number | null
  /** Whether the credentials are to be tested first: nobody gets a call before `tested`. */
  readonly test: boolean
}

/**
 * Keeps the gate of one destination: whoever wants to call it asks here. In one process the gate is in its memory; where
 * several share a destination, one of them keeps it for all.
 */
export interface Gatekeeper {
  /** Asks for calls. */
  take(calls: number): Promise<Grant>
  /** Gives back calls that were not begun. */
  giveBack(calls: number): Promise<void>
  /** Whether, as far as is known, what was granted may still begin. */
  isOpen(): boolean
  /**
   * Tells how a call ended, and how many requests it took.
   *
   * @returns what of the gate has to be written with the result of the call, or null.
   */
  leave(signal: GateSignal, requests: number): Promise<Json | null>
  /** Tells that what an earlier process had under way ended with it; absent where the gate ended with it too. */
  died?(): Promise<void>
  /** Tells what came of a test of the credentials. */
  tested(signal: GateSignal): Promise<Json | null>
  /** Closes the gate by an operator's word, until {@link Gatekeeper.resume}. */
  pause(word: GateWord): Promise<Json | null>
  /** Opens the gate by an operator's word, whatever closed it. */
  resume(word: GateWord): Promise<Json | null>
  /** The gate as it is. */
  state(): Promise<GateState>
  /** Waits until a request may go, where the gate counts each of them before it goes; absent where it counts them after. */
  readonly admit?: () => Promise<void>
  /** The tokens of the destination, where the gate keeps them too. */
  readonly tokens?: SharedTokens
}

export interface GatekeeperOptions {
  /** Name of the destination, for the log. */
  readonly name: string
  readonly limits: GateLimits
  /** Whether the credentials can be tested by a call that changes nothing. */
  readonly testable: boolean
  /** The gate as it was saved. */
  readonly saved: Json | undefined
  /** Calls that were under way before, and still may be; 0 by default. */
  readonly inFlight?: number
  readonly nowMs: Now
  readonly log: Log
}

/** Creates the gatekeeper of a destination that no other process calls. */
export function createGatekeeper(options: GatekeeperOptions): Gatekeeper {
  const { name, limits, testable, nowMs, log } = options
  let gate: GateState = { ...restoreGate(options.saved), inFlight: options.inFlight ?? 0 }
  let testing = false

  /** Changes the gate, says so where that closes it, and returns what of it has to be known after a restart. */
  const change = (after: GateState, now: number): Json | null => {
    const before = gate
    gate = after
    const { reason, closedUntilMs } = after
    if (reason !== 'paused' && closedUntilMs > Math.max(before.closedUntilMs, now)) {
      log('warn', 'gate closed', { destination: name, reason: reason ?? '', closedForMs: closedUntilMs - now })
    }
    return saveGate(before, after)
  }

  const opensLater = (now: number): number | null => {
    const atMs = opensAtMs(gate, limits)
    return atMs !== null && atMs > now ? atMs : null
  }

  return {
    async take(wanted) {
      const now = nowMs()
      if (testing) return { calls: 0, opensAtMs: null, test: false }
      if (testable && gate.reason === 'credentials' && gate.closedUntilMs <= now) {
        testing = true
        return { calls: 0, opensAtMs: null, test: true }
      }
      const calls = Math.min(wanted, freeSlots(gate, limits, now))
      gate = enterGate(gate, calls, limits, now)
      return { calls, opensAtMs: opensLater(now), test: false }
    },
    async giveBack(calls) {
      gate = giveBack(gate, calls, limits)
    },
    isOpen: () => gate.closedUntilMs <= nowMs(),
    async leave(signal, requests) {
      const now = nowMs()
      return change(spend(leaveGate(gate, signal, now), requests - 1, limits, now), now)
    },
    async tested(signal) {
      const now = nowMs()
      testing = false
      return change(spend(testedGate(gate, signal, now), 1, limits, now), now)
    },
    async pause(word) {
      log('info', 'gate paused', { destination: name, by: word.by })
      return change(pauseGate(gate, word, nowMs()), nowMs())
    },
    async resume(word) {
      log('info', 'gate resumed', { destination: name, by: word.by })
      return change(resumeGate(gate, word, nowMs()), nowMs())
    },
    async state() {
      return gate
    },
  }
}
