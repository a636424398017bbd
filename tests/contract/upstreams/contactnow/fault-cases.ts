import type { FaultName } from '@sluice/upstream-mocks'
import { type ContractCase, type Expected, fails, gives } from '../contract-case.ts'
import { DO_NOT_CALL, type Kind, type Operation, operationsIn, RECORDS_LISTED } from './operations.ts'
import { onSandbox } from './stage.ts'

/** What a fault comes to: `CODE retry`, or `same` for the undisturbed result, or `-` where it does not fit. */
type Row = readonly [fault: FaultName, token: string, read: string, create: string, update: string]

const REFUSED = 'CONTACTNOW_REFUSED never'
const UNREADABLE_READ = 'CONTACTNOW_UNREADABLE_REPLY later'
const UNREADABLE_WRITE = 'CONTACTNOW_UNREADABLE_REPLY unsure'
const FAULT_READ = 'CONTACTNOW_SERVER_FAULT later'
const FAULT_WRITE = 'CONTACTNOW_SERVER_FAULT unsure'
const BUSY = 'CONTACTNOW_BUSY later'
const LOST_READ = 'CONNECTION_LOST later'
const LOST_WRITE = 'CONNECTION_LOST unsure'
const NO_HEADERS_READ = 'HEADERS_TIMEOUT later'
const NO_HEADERS_WRITE = 'HEADERS_TIMEOUT unsure'
const NO_END_READ = 'REPLY_TIMEOUT later'
const NO_END_WRITE = 'REPLY_TIMEOUT unsure'

/** Section 5 of the contract, "what success means and how failures look", as a table. */
const FAULTS: readonly Row[] = [
  ['status-400', REFUSED, REFUSED, REFUSED, REFUSED],
  ['status-401', REFUSED, REFUSED, REFUSED, REFUSED],
  ['status-403', REFUSED, REFUSED, REFUSED, REFUSED],
  ['status-404', REFUSED, REFUSED, REFUSED, REFUSED],
  ['status-413', REFUSED, REFUSED, REFUSED, REFUSED],
  ['status-429', BUSY, BUSY, BUSY, BUSY],
  ['status-500', FAULT_READ, FAULT_READ, FAULT_WRITE, FAULT_WRITE],
  ['status-502', FAULT_READ, FAULT_READ, FAULT_WRITE, FAULT_WRITE],
  ['status-503', BUSY, BUSY, FAULT_WRITE, FAULT_WRITE],
  ['status-504', FAULT_READ, FAULT_READ, FAULT_WRITE, FAULT_WRITE],
  ['reset', LOST_READ, LOST_READ, LOST_WRITE, LOST_WRITE],
  ['reset-after', LOST_READ, LOST_READ, LOST_WRITE, LOST_WRITE],
  ['timeout', NO_HEADERS_READ, NO_HEADERS_READ, NO_HEADERS_WRITE, NO_HEADERS_WRITE],
  ['timeout-after', NO_HEADERS_READ, NO_HEADERS_READ, NO_HEADERS_WRITE, NO_HEADERS_WRITE],
  ['late-200', NO_HEADERS_READ, NO_HEADERS_READ, NO_HEADERS_WRITE, NO_HEADERS_WRITE],
  ['slow-200', NO_END_READ, NO_END_READ, NO_END_WRITE, NO_END_WRITE],
  ['html-200', UNREADABLE_READ, UNREADABLE_READ, UNREADABLE_WRITE, UNREADABLE_WRITE],
  ['broken-html-200', UNREADABLE_READ, UNREADABLE_READ, UNREADABLE_WRITE, UNREADABLE_WRITE],
  ['page-200', UNREADABLE_READ, UNREADABLE_READ, UNREADABLE_WRITE, UNREADABLE_WRITE],
  ['empty-200', UNREADABLE_READ, UNREADABLE_READ, UNREADABLE_WRITE, UNREADABLE_WRITE],
  ['cut-200', UNREADABLE_READ, UNREADABLE_READ, UNREADABLE_WRITE, UNREADABLE_WRITE],
  ['wrong-format', UNREADABLE_READ, UNREADABLE_READ, UNREADABLE_WRITE, UNREADABLE_WRITE],
  ['malformed-200', UNREADABLE_READ, UNREADABLE_READ, UNREADABLE_WRITE, UNREADABLE_WRITE],
  ['php-warning-200', UNREADABLE_READ, UNREADABLE_READ, UNREADABLE_WRITE, UNREADABLE_WRITE],
  ['refusal-200', REFUSED, REFUSED, REFUSED, REFUSED],
  ['success-false', REFUSED, REFUSED, REFUSED, REFUSED],
  ['success-with-error', REFUSED, REFUSED, REFUSED, REFUSED],
  ['bom-200', 'same', 'same', 'same', 'same'],
  ['huge-list-200', '-', 'REPLY_TOO_LARGE later', '-', '-'],
  ['partial', '-', '-', 'CONTACTNOW_PARTIAL unsure', 'CONTACTNOW_PARTIAL unsure'],
  ['none-landed', '-', '-', REFUSED, REFUSED],
  ['nothing-affected', '-', '-', REFUSED, REFUSED],
]

