import type { Exchange } from '@sluice/http-client/observe'
import type { PageRequest } from './page-port.ts'
import type { Outcome } from './state-port.ts'

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
  /** Those of its batch where it shared a call. */
  readonly steps: readonly Step[]
  readonly batchId: string | null
}

/** An attempt as lists show it. */
export interface AttemptSummary extends Omit<Attempt, 'steps'> {
  readonly deliveryId: string
  readonly eventId: string
  readonly source: string
  readonly route: string
  readonly destination: string
  readonly operation: string
}

/** An attempt with what was sent and answered, and what it was made for. */
export interface AttemptRow extends AttemptSummary {
  readonly steps: readonly Step[]
}

/** Which attempts are asked for. */
export interface AttemptMatch {
  readonly deliveryId?: string | undefined
  readonly eventId?: string | undefined
  readonly destination?: string | undefined
  readonly source?: string | undefined
  readonly route?: string | undefined
  /** Any of these. */
  readonly outcomes?: readonly Outcome[] | undefined
  readonly code?: string | undefined
  readonly counted?: boolean | undefined
  /** Started at this time or later. */
  readonly startedAfterMs?: number | undefined
  /** Started before this time. */
  readonly startedBeforeMs?: number | undefined
}

export interface AttemptFilter extends AttemptMatch, PageRequest {}
