import type { Exchange } from '@sluice/http-client/observe'
import type { JsonValue } from '@sluice/json-codec'

/** The states of a delivery. ARCHITECTURE.md draws the arrows between them. */
export const DELIVERY_STATES = [
  'pending',
  'leased',
  'delivered',
  'awaiting-callback',
  'parked',
  'dead',
  'dropped',
] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** How an attempt ended. */
export const OUTCOMES = ['delivered', 'accepted', 'partial', 'refused', 'busy', 'unauthorized', 'unsure'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Any value that JSON can hold. */
export type Json = JsonValue

/** Why a delivery is where it is: a stable code, and a sentence for people. */
export interface Reason {
  readonly code: string
  readonly detail: string
}

/** An event about to be stored. */
export interface NewEvent {
  readonly id: string
  readonly source: string
  /** Null when the sender gave none: the event then repeats nothing. */
  readonly idempotencyKey: string | null
  readonly receivedAtMs: number
  readonly contentType: string
  readonly body: Uint8Array
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

/** A delivery that this process may work on until its lease runs out. */
export interface LeasedDelivery {
  readonly id: string
  readonly leaseId: string
  readonly eventId: string
  readonly route: string
  readonly destination: string
  readonly operation: string
  readonly payload: Json
  /** Attempts made so far, and how many of them count to the ten. */
  readonly attempts: number
  readonly countedAttempts: number
  /** When the attempt ended of which nobody knows whether it landed; null when there is none. */
  readonly unsureAtMs: number | null
}

/** One HTTP exchange of an attempt: the delivery's own, one that fetched a token for it, or a look whether it landed. */
export type Step = Exchange & { readonly purpose: 'delivery' | 'token' | 'read-back' }

/** One exchange of a delivery's own operation, with the steps around it. */
export interface Attempt {
  readonly id: string
  readonly number: number
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly outcome: Outcome
  /** Stable code of the error, or null when delivered. */
  readonly code: string | null
  readonly detail: string | null
  /** Whether it counts to the ten attempts of the retry schedule. */
  readonly counted: boolean
  readonly steps: readonly Step[]
}

/** What an attempt made of a delivery. */
export interface RecordRequest {
  readonly deliveryId: string
  readonly leaseId: string
  readonly attempts: readonly Attempt[]
  readonly state: Exclude<DeliveryState, 'leased'>
  /** When to try again; null in every state but `pending`. */
  readonly dueAtMs: number | null
  /** Since when it is not known whether the delivery landed; null when it is known. */
  readonly unsureAtMs: number | null
  readonly reason: Reason | null
  readonly receipt: Json
  readonly nowMs: number
  /** The gate of the destination where this attempt changed it; null where it did not. */
  readonly gate: Json | null
}

/** What a person decided about a delivery that the gateway could not: send it again, take it for done, or give it up. */
export const RESOLUTIONS = ['resend', 'delivered', 'drop'] as const
export type ResolveAs = (typeof RESOLUTIONS)[number]

/** A decision, and who took it and why. */
export interface Resolution {
  readonly atMs: number
  readonly as: ResolveAs
  /** Name of the key that was used. */
  readonly by: string
  readonly why: string
}

/** A delivery with what was tried and what was decided. */
export interface DeliveryHistory extends DeliveryRow {
  readonly history: readonly Attempt[]
  readonly resolutions: readonly Resolution[]
}

export interface DeliveryRow {
  readonly id: string
  readonly eventId: string
  readonly source: string
  readonly route: string
  readonly destination: string
  readonly operation: string
  readonly payload: Json
  readonly state: DeliveryState
  readonly createdAtMs: number
  readonly updatedAtMs: number
  readonly dueAtMs: number | null
  readonly attempts: number
  readonly countedAttempts: number
  readonly reason: Reason | null
  readonly receipt: Json
}

export interface EventRow {
  readonly id: string
  readonly source: string
  readonly idempotencyKey: string | null
  readonly receivedAtMs: number
  readonly contentType: string
  readonly body: Uint8Array
  readonly deliveries: readonly DeliveryHistory[]
}

export interface DeliveryFilter {
  readonly state?: DeliveryState
  readonly destination?: string
  /** Only deliveries older than this id. */
  readonly before?: string
  readonly limit: number
}

export interface DeliveryCount {
  readonly destination: string
  readonly state: DeliveryState
  readonly count: number
}

/**
 * Where events and deliveries are kept.
 *
 * Every method is one transaction, and its promise resolves only after the commit is durable. Every method may throw
 * StoreError `STORE_UNAVAILABLE` or `STORE_FULL`; then nothing of it was done.
 */
export interface Store {
  /** Stores an event and its deliveries, or finds what its key stored before. */
  accept(event: NewEvent): Promise<AcceptResult>
  /** Takes the deliveries of a destination that are due, the longest due first. */
  lease(request: {
    readonly destination: string
    readonly leaseId: string
    readonly nowMs: number
    readonly untilMs: number
    readonly limit: number
  }): Promise<readonly LeasedDelivery[]>
  /** Gives back deliveries on which no work was begun: they are due again at once, and no attempt was made. */
  release(request: { readonly ids: readonly string[]; readonly leaseId: string; readonly nowMs: number }): Promise<void>
  /**
   * Writes what an attempt made of a delivery, and of its destination's gate. False, and nothing written, when the lease
   * is no longer this one.
   */
  record(request: RecordRequest): Promise<boolean>
  /**
   * Takes back the deliveries whose lease ran out: the process that held it died in the attempt. Each gets an attempt
   * with the outcome `unsure`, and becomes `pending` at once, or `dead` when that was its last attempt.
   *
   * @param untilMs - Leases that end at or before this time. `Infinity` takes back all: right at the start of the only process.
   */
  recoverLeases(request: {
    readonly untilMs: number
    readonly nowMs: number
    readonly maxAttempts: number
  }): Promise<number>
  /** The gates that were saved, by destination. */
  readGates(): Promise<ReadonlyMap<string, Json>>
  /**
   * Carries out a decision about a delivery that is `dead` or `parked`. To send it again begins the ten attempts anew; to
   * take it for delivered is for a parked one only. False, and nothing written, when it is in no state for that.
   */
  resolve(request: Resolution & { readonly id: string }): Promise<boolean>
  /** Saves the gate of a destination that a person opened. */
  saveGate(destination: string, gate: Json): Promise<void>
  /** When the next delivery of a destination is due, or null when none waits. */
  nextDueAtMs(destination: string): Promise<number | null>
  readEvent(id: string): Promise<EventRow | null>
  readDelivery(id: string): Promise<DeliveryHistory | null>
  listDeliveries(filter: DeliveryFilter): Promise<readonly DeliveryRow[]>
  countDeliveries(): Promise<readonly DeliveryCount[]>
  /** Writes the time, durably. Throws when the store cannot write. */
  check(nowMs: number): Promise<void>
}
