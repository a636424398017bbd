import type { DeliveryMatch, DeliveryRow } from './delivery-port.ts'
import type { DeliveryState } from './state-port.ts'

/** Of which deliveries changes are told. */
export interface ChangeMatch extends Pick<DeliveryMatch, 'destination' | 'source' | 'route' | 'states'> {}

/** That a delivery came into a state. */
export interface Change {
  /** The `after` of what comes after it. */
  readonly position: string
  readonly state: DeliveryState
  readonly atMs: number
  /** As it is now. */
  readonly delivery: DeliveryRow
}

export interface ChangesRead {
  readonly changes: readonly Change[]
  /** Where the reading came to: what did not fit is behind it. */
  readonly position: string
  /** Whether there is more to be read at once. */
  readonly more: boolean
  /** Whether something after the place is no longer kept, or the place is none: then nothing was read. */
  readonly lost: boolean
}
