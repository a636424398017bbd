import type { FaultName } from './fault-table.ts'
import type { UpstreamName } from './upstream-name.ts'

/** One row of the fault table of an upstream's contract, and how the mock has it. */
export interface ContractFault {
  /** The row's number in the contract. */
  readonly number: number
  readonly fault: string
  /** The faults that stand for it. */
  readonly by: readonly FaultName[]
  /** How it comes about without being armed: by what is sent, or by a setting. */
  readonly alsoBy?: string
}

/** Every numbered fault of the three contracts. */
export const CONTRACT_FAULTS: Readonly<Record<UpstreamName, readonly ContractFault[]>> = {
  danaconnect: [
    {
      number: 1,
      fault: 'wrong credentials; permission missing; password changed mid-run',
      by: ['wrong-credentials', 'permission-missing', 'password-changed', 'status-401', 'status-403'],
      alsoBy: 'a wrong login; setting users',
    },
    { number: 2, fault: 'token expires mid-run', by: ['expired-token', 'invalid-token'], alsoBy: 'time' },
    {
      number: 3,
      fault: 'client unknown; scope missing; reply without expires_in; token host down',
      by: ['unknown-client', 'scope-missing', 'no-expires-in', 'status-503', 'status-500'],
    },
    {
      number: 4,
      fault: 'illegal argument or bad format, with a JSON, HTML, XML or empty body',
      by: ['bad-argument-json', 'bad-argument-html', 'bad-argument-xml', 'bad-argument-empty', 'status-400'],
      alsoBy: 'setting errorBody',
    },
    { number: 5, fault: 'internal error once, or for ever', by: ['status-500'] },
    { number: 6, fault: 'failure inside a 200', by: ['refusal-200', 'ws-error-200', 'no-status-200'] },
    { number: 7, fault: 'warnings', by: ['warnings-200'], alsoBy: 'a load with strict false' },
    { number: 8, fault: 'timeout or reset after the work was done', by: ['reset-after', 'timeout-after'] },
    {
      number: 9,
      fault: 'callback never, late, twice, out of order, before the reply; two loads with one file name',
      by: ['callback-never', 'callback-late', 'callback-twice', 'callback-out-of-order', 'callback-before-reply'],
      alsoBy: 'two loads with one file name',
    },
    {
      number: 10,
      fault: 'odd callback: unknown result, low lineCount, no movedFile, extra keys, numbers as text',
      by: [
        'callback-unknown-result',
        'callback-low-count',
        'callback-no-moved-file',
        'callback-extra-keys',
        'callback-numbers-as-text',
      ],
    },
    {
      number: 11,
      fault: 'the receiver answers 500: the vendor gives up, or tries n times',
      by: ['callback-retried'],
      alsoBy: 'settings callbackTries and callbackRetryMs',
    },
    { number: 12, fault: 'forged callback from a third party', by: ['callback-forged-path', 'callback-forged-ids'] },
    {
      number: 13,
      fault: 'old conversationID; inactive flow; required code missing; unknown code; value too long',
      by: ['old-conversation-id', 'inactive-flow', 'required-field-missing', 'unknown-field', 'value-too-long'],
      alsoBy: 'the control call reactivate; setting conversations',
    },
    { number: 14, fault: 'some rows rejected', by: ['rows-rejected'], alsoBy: 'rows that do not fit the list' },
    {
      number: 15,
      fault: 'CSV traps: byte order mark, encoding, separators within values, line ends, header, column count',
      by: [],
      alsoBy: 'the file that is sent',
    },
    { number: 16, fault: 'INSALL, UPDINS or start/list sent again', by: [], alsoBy: 'sending it twice' },
    {
      number: 17,
      fault: '429 or 503 with and without Retry-After; very slow; body over a cap',
      by: ['status-429', 'status-503', 'status-413', 'late-200', 'slow-200'],
    },
    {
      number: 18,
      fault: 'fileID older than 7 days; list permission missing; field names in another case',
      by: ['file-expired', 'record-without-data', 'other-case-200'],
      alsoBy: 'time; setting users',
    },
    { number: 19, fault: 'expired dana code', by: ['expired-link-200'], alsoBy: 'setting links' },
    {
      number: 20,
      fault: 'reply is not JSON, is cut, or is empty',
      by: ['html-200', 'broken-html-200', 'cut-200', 'empty-200', 'wrong-format'],
    },
  ],
  contactnow: [
    { number: 1, fault: 'bad credentials', by: ['bad-credentials'], alsoBy: 'a wrong password' },
    {
      number: 2,
      fault: 'expired token; token expires between get and use',
      by: ['expired-token', 'short-lived-token'],
      alsoBy: 'time; the control call tokens/expire',
    },
    { number: 3, fault: 'unknown token', by: ['unknown-token'], alsoBy: 'setting unknownTokenError' },
    { number: 4, fault: 'wrong address', by: ['invalid-token'], alsoBy: 'a call from another address' },
    { number: 5, fault: 'refusal', by: ['refusal-200', 'success-false'] },
    {
      number: 6,
      fault: 'XML success 1 with an error',
      by: ['success-with-error'],
      alsoBy: 'every failure in XML, by the setting xmlFailureSuccess',
    },
    { number: 7, fault: 'success true, bad above 0, total above 0', by: ['partial'], alsoBy: 'a batch with a bad row' },
    { number: 8, fault: 'success true, total 0, bad 1, error', by: ['none-landed', 'nothing-affected'] },
    { number: 9, fault: 'unquoted keys', by: ['malformed-200'] },
    { number: 10, fault: 'malformed XML, cut XML or JSON', by: ['malformed-200', 'cut-200'] },
    { number: 11, fault: 'format ignored', by: ['wrong-format'] },
    {
      number: 12,
      fault: 'HTML error page, well formed and not',
      by: ['html-200', 'broken-html-200', 'page-200', 'status-502', 'status-503'],
    },
    { number: 13, fault: 'PHP warning text before the JSON; empty body', by: ['php-warning-200', 'empty-200'] },
    {
      number: 14,
      fault: 'slow; reset after the write was applied',
      by: ['late-200', 'slow-200', 'timeout-after', 'reset-after'],
    },
    { number: 15, fault: '429, 5xx', by: ['status-429', 'status-500', 'status-502', 'status-503', 'status-504'] },
    { number: 16, fault: 'ISO-8859-1 XML; byte order mark in front', by: ['latin1-200', 'bom-200'] },
    {
      number: 17,
      fault: 'one-row list; empty list; list absent on zero rows; phone with a leading 0',
      by: ['empty-list-200', 'absent-list-200'],
      alsoBy: 'the rows that were written; setting emptyList',
    },
    { number: 18, fault: 'huge list', by: ['huge-list-200', 'total-disagrees-200'] },
    { number: 19, fault: 'duplicate JSON member', by: ['duplicate-member-200'] },
  ],
  datatalks: [
    {
      number: 1,
      fault: 'unsigned; Bearer; parts missing',
      by: ['missing-token', 'incomplete-signature'],
      alsoBy: 'what is sent',
    },
    { number: 2, fault: 'unknown path or method', by: ['missing-token'], alsoBy: 'what is sent' },
    {
      number: 3,
      fault: 'clock off by more than 300 s',
      by: ['signature-expired', 'signature-not-current'],
      alsoBy: 'what is sent',
    },
    {
      number: 4,
      fault: 'wrong region, service, terminator, scope date',
      by: ['wrong-region', 'wrong-service'],
      alsoBy: 'what is sent',
    },
    { number: 5, fault: 'unknown key; right missing', by: ['unknown-key', 'access-denied'], alsoBy: 'setting keys' },
    {
      number: 6,
      fault: 'wrong secret; something changed after signing',
      by: ['signature-mismatch', 'signature-mismatch-long'],
      alsoBy: 'what is sent',
    },
    { number: 7, fault: 'contract violation', by: ['status-400'], alsoBy: 'what is sent' },
    { number: 8, fault: '200 with success false', by: ['refusal-200', 'success-false'] },
    {
      number: 9,
      fault: '200 with an empty body; without success; with HTML',
      by: ['empty-200', 'no-success-200', 'html-200', 'broken-html-200'],
      alsoBy: 'setting successBody',
    },
    { number: 10, fault: 'rate; quota', by: ['status-429', 'quota-exceeded'] },
    {
      number: 11,
      fault: 'internal error, bad gateway, with and without requestId',
      by: ['status-500', 'status-502', 'bare-500', 'bare-502'],
    },
    { number: 12, fault: 'gateway timeout, work done or not', by: ['gateway-timeout', 'status-504'] },
    {
      number: 13,
      fault: 'connection closed after the work was done; slow body',
      by: ['reset-after', 'timeout-after', 'slow-200', 'late-200'],
    },
    { number: 14, fault: 'body over 10 MB', by: ['status-413'], alsoBy: 'what is sent; setting maxBodyBytes' },
    { number: 15, fault: 'Forbidden', by: ['forbidden', 'status-403'] },
    { number: 16, fault: 'one event sent twice', by: [], alsoBy: 'sending it twice' },
    {
      number: 17,
      fault: 'List field gets a scalar; attribute unmapped',
      by: ['list-expected'],
      alsoBy: 'settings mappings and scalarForList',
    },
  ],
}

/** Returns the numbers of an upstream's contract that a fault stands for. */
export function contractNumbers(upstream: UpstreamName, fault: FaultName): number[] {
  return CONTRACT_FAULTS[upstream].filter(({ by }) => by.includes(fault)).map(({ number }) => number)
}
