import type { OnUnsure } from '../config.ts'

/** What the route and the operation say about a delivery whose result is not known. */
export interface Policy {
  readonly idempotent: boolean
  readonly onUnsure: OnUnsure
  /** Where the upstream keeps the delivery's id, so that it can be asked; null where it cannot. */
  readonly marker: string | null
  /** How long after an unsure attempt an absence is believed, in milliseconds. */
  readonly settleMs: number
  /** How long a callback is waited for, in milliseconds; null where the upstream sends none. */
  readonly callbackMs: number | null
}
