import { z } from 'zod'
import type { Json, Outcome } from '../store/port.ts'

/** How long a 429 without a `Retry-After` closes the gate; doubles with each one after it, up to the maximum. */
const THROTTLE_MS = 1000
const MAX_THROTTLE_MS = 60_000
/** So many busy or unsure outcomes in a row open the circuit breaker. */
const BREAKER_FAILURES = 5
/** An open breaker lets one delivery through after this time. */
const BREAKER_MS = 60_000
/** A destination whose credentials were not accepted is tried with one delivery after these times, the last one again and again. */
const CREDENTIALS_PAUSE_MS = [60_000, 300_000, 1_800_000] as const

/**
 * Why a gate is closed: the upstream asked for it, it fails again and again, it does not accept our credentials, or an
 * operator paused it.
 */
export const GATE_REASONS = ['retry-after', 'breaker', 'credentials', 'paused'] as const
export type GateReason = (typeof GATE_REASONS)[number]

/** Until when a gate is closed that an operator paused: the last time that a `Date` can hold. */
const FOR_EVER_MS = 8.64e15

/** What an operator said of a gate, with which key, and why; an empty `why` where none was given. */
export interface GateWord {
  readonly by: string
  readonly why: string
}

/** The last word of an operator about a gate: it is known until the next one, whatever the gate does meanwhile. */
export interface GateDecision extends GateWord {
  readonly as: (typeof GATE_DECISIONS)[number]
  readonly atMs: number
}

export const GATE_DECISIONS = ['pause', 'resume'] as const

/** The gate of one destination. A closed gate postpones deliveries and uses up none of their attempts. */
export interface GateState {
  readonly reason: GateReason | null
  /** The gate lets nothing through before this time. */
  readonly closedUntilMs: number
  /** After a breaker or a credentials pause one delivery goes first; the others follow when it was not refused entry. */
  readonly probing: boolean
  readonly inFlight: number
  /** By the rate, the next request is due at this time; one that is earlier borrows from the burst. */
  readonly nextRequestMs: number
  readonly failuresInRow: number
  readonly throttlesInRow: number
  readonly pausesInRow: number
  /** Null where no operator ever said anything. */
  readonly decision: GateDecision | null
}

export const OPEN_GATE: GateState = {
  reason: null,
  closedUntilMs: 0,
  probing: false,
  inFlight: 0,
  nextRequestMs: 0,
  failuresInRow: 0,
  throttlesInRow: 0,
  pausesInRow: 0,
  decision: null,
}

/** What of a gate outlives the process: what an upstream asked for holds over a restart. */
const SavedGate = z.object({
  reason: z.enum(GATE_REASONS).nullable(),
  closedUntilMs: z.number(),
  probing: z.boolean(),
  failuresInRow: z.number(),
  throttlesInRow: z.number(),
  pausesInRow: z.number(),
  // One that was saved before this was known stays as closed as it was.
  decision: z
    .object({ as: z.enum(GATE_DECISIONS), by: z.string(), why: z.string(), atMs: z.number() })
    .nullable()
    .default(null),
})

/** Writes a gate for the store; null when nothing of it changed that would have to be known after a restart. */
export function saveGate(before: GateState, after: GateState): Json | null {
  const same =
    before.reason === after.reason &&
    before.closedUntilMs === after.closedUntilMs &&
    before.probing === after.probing &&
    before.decision === after.decision
  return same ? null : SavedGate.parse(after)
}

/** Reads a gate that {@link saveGate} wrote; nothing is under way yet. One that cannot be read is open. */
export function restoreGate(saved: Json | undefined): GateState {
  const { success, data } = SavedGate.safeParse(saved)
  return success ? { ...OPEN_GATE, ...data } : OPEN_GATE
}

/** What an attempt tells the gate. */
export interface GateSignal {
  readonly outcome: Outcome
  /** A 429 or a `Retry-After`: the upstream itself asks to be left alone. */
  readonly throttled: boolean
  readonly retryAfterMs: number | null
}

/** What the configuration allows a destination. */
export interface GateLimits {
  /** Calls under way at once. */
  readonly concurrency: number
  /** Requests per second; null for any number. */
  readonly ratePerSecond: number | null
}

/** What may go at once under a rate is what it lets through in so long: a slow rate spaces requests evenly. */
const BURST_MS = 100

/** Tells how many calls may start now. */
export function freeSlots(state: GateState, limits: GateLimits, nowMs: number): number {
  if (nowMs < state.closedUntilMs) return 0
  const limit = state.probing ? 1 : limits.concurrency
  return Math.max(0, Math.min(limit - state.inFlight, byRate(state, limits, nowMs)))
}

/** When the gate lets the next call through, as far as time has to do with it; null where a person has to open it. */
export function opensAtMs(state: GateState, limits: GateLimits): number | null {
  if (state.reason === 'paused') return null
  const { ratePerSecond } = limits
  const byRateMs = ratePerSecond === null ? 0 : state.nextRequestMs - burstOf(ratePerSecond).earlyMs
  return Math.max(state.closedUntilMs, Math.ceil(byRateMs))
}

/** Requests that the rate lets through now: the generic cell rate algorithm. */
function byRate(state: GateState, { ratePerSecond }: GateLimits, nowMs: number): number {
  if (ratePerSecond === null) return Infinity
  const { everyMs, earlyMs, size } = burstOf(ratePerSecond)
  const ahead = nowMs + earlyMs - state.nextRequestMs
  return ahead < 0 ? 0 : Math.min(size, Math.floor(ahead / everyMs) + 1)
}

