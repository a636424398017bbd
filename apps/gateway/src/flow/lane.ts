import type { BatchLimits, Callbacks, Calls, Destination } from '../destinations/destination.ts'
import type { LeasedDelivery } from '../store/port.ts'
import type { GateLimits } from './gate.ts'
import type { Gatekeeper } from './gatekeeper.ts'
import type { Policy } from './policy.ts'

/** One destination as the outbox works it. */
export interface Lane {
  readonly name: string
  /** Kind of its upstream, such as `danaconnect`. */
  readonly kind: string
  readonly destination: Destination
  /** What can be called by hand. */
  readonly calls: Calls
  readonly limits: GateLimits
  readonly gatekeeper: Gatekeeper
  readonly batches: BatchLimits
  readonly callbacks: Callbacks | null
  readonly policy: (delivery: LeasedDelivery) => Policy
}
