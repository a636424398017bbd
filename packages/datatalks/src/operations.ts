/** What a caller has to know about an operation before calling it a second time. */
export interface OperationFacts {
  /** Whether the same call may be sent again when nobody knows if the first one took effect. */
  readonly idempotent: boolean
  /** The operation that tells whether an earlier call took effect; null where the vendor has none. */
  readonly readBack: string | null
}

/**
 * Lists the operations of the client. The vendor knows no key against duplicates and has no usable read. A late resend
 * of a contact may overwrite newer data, and a late resend of a delete may remove a contact that came back since.
 */
export const operations = {
  'contacts.upsert': { idempotent: true, readBack: null },
  'contacts.delete': { idempotent: true, readBack: null },
  'events.create': { idempotent: false, readBack: null },
} as const satisfies Readonly<Record<string, OperationFacts>>

/** Name of an operation, such as `contacts.upsert`. */
export type OperationName = keyof typeof operations
