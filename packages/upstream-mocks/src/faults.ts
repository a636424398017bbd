import { type FaultKind, fitsOperation } from './fault-kind.ts'
import { type FaultName, faultKind, FAULT_TABLE, isFaultName } from './fault-table.ts'
import { OPERATIONS, TOKEN_OPERATIONS } from './operations.ts'
import { seededRandom } from './seeded-random.ts'
import { UPSTREAM_NAMES, type UpstreamName } from './upstream-name.ts'

/** A wish for the next replies of an upstream to fail. */
export interface FaultOrder {
  readonly upstream: UpstreamName
  readonly fault: FaultName
  /** How many replies fail, at least 1; with a probability, how many fail at most. */
  readonly times: number
  /** Only replies to this operation fail; absent: every one that the fault fits, but for tokens, which fail by name only. */
  readonly operation?: string
  /** Sent as `Retry-After`, with status-429 and status-503. */
  readonly retryAfterSeconds?: number
  /** Whether the work is done before the fault; absent: as the fault's entry says. */
  readonly afterEffect?: boolean
  /** How long a fault waits that waits, in milliseconds; absent: as the fault's entry says. */
  readonly delayMs?: number
  /** Above 0, up to 1: each reply that the fault fits fails with this probability. Absent: each of the next `times`. */
  readonly probability?: number
  /** Which replies those are: the same for the same seed. Default 1. */
  readonly seed?: number
}

/** An armed fault, with what is left of it. */
export interface ArmedFault extends FaultOrder {
  readonly remaining: number
}

/** Whether an order can be carried out, and if not, why, and what would be. */
export type CheckedOrder =
  | { readonly order: FaultOrder }
  | { readonly error: string; readonly known: readonly string[] }

/** Checks an order that came from outside. */
export function checkFaultOrder(input: unknown): CheckedOrder {
  if (!isObject(input)) return { error: 'expected an object', known: MEMBERS }
  const stray = Object.keys(input).find((name) => !MEMBERS.includes(name))
  if (stray !== undefined) return { error: 'unknown member', known: MEMBERS }
  const upstream = UPSTREAM_NAMES.find((name) => name === input['upstream'])
  if (upstream === undefined) return { error: 'unknown upstream', known: UPSTREAM_NAMES }
  const fault = input['fault']
  if (typeof fault !== 'string' || !isFaultName(fault)) return { error: 'unknown fault', known: faultsOf(upstream) }
  const kind = faultKind(fault)
  if (!kind.upstreams.includes(upstream))
    return { error: `${fault} does not fit ${upstream}`, known: faultsOf(upstream) }
  return checkDetails(input, upstream, fault, kind)
}

/** The faults that are armed, in the order in which they were. */
export class Faults {
  #armed: Armed[] = []

  set(order: FaultOrder): void {
    const { fault, times, probability = 1, seed = 1 } = order
    const random = seededRandom(seed)
    const strikes = probability === 1 ? () => true : () => random() < probability
    this.#armed.push({ order, kind: faultKind(fault), strikes, remaining: times })
  }

  /** Takes the first armed fault that fits a call, and uses it up by one. */
  take(upstream: UpstreamName, operation: string): FaultOrder | null {
    if (this.#armed.length === 0) return null
    const found = this.#armed.find(({ order, kind, strikes }) => {
      if (order.upstream !== upstream) return false
      const fits = order.operation === undefined ? strikesUnasked(kind, operation) : order.operation === operation
      return fits && strikes()
    })
    if (found === undefined) return null
    found.remaining -= 1
    if (found.remaining === 0) this.#armed = this.#armed.filter((armed) => armed !== found)
    return found.order
  }

  list(): ArmedFault[] {
    return this.#armed.map(({ order, remaining }) => ({ ...order, remaining }))
  }

  clear(): void {
    this.#armed = []
  }
}

/**
 * Tells whether a fault that names no operation strikes this one. A token is asked for once for many calls: a fault that
 * is meant for calls would be used up by tokens, one after the other, and no call would ever be made.
 */
