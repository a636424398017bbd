import { type FaultKind, type FaultName, faultKind, FAULT_TABLE, isFaultName, OPERATIONS } from './fault-table.ts'
import { UPSTREAM_NAMES, type UpstreamName } from './upstream-name.ts'

/** A wish for the next replies of an upstream to fail. */
export interface FaultOrder {
  readonly upstream: UpstreamName
  readonly fault: FaultName
  /** How many replies fail, at least 1. */
  readonly times: number
  /** Only replies to this operation fail; absent: every operation that the fault fits. */
  readonly operation?: string
  /** Sent as `Retry-After`, with status-429 and status-503. */
  readonly retryAfterSeconds?: number
  /** Whether the work is done before the fault; absent: as the fault's entry says. */
  readonly afterEffect?: boolean
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
  #armed: { order: FaultOrder; kind: FaultKind; remaining: number }[] = []

  set(order: FaultOrder): void {
    this.#armed.push({ order, kind: faultKind(order.fault), remaining: order.times })
  }

  /** Takes the first armed fault that fits a call, and uses it up by one. */
  take(upstream: UpstreamName, operation: string): FaultOrder | null {
    if (this.#armed.length === 0) return null
    const found = this.#armed.find(({ order, kind }) => {
      if (order.upstream !== upstream) return false
      return order.operation === undefined ? (kind.fits?.(operation) ?? true) : order.operation === operation
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

/** Tells whether the work is done before a fault strikes. */
export function strikesAfterEffect(order: FaultOrder): boolean {
  return order.afterEffect ?? faultKind(order.fault).afterEffect
}

const MEMBERS: readonly string[] = ['upstream', 'fault', 'times', 'operation', 'retryAfterSeconds', 'afterEffect']

/** Largest number that a member may have: beyond it somebody has mistyped. */
const MAX_COUNT = 1_000_000

function checkDetails(
  input: Readonly<Record<string, unknown>>,
  upstream: UpstreamName,
  fault: FaultName,
  kind: FaultKind,
): CheckedOrder {
  const { times = 1, operation, retryAfterSeconds, afterEffect } = input
  if (!isCount(times, 1)) return { error: 'times must be a whole number from 1', known: MEMBERS }
  if (retryAfterSeconds !== undefined && !isCount(retryAfterSeconds, 0)) {
    return { error: 'retryAfterSeconds must be a whole number from 0', known: MEMBERS }
  }
  if (afterEffect !== undefined && typeof afterEffect !== 'boolean') {
    return { error: 'afterEffect must be true or false', known: MEMBERS }
  }
  if (afterEffect !== undefined && kind.fixed === true && afterEffect !== kind.afterEffect) {
    return { error: `${fault} cannot have afterEffect ${afterEffect}`, known: MEMBERS }
  }
  const fitting = OPERATIONS[upstream].filter((name) => kind.fits?.(name) ?? true)
  if (operation !== undefined && (typeof operation !== 'string' || !fitting.includes(operation))) {
    return { error: `${fault} does not fit this operation`, known: fitting }
  }
  return {
    order: {
      upstream,
      fault,
      times,
      ...(operation === undefined ? {} : { operation }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(afterEffect === undefined ? {} : { afterEffect }),
    },
  }
}

function faultsOf(upstream: UpstreamName): string[] {
  return Object.keys(FAULT_TABLE).filter((name) => isFaultName(name) && faultKind(name).upstreams.includes(upstream))
}

function isCount(value: unknown, least: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= MAX_COUNT
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
