import type { FaultName } from '@sluice/upstream-mocks'
import { type ContractCase, type Expected, fails, gives } from '../contract-case.ts'
import { type Kind, type Operation, OPERATIONS } from './operations.ts'
import { onSandbox } from './stage.ts'

/** What a fault comes to: `CODE retry`, or `same` for the undisturbed result, or `-` where it does not fit. */
type Row = readonly [
  fault: FaultName,
  start: string,
  startV2: string,
  load: string,
  read: string,
  readV2: string,
  trigger: string,
  upload: string,
  token: string,
]

const LOGIN = 'DANACONNECT_UNAUTHORIZED auth'
const TOKEN = 'DANACONNECT_TOKEN_REFUSED auth'
const CLIENT = 'DANACONNECT_CLIENT_REFUSED auth'
const ARGUMENT = 'DANACONNECT_REQUEST_REFUSED never'
const RESULT = 'DANACONNECT_RESULT_REFUSED never'
const BUSY = 'DANACONNECT_BUSY later'
const FAULT_W = 'DANACONNECT_SERVER_FAULT unsure'
const FAULT_R = 'DANACONNECT_SERVER_FAULT later'
const ODD_W = 'DANACONNECT_UNREADABLE_REPLY unsure'
const ODD_R = 'DANACONNECT_UNREADABLE_REPLY later'
const LOST_W = 'CONNECTION_LOST unsure'
const LOST_R = 'CONNECTION_LOST later'
const NO_HEADERS_W = 'HEADERS_TIMEOUT unsure'
const NO_HEADERS_R = 'HEADERS_TIMEOUT later'
const NO_END_W = 'REPLY_TIMEOUT unsure'
const NO_END_R = 'REPLY_TIMEOUT later'
const EXPIRED = 'DANACONNECT_LINK_EXPIRED never'

/** Section 5 of the contract, "what success means and how failures look", as a table. */
const FAULTS: readonly Row[] = [
  // fault, start, start v2, load, read, read v2, trigger, upload, token
  ['status-400', ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, CLIENT],
  ['status-401', LOGIN, TOKEN, LOGIN, LOGIN, TOKEN, LOGIN, LOGIN, CLIENT],
  ['status-403', LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, LOGIN, CLIENT],
  ['status-404', ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT],
  ['status-413', ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT],
  ['status-429', BUSY, BUSY, BUSY, BUSY, BUSY, BUSY, BUSY, BUSY],
  ['status-500', FAULT_W, FAULT_W, FAULT_W, FAULT_R, FAULT_R, FAULT_W, FAULT_W, FAULT_R],
  ['status-502', FAULT_W, FAULT_W, FAULT_W, FAULT_R, FAULT_R, FAULT_W, FAULT_W, FAULT_R],
  ['status-503', BUSY, BUSY, BUSY, BUSY, BUSY, BUSY, BUSY, BUSY],
  ['status-504', FAULT_W, FAULT_W, FAULT_W, FAULT_R, FAULT_R, FAULT_W, FAULT_W, FAULT_R],
  ['bad-argument-json', ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, CLIENT],
  ['bad-argument-html', ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, CLIENT],
  ['bad-argument-xml', ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, CLIENT],
  ['bad-argument-empty', ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, ARGUMENT, CLIENT],
  ['wrong-credentials', LOGIN, '-', LOGIN, LOGIN, '-', LOGIN, LOGIN, '-'],
  ['permission-missing', LOGIN, '-', LOGIN, LOGIN, '-', LOGIN, LOGIN, '-'],
  ['password-changed', LOGIN, '-', LOGIN, LOGIN, '-', LOGIN, LOGIN, '-'],
  ['expired-token', '-', TOKEN, '-', '-', TOKEN, '-', '-', '-'],
  ['invalid-token', '-', TOKEN, '-', '-', TOKEN, '-', '-', '-'],
  ['scope-missing', '-', TOKEN, '-', '-', TOKEN, '-', '-', '-'],
  ['unknown-client', '-', '-', '-', '-', '-', '-', '-', CLIENT],
  ['reset', LOST_W, LOST_W, LOST_W, LOST_R, LOST_R, LOST_W, LOST_W, LOST_R],
  ['reset-after', LOST_W, LOST_W, LOST_W, LOST_R, LOST_R, LOST_W, LOST_W, LOST_R],
  [
    'timeout',
    NO_HEADERS_W,
    NO_HEADERS_W,
    NO_HEADERS_W,
    NO_HEADERS_R,
    NO_HEADERS_R,
    NO_HEADERS_W,
    NO_HEADERS_W,
    NO_HEADERS_R,
  ],
  [
    'timeout-after',
    NO_HEADERS_W,
    NO_HEADERS_W,
    NO_HEADERS_W,
    NO_HEADERS_R,
    NO_HEADERS_R,
    NO_HEADERS_W,
    NO_HEADERS_W,
    NO_HEADERS_R,
  ],
  [
    'late-200',
    NO_HEADERS_W,
    NO_HEADERS_W,
    NO_HEADERS_W,
    NO_HEADERS_R,
    NO_HEADERS_R,
    NO_HEADERS_W,
    NO_HEADERS_W,
    NO_HEADERS_R,
  ],
  ['slow-200', NO_END_W, NO_END_W, NO_END_W, NO_END_R, NO_END_R, NO_END_W, NO_END_W, NO_END_R],
  ['html-200', ODD_W, ODD_W, ODD_W, ODD_R, ODD_R, ODD_W, ODD_W, ODD_R],
  ['broken-html-200', ODD_W, ODD_W, ODD_W, ODD_R, ODD_R, ODD_W, ODD_W, ODD_R],
  ['empty-200', ODD_W, ODD_W, ODD_W, ODD_R, ODD_R, ODD_W, ODD_W, ODD_R],
  ['cut-200', ODD_W, ODD_W, ODD_W, ODD_R, ODD_R, ODD_W, ODD_W, ODD_R],
  // An upload alone may be answered in XML.
  ['wrong-format', ODD_W, ODD_W, ODD_W, ODD_R, ODD_R, ODD_W, 'same', ODD_R],
  ['no-status-200', ODD_W, ODD_W, ODD_W, ODD_R, ODD_R, ODD_W, ODD_W, ODD_R],
  ['refusal-200', RESULT, RESULT, RESULT, RESULT, RESULT, RESULT, RESULT, '-'],
  ['ws-error-200', RESULT, RESULT, RESULT, RESULT, RESULT, RESULT, RESULT, RESULT],
  ['old-conversation-id', ARGUMENT, ARGUMENT, '-', '-', '-', '-', '-', '-'],
  ['inactive-flow', ARGUMENT, ARGUMENT, '-', '-', '-', '-', '-', '-'],
  ['other-case-200', '-', '-', '-', 'same', 'same', '-', '-', '-'],
  ['expired-link-200', '-', '-', '-', EXPIRED, EXPIRED, '-', '-', '-'],
]

