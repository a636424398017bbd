import type { Callback, Exchange } from './observe.ts'
import type { Decision, Expected } from './retell.ts'
import type { LifeOfDelivery, SetupName } from './setups.ts'

/** An event that was answered with 202. */
export interface AcceptedEvent {
  readonly id: string
  readonly deliveries: readonly string[]
  readonly contact: number
}

/** An idempotency key, and the event that it stands for. */
export interface KnownKey {
  readonly event: number
  readonly contact: number
  readonly atMs: number
}

/** What was asked of the gateway, and what it answered: with what the upstreams saw, all that {@link retell} needs. */
export interface Model {
  /** Number of the next event. */
  next: number
  readonly accepted: Map<number, AcceptedEvent>
  readonly keys: Map<string, KnownKey>
  /** Events whose sender got no answer, with their keys: it sends them again when the gateway is back. */
  readonly unanswered: Map<number, { readonly key: string; readonly contact: number; readonly atMs: number }>
  /** By delivery: what people decided. */
  readonly decisions: Map<string, Decision[]>
  /** By delivery: that a person has seen it, since when, and as what. */
  readonly acknowledged: Map<string, { readonly state: Expected['state']; readonly atMs: number }>
  /** By delivery and attempt: that the process died in it, after so many requests of the upstreams' log. */
  readonly deaths: Map<string, Map<number, number>>
  /** How the living gateway, or the last one, was configured. */
  setup: SetupName
  /** By delivery: the lives in which it was there. */
  readonly lives: Map<string, readonly LifeOfDelivery[]>
  /** How many looks saw nothing that can be read, or were turned away. */
  readonly failedLooks: Set<string>
  alive: boolean
  /** How many events the retention removed. */
  removed: number
  /** By load: callbacks that were seen in the store. */
  readonly writtenCallbacks: Map<string, Callback>
  /** What the upstreams saw so far. */
  exchanges: readonly Exchange[]
  /** Where each delivery has to be. */
  states: ReadonlyMap<string, Expected['state']>
}

/** Creates the model of a gateway to which nothing has happened. */
export function createModel(): Model {
  return {
    next: 1,
    accepted: new Map(),
    keys: new Map(),
    unanswered: new Map(),
    decisions: new Map(),
    acknowledged: new Map(),
    deaths: new Map(),
    setup: 'as it was',
    lives: new Map(),
    failedLooks: new Set(),
    alive: true,
    removed: 0,
    writtenCallbacks: new Map(),
    exchanges: [],
    states: new Map(),
  }
}
