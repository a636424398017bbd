import type { Attempt } from './attempt-port.ts'
import type { Batch } from './batch-port.ts'
import type { Resolution } from './decision-port.ts'
import type { PageRequest } from './page-port.ts'
import type { DeliveryState, Json, Reason } from './state-port.ts'

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
  readonly orderingKey: string | null
  readonly deadlineAtMs: number | null
  /** When somebody said to have seen it dead or parked; null as long as nobody has, or when it went on since. */
  readonly acknowledgedAtMs: number | null
  /** The replay that made it; null for one that was made when its event came. */
  readonly replayId: string | null
}

/** A delivery with what was tried and what was decided. */
export interface DeliveryHistory extends DeliveryRow {
  /** The delivery that has to end before this one may begin; null when it waits for none. */
  readonly waitsFor: string | null
  /** The call that it last shared with others. */
  readonly batch: Batch | null
  readonly history: readonly Attempt[]
  /** Attempts older than these that the answer had no room for. */
  readonly attemptsOmitted: number
  /** Whether its payload and its receipt are null because the answer had no room for them. */
  readonly payloadOmitted: boolean
  readonly resolutions: readonly Resolution[]
}

/** Which deliveries are meant: those that are all of what is given. */
export interface DeliveryMatch {
  readonly state?: DeliveryState | undefined
  /** Any of these. */
  readonly states?: readonly DeliveryState[] | undefined
  readonly eventId?: string | undefined
  readonly orderingKey?: string | undefined
  /** That of its event. */
  readonly idempotencyKey?: string | undefined
  readonly destination?: string | undefined
  readonly source?: string | undefined
  readonly route?: string | undefined
  readonly operation?: string | undefined
  /** Code of its reason. */
  readonly code?: string | undefined
  /** Stands in its payload, its reason or its receipt, in letters of either case. */
  readonly text?: string | undefined
  /** Created at this time or later. */
  readonly createdAfterMs?: number | undefined
  /** Created before this time. */
  readonly createdBeforeMs?: number | undefined
}

export type DeliveryFilter = DeliveryMatch & PageRequest

export interface DeliveryCount {
  readonly destination: string
  readonly state: DeliveryState
  readonly count: number
}
