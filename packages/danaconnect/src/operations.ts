/** What a caller has to know about an operation before calling it a second time. */
export interface OperationFacts {
  /** Whether a call changes something at the vendor; a read that failed can always be tried again. */
  readonly effect: 'read' | 'write'
  /** What the call is authorised with: the platform login, a token, or the client's own id and secret. */
  readonly authorization: 'basic' | 'bearer' | 'client'
  /** Whether any such call may be sent again when nobody knows if the first one took effect. */
  readonly idempotent: boolean
  /** A field of the input, and the values with which the call may be sent again although others may not; null where none. */
  readonly idempotentWhen: { readonly field: string; readonly values: readonly string[] } | null
  /**
   * What settles whether an earlier call took effect: the same call once more, a look at what is there, the notice that the
   * vendor sends when it is done, or a person who looks at the platform.
   */
  readonly reconcile: 'send-again' | 'read-back' | 'callback' | 'person'
  /** The operation that a look calls; null where the vendor has none. */
  readonly readBack: string | null
  /** Members of the result that identify what was made. */
  readonly receipt: readonly string[]
}

const ALWAYS = { idempotent: true, idempotentWhen: null, reconcile: 'send-again', readBack: null } as const
const NEVER = { idempotent: false, idempotentWhen: null, readBack: null } as const

/** A repeated start makes a second record and a second message, and nothing can be read to find out about the first. */
const START = { ...NEVER, effect: 'write', reconcile: 'person', receipt: ['requestId', 'recordUid'] } as const
const BASIC = { authorization: 'basic' } as const
const BEARER = { authorization: 'bearer' } as const
const RETRIEVE = { ...ALWAYS, effect: 'read', receipt: ['requestId'] } as const

/** Lists the operations of both clients; those that begin with `v2.` are of the one with tokens. */
export const operations = {
  'conversations.startData': { ...START, ...BASIC },
  'conversations.startDataByProject': { ...START, ...BASIC },
  'conversations.startList': { ...START, ...BASIC },
  'contacts.load': {
    ...NEVER,
    ...BASIC,
    effect: 'write',
    // With a right key a row is found again. INSALL inserts every row each time.
    idempotentWhen: { field: 'operationType', values: ['INSNEW', 'UPDALL', 'UPDINS'] },
    reconcile: 'callback',
    receipt: ['fileName'],
  },
  'records.retrieve': { ...RETRIEVE, ...BASIC },
  // The flow may advance twice.
  'triggers.fire': {
    ...NEVER,
    ...BASIC,
    effect: 'write',
    reconcile: 'read-back',
    readBack: 'records.retrieve',
    receipt: [],
  },
  // A second upload leaves a second file, which nothing refers to and which is deleted after seven days.
  'files.upload': { ...ALWAYS, ...BASIC, effect: 'write', receipt: ['fileId'] },
  'v2.token.get': { ...ALWAYS, effect: 'read', authorization: 'client', receipt: ['token'] },
  'v2.conversations.startData': { ...START, ...BEARER },
  'v2.conversations.startDataByProject': { ...START, ...BEARER },
  'v2.conversations.startList': { ...START, ...BEARER },
  'v2.records.retrieve': { ...RETRIEVE, ...BEARER },
} as const satisfies Readonly<Record<string, OperationFacts>>

/** Name of an operation, such as `conversations.startData`. */
export type OperationName = keyof typeof operations

/**
 * Tells whether this very call may be sent again when nobody knows if the first one took effect. For a load that holds
 * only once the first is surely not still being processed, and with a `keyField` that is right.
 */
export function mayRepeat(operation: OperationName, input: unknown): boolean {
  const { idempotent, idempotentWhen }: OperationFacts = operations[operation]
  if (idempotent || idempotentWhen === null) return idempotent
  const fields: Readonly<Record<string, unknown>> = typeof input === 'object' && input !== null ? { ...input } : {}
  const value = fields[idempotentWhen.field]
  return typeof value === 'string' && idempotentWhen.values.includes(value)
}
