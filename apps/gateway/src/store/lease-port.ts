import type { Attempt } from './attempt-port.ts'
import type { DeliveryState, Json, Reason } from './state-port.ts'

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
  /** The trace of its event, as it was kept; none for an event from before traces were. */
  readonly trace?: string
  /** The batch whose call it shares, and what its members have in common; null for a call of its own. */
  readonly batch: { readonly id: string; readonly key: string } | null
}

/** A delivery whose lease ran out or whose process died. */
export interface ExpiredLease extends LeasedDelivery {
  readonly leasedAtMs: number
}

/** Where a delivery goes next. */
export interface Move {
  readonly state: Exclude<DeliveryState, 'leased'>
  /** When to try again; null in every state but `pending`. */
  readonly dueAtMs: number | null
  /** Since when it is not known whether the delivery landed; null when it is known. */
  readonly unsureAtMs: number | null
  /** Until when its callback is waited for; null in every state but `awaiting-callback`. */
  readonly deadlineAtMs: number | null
  readonly reason: Reason | null
  readonly receipt: Json
  /** With whom it may share its next call, where that is not with whom it shared the last one. */
  readonly batchKey?: string
}

/** What an attempt made of a delivery. */
export interface RecordRequest extends Move {
  readonly deliveryId: string
  readonly leaseId: string
  readonly attempts: readonly Attempt[]
  readonly nowMs: number
  /** The gate of the destination where this attempt changed it; null where it did not. */
  readonly gate: Json | null
}
