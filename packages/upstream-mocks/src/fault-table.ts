import { UPSTREAM_NAMES, type UpstreamName } from './upstream-name.ts'

/** Every operation of each mock, by the names that the log and the faults use. */
export const OPERATIONS: Readonly<Record<UpstreamName, readonly string[]>> = {
  danaconnect: [
    'start-data',
    'start-list',
    'project-start-data',
    'project-start-list',
    'v2-start-data',
    'v2-start-list',
    'v2-project-start-data',
    'v2-project-start-list',
    'bulk-load',
    'token',
  ],
  contactnow: [
    'token.get',
    'token.validate',
    'ecnow_datasets.create',
    'ecnow_datasets.read',
    'ecnow_datasets.update',
    'ecnow_records.create',
    'ecnow_records.read',
    'ecnow_records.update',
    'ecnow_data.create',
    'ecnow_data.read',
    'ecnow_data.update',
    'campaign_tables.read',
    'campaign_fields.read',
    'dnc.read',
  ],
  datatalks: ['contacts.upsert', 'contacts.delete', 'events.create', 'products.send'],
}

/** What a fault is, before anybody arms it. */
export interface FaultKind {
  /** One sentence for people. */
  readonly does: string
  readonly upstreams: readonly UpstreamName[]
  /** Whether the work is done first; `afterEffect` of an armed fault overrides it where `fixed` is not set. */
  readonly afterEffect: boolean
  readonly fixed?: true
  /** The operations that it fits; absent when it fits all. */
  readonly fits?: (operation: string) => boolean
}

const isV2 = (operation: string): boolean => operation.startsWith('v2-')
const isWrite = (operation: string): boolean => operation.endsWith('.create') || operation.endsWith('.update')
const usesToken = (operation: string): boolean =>
  operation !== 'token.get' && !OPERATIONS.danaconnect.includes(operation)

const everywhere = (does: string, rest: Partial<FaultKind> = {}): FaultKind => ({
  does,
  upstreams: UPSTREAM_NAMES,
  afterEffect: false,
  ...rest,
})
const only = (upstream: UpstreamName, does: string, rest: Partial<FaultKind> = {}): FaultKind => ({
  does,
  upstreams: [upstream],
  afterEffect: false,
  ...rest,
})
const afterwards = { afterEffect: true, fixed: true } as const

/** Every fault that can be armed. */
export const FAULT_TABLE = {
  'status-400': everywhere('answers 400'),
  'status-401': everywhere('answers 401'),
  'status-403': everywhere('answers 403'),
  'status-404': everywhere('answers 404'),
  'status-413': everywhere('answers 413'),
  'status-429': everywhere('answers 429, with Retry-After where retryAfterSeconds is given'),
  'status-500': everywhere('answers 500'),
  'status-502': everywhere('answers 502'),
  'status-503': everywhere('answers 503, with Retry-After where retryAfterSeconds is given'),
  'status-504': everywhere('answers 504'),
  reset: everywhere('breaks the connection off before any effect', { fixed: true }),
  'reset-after': everywhere('does the work, then breaks the connection off', afterwards),
  timeout: everywhere('never answers, and does nothing', { fixed: true }),
  'timeout-after': everywhere('does the work, then never answers', afterwards),
  'html-200': everywhere('answers 200 with a page of HTML'),
  'empty-200': everywhere('answers 200 with an empty body'),
  'cut-200': everywhere('does the work, then sends the first half of the reply', afterwards),
  'wrong-format': everywhere('does the work, then answers in XML where JSON is due, or the reverse', afterwards),
  'refusal-200': everywhere("answers 200 with the vendor's own words for a refusal", {
    fits: (operation) => operation !== 'token',
  }),
  'success-false': {
    does: 'answers 200 with success false and no reason',
    upstreams: ['contactnow', 'datatalks'],
    afterEffect: false,
  },
  'expired-token': {
    does: 'says that the token has expired (ContactNow in a 200, DANAConnect v2 with 401)',
    upstreams: ['contactnow', 'danaconnect'],
    afterEffect: false,
    fixed: true,
    fits: (operation) => isV2(operation) || usesToken(operation),
  },
  'invalid-token': {
    does: 'says that the token is not valid (ContactNow in a 200, DANAConnect v2 with 401)',
    upstreams: ['contactnow', 'danaconnect'],
    afterEffect: false,
    fixed: true,
    fits: (operation) => isV2(operation) || usesToken(operation),
  },
  'unknown-token': only('contactnow', 'answers 200 `Unknown token`', { fixed: true, fits: usesToken }),
  'bad-credentials': only('contactnow', 'answers 200 `Authentication failure` to a token request', {
    fixed: true,
    fits: (operation) => operation === 'token.get',
  }),
  partial: only('contactnow', 'writes all rows but the last (a lone row is written) and counts one as bad', {
    ...afterwards,
    fits: isWrite,
  }),
  'none-landed': only('contactnow', 'answers success true, total 0, bad 1 and an error', {
    fixed: true,
    fits: isWrite,
  }),
  'malformed-200': only(
    'contactnow',
    'does the work, then answers with unquoted JSON keys, or a wrong XML end tag',
    afterwards,
  ),
  'php-warning-200': only('contactnow', 'does the work, then puts a PHP warning before the reply', afterwards),
  'bom-200': only('contactnow', 'does the work, then puts a byte order mark before the reply', afterwards),
  'latin1-200': only('contactnow', 'does the work, then answers in XML declared and encoded as ISO-8859-1', afterwards),
  'ws-error-200': only('danaconnect', 'answers 200 with wsError in place of a result'),
  'warnings-200': only('danaconnect', 'does the work, then adds unknown members to the reply of a bulk load', {
    ...afterwards,
    fits: (operation) => operation === 'bulk-load',
  }),
  'no-success-200': only('datatalks', 'does the work, then answers a JSON object without success', afterwards),
  'signature-expired': only('datatalks', 'answers 403 `Signature expired`', { fixed: true }),
  'signature-not-current': only('datatalks', 'answers 403 `Signature not yet current`', { fixed: true }),
  'signature-mismatch': only('datatalks', 'answers 403 with the text of a wrong signature', { fixed: true }),
  'access-denied': only('datatalks', 'answers 403 `User: ... is not authorized`, member spelled Message', {
    fixed: true,
  }),
  forbidden: only('datatalks', 'answers 403 `Forbidden`', { fixed: true }),
  'quota-exceeded': only('datatalks', 'answers 429 `Limit Exceeded`', { fixed: true }),
} as const satisfies Readonly<Record<string, FaultKind>>

/** The name of a fault. */
export type FaultName = keyof typeof FAULT_TABLE

/** Tells a fault's name from other text. */
export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(FAULT_TABLE, name)
}

/** Returns the entry of a fault, widened to what all of them have in common. */
export function faultKind(name: FaultName): FaultKind {
  return FAULT_TABLE[name]
}
