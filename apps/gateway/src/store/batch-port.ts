import type { ExpiredLease, Move } from './lease-port.ts'
import type { Json } from './state-port.ts'

/** A call that several deliveries share, about to be made. */
export interface NewBatch {
  readonly id: string
  readonly destination: string
  readonly operation: string
  readonly key: string
  /** How many deliveries share it. */
  readonly size: number
  readonly createdAtMs: number
  /** By what its callback is recognised, and until when; null where none was asked for. */
  readonly token: { readonly hash: string; readonly untilMs: number } | null
}

/** A call that several deliveries shared. */
export interface Batch extends Omit<NewBatch, 'token'> {
  /** What the upstream sent about it later; null while nothing came. */
  readonly callback: Json
  readonly callbackAtMs: number | null
}

/** A batch whose callback came, with the deliveries that wait for what it says. */
export interface AwaitedBatch extends Batch {
  /** The newest callback about a call of the same kind that was believed, or null. */
  readonly callbackBefore: Json
  readonly awaiting: readonly ExpiredLease[]
  /** Ids of those that wait to be sent again, which only proof that they landed can keep from it. */
  readonly pending: readonly string[]
}

/** What a callback made of the deliveries of its batch. */
export interface SettleRequest {
  readonly batchId: string
  readonly callback: Json
  readonly nowMs: number
  readonly moves: readonly (Move & { readonly deliveryId: string })[]
}
