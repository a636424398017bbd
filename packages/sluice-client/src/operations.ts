/** What a caller has to know about an operation before calling it a second time. */
export interface OperationFacts {
  readonly effect: 'write'
  /** Whether the same call may be sent again when nobody knows if the first one took effect. */
  readonly idempotent: boolean
  /** What settles whether an earlier call took effect: the same call once more. */
  readonly reconcile: 'send-again'
  /** Members of the result that identify what was made. */
  readonly receipt: readonly string[]
}

/**
 * Lists the operations of the client. A forwarded event is known by its id: sent again with the same id and content it gets
 * the first answer, for as long as the receiving source remembers keys (`idempotencyHours`).
 */
export const operations = {
  'events.forward': {
    effect: 'write',
    idempotent: true,
    reconcile: 'send-again',
    receipt: ['eventId', 'deliveries'],
  },
} as const satisfies Readonly<Record<string, OperationFacts>>

/** Name of an operation. */
export type OperationName = keyof typeof operations