function strikesUnasked(kind: FaultKind, operation: string): boolean {
  return fitsOperation(kind, operation) && (kind.fits !== undefined || !TOKEN_OPERATIONS.has(operation))
}

/** Tells whether the work is done before a fault strikes. */
export function strikesAfterEffect(order: FaultOrder): boolean {
  return order.afterEffect ?? faultKind(order.fault).afterEffect
}

/** How long the fault of an order waits before it answers; 0 for all but a few. */
export function delayOf(order: FaultOrder): number {
  return order.delayMs ?? faultKind(order.fault).delayMs ?? 0
}

interface Armed {
  readonly order: FaultOrder
  readonly kind: FaultKind
  readonly strikes: () => boolean
  remaining: number
}

const MEMBERS: readonly string[] = [
  'upstream',
  'fault',
  'times',
  'operation',
  'retryAfterSeconds',
  'afterEffect',
  'delayMs',
  'probability',
  'seed',
]

/** Largest number that a member may have: beyond it somebody has mistyped. */
const MAX_COUNT = 1_000_000
/** Longest delay: a week. */
const MAX_DELAY_MS = 604_800_000

function checkDetails(
  input: Readonly<Record<string, unknown>>,
  upstream: UpstreamName,
  fault: FaultName,
  kind: FaultKind,
): CheckedOrder {
  const { probability, operation, retryAfterSeconds, afterEffect, delayMs, seed } = input
  const { times = probability === undefined ? 1 : MAX_COUNT } = input
  if (!isCount(times, 1)) return { error: 'times must be a whole number from 1', known: MEMBERS }
  const numbers = faultOfNumbers(input, kind)
  if (numbers !== null) return { error: numbers, known: MEMBERS }
  if (afterEffect !== undefined && typeof afterEffect !== 'boolean') {
    return { error: 'afterEffect must be true or false', known: MEMBERS }
  }
  if (afterEffect !== undefined && kind.fixed === true && afterEffect !== kind.afterEffect) {
    return { error: `${fault} cannot have afterEffect ${afterEffect}`, known: MEMBERS }
  }
  const fitting = OPERATIONS[upstream].filter((name) => fitsOperation(kind, name))
  if (operation !== undefined && (typeof operation !== 'string' || !fitting.includes(operation))) {
    return { error: `${fault} does not fit this operation`, known: fitting }
  }
  return {
    order: {
      upstream,
      fault,
      times,
      ...(operation === undefined ? {} : { operation }),
      ...(afterEffect === undefined ? {} : { afterEffect }),
      ...numbersOf({ retryAfterSeconds, delayMs, probability, seed }),
    },
  }
}

function faultOfNumbers(input: Readonly<Record<string, unknown>>, kind: FaultKind): string | null {
  const { retryAfterSeconds, delayMs, probability, seed } = input
  if (retryAfterSeconds !== undefined && !isCount(retryAfterSeconds, 0)) {
    return 'retryAfterSeconds must be a whole number from 0'
  }
  if (delayMs !== undefined && !isCount(delayMs, 0, MAX_DELAY_MS)) return 'delayMs must be a whole number from 0'
  if (delayMs !== undefined && kind.delayMs === undefined) return 'this fault does not wait'
  if (probability !== undefined && !(typeof probability === 'number' && probability > 0 && probability <= 1)) {
    return 'probability must be above 0, and at most 1'
  }
  return seed === undefined || isCount(seed, 0) ? null : 'seed must be a whole number from 0'
}

/** Keeps the members that are there; each was found to be a number. */
function numbersOf(members: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value] as const] : [])),
  )
}

function faultsOf(upstream: UpstreamName): string[] {
  return Object.keys(FAULT_TABLE).filter((name) => isFaultName(name) && faultKind(name).upstreams.includes(upstream))
}

function isCount(value: unknown, least: number, most = MAX_COUNT): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