function burstOf(ratePerSecond: number): { everyMs: number; earlyMs: number; size: number } {
  const everyMs = 1000 / ratePerSecond
  const size = Math.max(1, Math.floor(BURST_MS / everyMs))
  return { everyMs, earlyMs: (size - 1) * everyMs, size }
}

/** Takes note of calls that started, with one request each. */
export function enterGate(state: GateState, calls: number, limits: GateLimits, nowMs: number): GateState {
  return spend({ ...state, inFlight: state.inFlight + calls }, calls, limits, nowMs)
}

/** Takes note of requests: those beyond the first of a call are known when it ended, and what comes next waits for them. */
export function spend(state: GateState, requests: number, { ratePerSecond }: GateLimits, nowMs: number): GateState {
  if (ratePerSecond === null || requests <= 0) return state
  const { everyMs } = burstOf(ratePerSecond)
  return { ...state, nextRequestMs: Math.max(state.nextRequestMs, nowMs) + requests * everyMs }
}

/** Takes back calls that were let through and not begun. */
export function giveBack(state: GateState, calls: number, { ratePerSecond }: GateLimits): GateState {
  const spentMs = ratePerSecond === null ? 0 : calls * burstOf(ratePerSecond).everyMs
  return { ...state, inFlight: state.inFlight - calls, nextRequestMs: state.nextRequestMs - spentMs }
}

/** Closes a gate by an operator's word: nothing but {@link resumeGate} opens it. */
export function pauseGate(state: GateState, word: GateWord, nowMs: number): GateState {
  return { ...opened(state), ...PAUSED, decision: { as: 'pause', ...word, atMs: nowMs } }
}

const PAUSED = { reason: 'paused', closedUntilMs: FOR_EVER_MS } as const

/** Takes note of how a call ended. */
export function leaveGate(state: GateState, signal: GateSignal, nowMs: number): GateState {
  return judgeGate({ ...state, inFlight: state.inFlight - 1 }, signal, nowMs)
}

/**
 * Takes note of a test of the credentials: where they are accepted, a pause because they were not is over, and one delivery
 * goes first. Calls may be refused all the same (a token that works from another address only), so the next pause is
 * longer until one was accepted.
 */
export function testedGate(state: GateState, signal: GateSignal, nowMs: number): GateState {
  const isOver = signal.outcome === 'delivered' && state.reason === 'credentials'
  return isOver ? { ...state, reason: null, closedUntilMs: nowMs, probing: true } : judgeGate(state, signal, nowMs)
}

function judgeGate(state: GateState, signal: GateSignal, nowMs: number): GateState {
  if (state.reason === 'paused') return state
  if (signal.throttled) return throttle(state, signal.retryAfterMs, nowMs)
  switch (signal.outcome) {
    case 'unauthorized':
      return pause(state, nowMs)
    case 'busy':
    case 'unsure':
      return countFailure(state, nowMs)
    case 'delivered':
    case 'accepted':
    case 'partial':
    case 'refused':
      return reopen(state, nowMs)
  }
}

/** Opens a gate by an operator's word, whatever closed it. */
export function resumeGate(state: GateState, word: GateWord, nowMs: number): GateState {
  return { ...opened(state), decision: { as: 'resume', ...word, atMs: nowMs } }
}

/** Nothing is held against the destination any more; what it has under way and what was said of it stays. */
function opened({ inFlight, nextRequestMs, decision }: GateState): GateState {
  return { ...OPEN_GATE, inFlight, nextRequestMs, decision }
}

function throttle(state: GateState, retryAfterMs: number | null, nowMs: number): GateState {
  const ownMs = Math.min(THROTTLE_MS * 2 ** state.throttlesInRow, MAX_THROTTLE_MS)
  const closedUntilMs = nowMs + (retryAfterMs ?? ownMs)
  // Calls that were under way together are throttled together: they count as one step, and the longest wait holds.
  const alreadyClosed = nowMs < state.closedUntilMs
  return {
    ...state,
    reason: alreadyClosed && state.closedUntilMs > closedUntilMs ? state.reason : 'retry-after',
    closedUntilMs: Math.max(state.closedUntilMs, closedUntilMs),
    throttlesInRow: alreadyClosed ? state.throttlesInRow : state.throttlesInRow + 1,
  }
}

function pause(state: GateState, nowMs: number): GateState {
  if (nowMs < state.closedUntilMs && state.reason === 'credentials') return state
  const step = Math.min(state.pausesInRow, CREDENTIALS_PAUSE_MS.length - 1)
  return {
    ...state,
    reason: 'credentials',
    closedUntilMs: nowMs + (CREDENTIALS_PAUSE_MS[step] ?? 0),
    probing: true,
    pausesInRow: state.pausesInRow + 1,
  }
}

function countFailure(state: GateState, nowMs: number): GateState {
  const failuresInRow = state.failuresInRow + 1
  if (nowMs < state.closedUntilMs) return { ...state, failuresInRow }
  if (!state.probing && failuresInRow < BREAKER_FAILURES) return { ...state, failuresInRow }
  return { ...state, failuresInRow, reason: 'breaker', closedUntilMs: nowMs + BREAKER_MS, probing: true }
}

/** The upstream answered sensibly: whatever was held against it is over, but a time that it asked for still holds. */
function reopen(state: GateState, nowMs: number): GateState {
  if (nowMs < state.closedUntilMs) return { ...state, failuresInRow: 0 }
  return opened(state)
}
