import type { DeliveryHistory } from './delivery-port.ts'
import type { PageRequest } from './page-port.ts'
import type { Json, Reason } from './state-port.ts'

/** An event about to be stored. */
export interface NewEvent {
  readonly id: string
  readonly source: string
  /** Null when the sender gave none: the event then repeats nothing. */
  readonly idempotencyKey: string | null
  readonly receivedAtMs: number
  readonly contentType: string
  readonly body: Uint8Array
  /** The field of the body that its sender counts with every try: a repeat may have another number there. */
  readonly tryCount?: string
  /** The trace of the request that brought it, as `keptTrace` writes it; none where nothing brought it. */
  readonly trace?: string
  /** For how long before this event its key is known: an older event with the key is another one. In milliseconds. */
  readonly keyWindowMs: number
  readonly deliveries: readonly NewDelivery[]
}

/** A delivery about to be stored with its event. It starts `pending`, or `dead` when its mapping failed. */
export interface NewDelivery {
  readonly id: string
  readonly route: string
  readonly destination: string
  readonly operation: string
  readonly payload: Json
  readonly reason: Reason | null
  /** Deliveries of one destination with the same key go one after the other, in the order they came; null for any order. */
  readonly orderingKey: string | null
  /** How it may share a call with others; null where each goes alone. */
  readonly gather: Gather | null
}

/** How deliveries of one destination are gathered into one call. */
export interface Gather {
  /** Deliveries with the same key may share a call. */
  readonly key: string
  /** So many are called for at once, however young. */
  readonly maxRows: number
  /** So long a delivery waits for others at the most, in milliseconds. */
  readonly maxAgeMs: number
}

/** What a sender is told: the ids of what was stored, now or at the first time. */
export interface Acceptance {
  readonly eventId: string
  readonly deliveries: readonly { readonly id: string; readonly destination: string; readonly operation: string }[]
}

export type AcceptResult =
  | { readonly kind: 'stored'; readonly acceptance: Acceptance }
  /** The key was seen before, with the same body: the first answer again. */
  | { readonly kind: 'repeated'; readonly acceptance: Acceptance }
  /** The key was seen before, with another body. */
  | { readonly kind: 'conflict' }

/** What becomes of one of several events that came together. */
export type AcceptAllResult =
  | AcceptResult
  /** It could be stored, and was not. */
  | { readonly kind: 'withheld' }

/**
 * How events that came together are taken: `lenient` stores what can be stored, `strict` all or nothing, and `look` tells
 * what would become of each and stores nothing.
 */
export type AcceptMode = 'lenient' | 'strict' | 'look'

/** An event as lists show it. */
export interface EventSummary {
  readonly id: string
  readonly source: string
  readonly idempotencyKey: string | null
  readonly receivedAtMs: number
  readonly contentType: string
  readonly bodyBytes: number
}

export interface EventRow extends Omit<EventSummary, 'bodyBytes'> {
  readonly body: Uint8Array
  readonly deliveries: readonly DeliveryHistory[]
  readonly replays: readonly Replay[]
}

/** That an event went once more through the routes, and who wanted it and why. */
export interface Replay {
  readonly id: string
  readonly atMs: number
  readonly by: string
  readonly why: string
}

/** Which events are meant: those that are all of what is given. */
export interface EventMatch {
  readonly source?: string | undefined
  readonly idempotencyKey?: string | undefined
  /** Received at this time or later. */
  readonly receivedAfterMs?: number | undefined
  /** Received before this time. */
  readonly receivedBeforeMs?: number | undefined
}

export type EventFilter = EventMatch & PageRequest
