import { CALLBACK } from './operations.ts'
import { UPSTREAM_NAMES, type UpstreamName } from './upstream-name.ts'

/** What a fault is, before anybody arms it. */
export interface FaultKind {
  /** One sentence for people. */
  readonly does: string
  readonly upstreams: readonly UpstreamName[]
  /** Whether the work is done first; `afterEffect` of an armed fault overrides it where `fixed` is not set. */
  readonly afterEffect: boolean
  readonly fixed?: true
  /** The operations that it fits; absent when it fits all but the callback. */
  readonly fits?: (operation: string) => boolean
  /** How long it waits where the order does not say, in milliseconds; absent where it does not wait. */
  readonly delayMs?: number
}

/** Tells whether a fault can strike an operation. */
export function fitsOperation(kind: FaultKind, operation: string): boolean {
  return kind.fits?.(operation) ?? operation !== CALLBACK
}

/** What most faults leave as it is. */
export type FaultRest = Partial<Omit<FaultKind, 'does' | 'upstreams'>>

/** Makes a fault that every upstream can have. */
export function everywhere(does: string, rest: FaultRest = {}): FaultKind {
  return { does, upstreams: UPSTREAM_NAMES, afterEffect: false, ...rest }
}

/** Makes a fault that one upstream can have. */
export function only(upstream: UpstreamName, does: string, rest: FaultRest = {}): FaultKind {
  return { does, upstreams: [upstream], afterEffect: false, ...rest }
}

/** The work is not done, whatever the order says. */
export const BEFORE = { fixed: true } as const

/** The work is done first, whatever the order says. */
export const AFTER = { afterEffect: true, fixed: true } as const
