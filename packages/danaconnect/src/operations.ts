/** What a caller has to know about an operation before calling it a second time. */
export interface OperationFacts {
  /** Whether the same call may be sent again when nobody knows if the first one took effect. */
  readonly idempotent: boolean
  /** The operation that tells whether an earlier call took effect; null where the vendor has none. */
  readonly readBack: string | null
}

/**
 * Lists the operations of the client. A repeated start makes a second record and a second message, and nothing at the
 * vendor can be read to find out whether the first one landed.
 */
export const operations = {
  'conversations.startData': { idempotent: false, readBack: null },
  'conversations.startList': { idempotent: false, readBack: null },
} as const satisfies Readonly<Record<string, OperationFacts>>

/** Name of an operation, such as `conversations.startData`. */
export type OperationName = keyof typeof operations
