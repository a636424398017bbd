/** What a caller has to know about an operation before calling it a second time. */
export interface OperationFacts {
  /** Whether a call changes something at the vendor; a read that failed can always be tried again. */
  readonly effect: 'read' | 'write'
  /** Whether the same call may be sent again when nobody knows if the first one took effect. */
  readonly idempotent: boolean
  /** Fields that, when a call carries one of them, take its `idempotent` away. */
  readonly unlessFields: readonly string[]
  /** The operation that tells whether an earlier call took effect; null where none is needed. */
  readonly readBack: string | null
}

const READ = { effect: 'read', idempotent: true, unlessFields: [], readBack: null } as const

/**
 * Lists the operations of the client. The vendor knows no key against duplicates: a create of an existing row adds
 * another one, and a record that stands twice is dialled twice.
 */
export const operations = {
  'token.get': READ,
  'token.validate': READ,
  'datasets.create': { effect: 'write', idempotent: false, unlessFields: [], readBack: 'datasets.read' },
  'datasets.read': READ,
  'datasets.update': { effect: 'write', idempotent: true, unlessFields: [], readBack: 'datasets.read' },
  'records.create': { effect: 'write', idempotent: false, unlessFields: [], readBack: 'records.read' },
  'records.read': READ,
  // `notes_append` adds a line to the record's log each time it is sent.
  'records.update': { effect: 'write', idempotent: true, unlessFields: ['notes_append'], readBack: 'records.read' },
} as const satisfies Readonly<Record<string, OperationFacts>>

/** Name of an operation, such as `records.create`. */
export type OperationName = keyof typeof operations
