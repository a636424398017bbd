/** What a caller has to know about an operation before calling it a second time. */
export interface OperationFacts {
  /** Whether a call changes something at the vendor; a read that failed can always be tried again. */
  readonly effect: 'read' | 'write'
  /** Whether the same call may be sent again when nobody knows if the first one took effect. */
  readonly idempotent: boolean
  /** Fields that, when a call carries one of them, take its `idempotent` away. */
  readonly unlessFields: readonly string[]
  /** What settles whether an earlier call took effect: the same call once more, or a look at what is there. */
  readonly reconcile: 'send-again' | 'read-back'
  /** The operation that such a look calls; null where none is needed. */
  readonly readBack: string | null
  /** The function of this package that looks and draws the conclusion; null where none is needed. */
  readonly find: 'findDataset' | 'findRecord' | 'confirmUpdate' | null
  /** Members of the result that identify what was made. */
  readonly receipt: readonly string[]
}

const SEND_AGAIN = { idempotent: true, unlessFields: [], reconcile: 'send-again', readBack: null, find: null } as const
const READ = { ...SEND_AGAIN, effect: 'read', receipt: [] } as const

const CREATE = { effect: 'write', idempotent: false, unlessFields: [], reconcile: 'read-back' } as const
const CREATE_RECORD = { ...CREATE, find: 'findRecord', receipt: ['key', 'info'] } as const

const UPDATE_RECORD = {
  effect: 'write',
  idempotent: true,
  // It adds a line to the record's log each time it is sent.
  unlessFields: ['notes_append'],
  reconcile: 'read-back',
  find: 'confirmUpdate',
  receipt: ['total', 'info'],
} as const

/**
 * Lists the operations of the client. The vendor knows no key against duplicates: a create of an existing row adds
 * another one, and a record that stands twice is dialled twice.
 */
export const operations = {
  'token.get': { ...READ, receipt: ['token'] },
  'token.validate': READ,
  'datasets.create': { ...CREATE, readBack: 'datasets.read', find: 'findDataset', receipt: ['key'] },
  'datasets.read': READ,
  'datasets.update': { ...SEND_AGAIN, effect: 'write', receipt: ['total'] },
  'records.create': { ...CREATE_RECORD, readBack: 'records.read' },
  'records.read': READ,
  'records.update': { ...UPDATE_RECORD, readBack: 'records.read' },
  'data.create': { ...CREATE_RECORD, readBack: 'data.read' },
  'data.read': READ,
  'data.update': { ...UPDATE_RECORD, readBack: 'data.read' },
  'campaignTables.read': READ,
  'campaignFields.read': READ,
  'dnc.read': READ,
} as const satisfies Readonly<Record<string, OperationFacts>>

/** Name of an operation, such as `records.create`. */
export type OperationName = keyof typeof operations
