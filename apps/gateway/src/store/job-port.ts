import type { Decision } from './decision-port.ts'
import type { DeliveryMatch } from './delivery-port.ts'

/** Which deliveries a job decides about: dead and parked ones only. */
export interface JobFilter extends DeliveryMatch {
  /** Dead or parked when left out; `pending` of one destination only. */
  readonly state?: 'dead' | 'parked' | 'pending' | undefined
}

/** One decision about every dead or parked delivery that fits a filter, about to be begun. */
export interface NewJob {
  readonly id: string
  readonly action: Decision
  readonly filter: JobFilter
  /** How many deliveries it may decide about in a second; null for as fast as it can. */
  readonly ratePerSecond: number | null
  /** Name of the key that was used. */
  readonly by: string
  readonly why: string
  readonly createdAtMs: number
  /** How many deliveries fitted right before it began; null for a job of an earlier version. */
  readonly expected: number | null
}

export const JOB_STATES = ['running', 'done', 'cancelled'] as const

export interface Job extends NewJob {
  readonly state: (typeof JOB_STATES)[number]
  /** Deliveries that were decided about. */
  readonly done: number
  /** Deliveries that fit the filter and that became dead or parked only after the job had begun: those are left alone. */
  readonly skipped: number
  /** When it goes on; null when it ended. */
  readonly nextAtMs: number | null
  readonly endedAtMs: number | null
  readonly cancelledBy: string | null
}

/** What one step of the jobs did. */
export interface JobStep {
  /** The destinations of deliveries that it decided about. */
  readonly destinations: readonly string[]
  /** When the next step is due; null when no job runs. */
  readonly nextAtMs: number | null
}
