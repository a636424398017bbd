/** What a caller has to know about an operation before calling it a second time. */
export interface OperationFacts {
  /** Every operation of this API changes something; the vendor has no usable read. */
  readonly effect: 'write'
  /** Whether the same call may be sent again when nobody knows if the first one took effect. */
  readonly idempotent: boolean
  /** What settles whether an earlier call took effect: the same call once more, or a person who asks the vendor. */
  readonly reconcile: 'send-again' | 'person'
  /** The operation that tells whether an earlier call took effect; null because the vendor has none. */
  readonly readBack: null
  /** Members of the result that identify what was made. */
  readonly receipt: readonly string[]
}

const WRITE = { effect: 'write', readBack: null, receipt: ['requestId'] } as const
const SET = { ...WRITE, idempotent: true, reconcile: 'send-again' } as const
const ADD = { ...WRITE, idempotent: false, reconcile: 'person' } as const

/** Nothing says what a repeated call of the later versions does. */
const RECENT = { ...ADD, receipt: ['requestId', 'datatalksId'] } as const

/**
 * Lists the operations of the clients; those that begin with `v2.` or `v3.` are of the later versions. The vendor knows no
 * key against duplicates. A late resend of a contact may overwrite newer data, and a late resend of a delete may remove a
 * contact that came back since. Products are taken to be added: the vendor's older text says so, its newer one that they are set.
 */
export const operations = {
  'contacts.upsert': SET,
  'contacts.delete': SET,
  'events.create': ADD,
  'products.send': ADD,
  'v2.profiles.send': RECENT,
  'v2.events.send': RECENT,
  'v2.inventory.send': RECENT,
  'v3.profiles.send': RECENT,
  'v3.events.send': RECENT,
  'v3.inventory.send': RECENT,
} as const satisfies Readonly<Record<string, OperationFacts>>

/** Name of an operation, such as `contacts.upsert`. */
export type OperationName = keyof typeof operations
