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
