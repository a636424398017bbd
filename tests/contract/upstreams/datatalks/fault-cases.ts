import type { FaultName } from '@sluice/upstream-mocks'
import { type ContractCase, type Expected, fails, gives } from '../contract-case.ts'
import { type Operation, OPERATIONS } from './operations.ts'
import { onSandbox } from './stage.ts'

/** What a fault comes to, `CODE retry`: for the upsert of a contact, and for every other operation. */
type Row = readonly [fault: FaultName, upsert: string, other: string]

const REFUSED = 'DATATALKS_REFUSED never'
const BUSY = 'DATATALKS_BUSY later'
const FAULT = 'DATATALKS_SERVER_FAULT unsure'
const FAULT_LATER = 'DATATALKS_SERVER_FAULT later'
const UNREADABLE = 'DATATALKS_UNREADABLE_REPLY unsure'
const FORBIDDEN = 'DATATALKS_FORBIDDEN auth'
const SIGNATURE = 'DATATALKS_SIGNATURE_REFUSED auth'
const CLOCK = 'DATATALKS_CLOCK_SKEW auth'
const SCOPE = 'DATATALKS_SCOPE_REFUSED auth'
const LOST = 'CONNECTION_LOST unsure'
const NO_HEADERS = 'HEADERS_TIMEOUT unsure'

/** Sections 5.1 and 5.2 of the contract, as a table. */
const FAULTS: readonly Row[] = [
  ['status-400', REFUSED, REFUSED],
  ['status-401', FORBIDDEN, FORBIDDEN],
  ['status-403', FORBIDDEN, FORBIDDEN],
  ['status-404', REFUSED, REFUSED],
  ['status-413', REFUSED, REFUSED],
  ['status-429', BUSY, BUSY],
  ['status-500', FAULT_LATER, FAULT],
  ['status-502', FAULT_LATER, FAULT],
  ['status-503', FAULT, FAULT],
  ['status-504', FAULT, FAULT],
  ['bare-500', FAULT_LATER, FAULT],
  ['bare-502', FAULT_LATER, FAULT],
  ['missing-token', 'DATATALKS_UNSIGNED auth', 'DATATALKS_UNSIGNED auth'],
  ['incomplete-signature', 'DATATALKS_SIGNATURE_MALFORMED auth', 'DATATALKS_SIGNATURE_MALFORMED auth'],
  ['signature-expired', CLOCK, CLOCK],
  ['signature-not-current', CLOCK, CLOCK],
  ['signature-mismatch', SIGNATURE, SIGNATURE],
  ['signature-mismatch-long', SIGNATURE, SIGNATURE],
  ['wrong-region', SCOPE, SCOPE],
  ['wrong-service', SCOPE, SCOPE],
  ['unknown-key', 'DATATALKS_KEY_UNKNOWN auth', 'DATATALKS_KEY_UNKNOWN auth'],
  ['access-denied', 'DATATALKS_NOT_PERMITTED auth', 'DATATALKS_NOT_PERMITTED auth'],
  ['forbidden', FORBIDDEN, FORBIDDEN],
  ['quota-exceeded', 'DATATALKS_QUOTA_EXCEEDED later', 'DATATALKS_QUOTA_EXCEEDED later'],
  ['refusal-200', REFUSED, REFUSED],
  ['success-false', REFUSED, REFUSED],
  ['list-expected', REFUSED, REFUSED],
  ['html-200', UNREADABLE, UNREADABLE],
  ['broken-html-200', UNREADABLE, UNREADABLE],
  ['cut-200', UNREADABLE, UNREADABLE],
  ['wrong-format', UNREADABLE, UNREADABLE],
  ['reset', LOST, LOST],
  ['reset-after', LOST, LOST],
  ['timeout', NO_HEADERS, NO_HEADERS],
  ['timeout-after', NO_HEADERS, NO_HEADERS],
  ['late-200', NO_HEADERS, NO_HEADERS],
  ['gateway-timeout', NO_HEADERS, NO_HEADERS],
  ['slow-200', 'REPLY_TIMEOUT unsure', 'REPLY_TIMEOUT unsure'],
]

/** Lists every operation under every fault. */
export function faultCases(): ContractCase[] {
  return OPERATIONS.flatMap((operation) => [
    caseOf(operation, null, operation.undisturbed),
    ...FAULTS.map(([fault, upsert, other]) =>
      caseOf(operation, fault, fails(operation.kind === 'upsert' ? upsert : other)),
    ),
    // An empty body, and one without `success`, are successes: nothing is documented of v1's replies.
    caseOf(operation, 'empty-200', gives({})),
    caseOf(operation, 'no-success-200', gives({ requestId: '00000000-0000-4000-8000-000000000001' })),
  ])
}

function caseOf(operation: Operation, fault: FaultName | null, expected: Expected): ContractCase {
  return onSandbox({
    operation: operation.operation,
    name: fault === null ? 'undisturbed' : `under ${fault}`,
    call: operation.call,
    expected,
    // The vendor has no read: every call changes something.
    ...(fault === null ? { live: 'write' as const } : { fault: { name: fault, operation: operation.at } }),
  })
}