/** The faults that say something of a token: each fits every operation but, where marked, the one that gets a token. */
const TOKEN_FAULTS: readonly (readonly [fault: FaultName, expected: string])[] = [
  ['expired-token', 'CONTACTNOW_TOKEN_EXPIRED auth'],
  ['unknown-token', 'CONTACTNOW_TOKEN_EXPIRED auth'],
  ['invalid-token', 'CONTACTNOW_TOKEN_INVALID auth'],
]

/** An empty list, whether it is empty or absent, is a list. */
const LIST_FAULTS: readonly (readonly [fault: FaultName, result: unknown])[] = [
  ['empty-list-200', { total: 0, list: [] }],
  ['absent-list-200', { total: 0, list: [] }],
]

const COLUMN: Readonly<Record<Kind, 1 | 2 | 3 | 4>> = { token: 1, read: 2, create: 3, update: 4 }

/** Lists every operation under every fault, in both formats. */
export function faultCases(): ContractCase[] {
  return (['json', 'xml'] as const).flatMap((format) =>
    operationsIn(format).flatMap((operation) => [
      caseOf(operation, format, null, operation.undisturbed),
      ...FAULTS.flatMap((row) => ofRow(operation, format, row)),
      ...tokenCases(operation, format),
      ...encodingCases(operation, format),
      ...(operation.kind === 'read'
        ? LIST_FAULTS.map(([fault, result]) => caseOf(operation, format, fault, gives(result)))
        : []),
    ]),
  )
}

function ofRow(operation: Operation, format: string, row: Row): ContractCase[] {
  const text = row[COLUMN[operation.kind]]
  if (text === '-') return []
  return [caseOf(operation, format, row[0], text === 'same' ? operation.undisturbed : fails(text))]
}

function tokenCases(operation: Operation, format: string): ContractCase[] {
  if (operation.operation === 'token.get') {
    return [caseOf(operation, format, 'bad-credentials', fails('CONTACTNOW_CREDENTIALS_REFUSED auth'))]
  }
  return TOKEN_FAULTS.map(([fault, expected]) => caseOf(operation, format, fault, fails(expected)))
}

/**
 * ISO-8859-1 is declared in XML, and decoded as declared. JSON has no such declaration, so a reply that holds a letter
 * outside ASCII is not readable; one that holds none is the same in either encoding. HomePhone is a member of records only.
 */
function encodingCases(operation: Operation, format: string): ContractCase[] {
  const listsRecords = operation.undisturbed === RECORDS_LISTED
  return [
    ...(format === 'xml' ? [caseOf(operation, format, 'latin1-200', operation.undisturbed)] : []),
    ...(format === 'json' && listsRecords ? [caseOf(operation, format, 'latin1-200', fails(UNREADABLE_READ))] : []),
    ...(listsRecords ? [caseOf(operation, format, 'duplicate-member-200', operation.undisturbed)] : []),
  ]
}

function caseOf(operation: Operation, format: string, fault: FaultName | null, expected: Expected): ContractCase {
  return onSandbox({
    operation: operation.operation,
    name: `in ${format}, ${fault === null ? 'undisturbed' : `under ${fault}`}`,
    settings: { doNotCall: DO_NOT_CALL },
    prepare: (client) => client.records.create({ dataset: '104', FirstName: 'José', HomePhone: '01234567890' }),
    call: operation.call,
    expected,
    ...(fault === null ? {} : { fault: { name: fault, operation: operation.at } }),
    ...liveOf(operation, fault),
    ...(operation.liveCall === undefined ? {} : { liveCall: operation.liveCall }),
  })
}

/** Reads, and what gets a token, can be sent to the vendor at any time; so can a write, for those who want it. */
function liveOf({ kind }: Operation, fault: FaultName | null): { live?: 'read' | 'write' } {
  if (fault !== null) return {}
  return { live: kind === 'create' || kind === 'update' ? 'write' : 'read' }
}