/** Faults that only the start of a record can have. */
const RECORD_FAULTS: readonly FaultName[] = [
  'required-field-missing',
  'unknown-field',
  'value-too-long',
  'file-expired',
]

/** Faults whose work was done, and whose reply is read all the same. */
const ODD_SUCCESSES: readonly (readonly [operation: string, fault: FaultName, result: unknown])[] = [
  ['records.retrieve', 'record-without-data', { fields: {}, missing: ['NAME', 'EMAIL'] }],
  ['v2.records.retrieve', 'record-without-data', { fields: {}, missing: ['NAME', 'EMAIL'] }],
  // Without expires_in a token is taken to live for 300 seconds.
  ['v2.token.get', 'no-expires-in', 1_767_323_345_000],
  [
    'contacts.load',
    'warnings-200',
    { fileName: 'load-1.csv', sentLineCount: 1, callbackRequested: true, warnings: ['warnings is not known'] },
  ],
]

const COLUMN: Readonly<Record<Kind, 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8>> = {
  start: 1,
  startV2: 2,
  load: 3,
  read: 4,
  readV2: 5,
  trigger: 6,
  upload: 7,
  token: 8,
}

/** Lists every operation under every fault. */
export function faultCases(): ContractCase[] {
  return OPERATIONS.flatMap((operation) => [
    caseOf(operation, null, operation.undisturbed),
    ...FAULTS.flatMap((row) => ofRow(operation, row)),
    ...(/startData/.test(operation.operation) ? RECORD_FAULTS : []).map((fault) =>
      caseOf(operation, fault, fails(ARGUMENT)),
    ),
    ...ODD_SUCCESSES.filter(([name]) => name === operation.operation).map(([, fault, result]) =>
      caseOf(operation, fault, gives(result)),
    ),
  ])
}

function ofRow(operation: Operation, row: Row): ContractCase[] {
  const text = row[COLUMN[operation.kind]]
  if (text === '-') return []
  return [caseOf(operation, row[0], text === 'same' ? operation.undisturbed : fails(text))]
}

function caseOf(operation: Operation, fault: FaultName | null, expected: Expected): ContractCase {
  return onSandbox({
    operation: operation.operation,
    name: fault === null ? 'undisturbed' : `under ${fault}`,
    call: operation.call,
    expected,
    ...(fault === null ? liveOf(operation) : { fault: { name: fault, operation: operation.at } }),
  })
}

/**
 * A start, a load, a trigger and an upload change something; a token and a record are only read. The start of a list is
 * never run against the vendor: it would message everybody who is in it.
 */
function liveOf({ kind, operation }: Operation): { live?: 'read' | 'write' } {
  if (operation.endsWith('startList')) return {}
  return { live: kind === 'read' || kind === 'readV2' || kind === 'token' ? 'read' : 'write' }
}
