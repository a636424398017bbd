import { AFTER, BEFORE, type FaultKind, type FaultRest, only } from './fault-kind.ts'

const isWrite = (operation: string): boolean => operation.endsWith('.create') || operation.endsWith('.update')
const isRead = (operation: string): boolean => operation.endsWith('.read')
const isTokenGet = (operation: string): boolean => operation === 'token.get'

const mine = (does: string, rest: FaultRest = {}): FaultKind => only('contactnow', does, rest)

/** The faults that only ContactNow can have. */
export const CONTACTNOW_FAULTS = {
  'unknown-token': mine('answers 200 `Unknown token`', { ...BEFORE, fits: (operation) => !isTokenGet(operation) }),
  'bad-credentials': mine('answers 200 `Authentication failure` to a token request', { ...BEFORE, fits: isTokenGet }),
  'short-lived-token': mine('gives out a token that has expired before it can be used', { ...AFTER, fits: isTokenGet }),
  'success-with-error': mine('answers success true beside an error, without doing anything', BEFORE),
  partial: mine('writes all rows but the last (a lone row is written) and counts one as bad', {
    ...AFTER,
    fits: isWrite,
  }),
  'none-landed': mine('answers success true, total 0, bad 1 and an error', { ...BEFORE, fits: isWrite }),
  'nothing-affected': mine('answers success true, total 0, bad 0 and no error', { ...BEFORE, fits: isWrite }),
  'page-200': mine('answers 200 with a page of HTML that is well formed XML without a document type'),
  'malformed-200': mine('does the work, then answers with unquoted JSON keys, or a wrong XML end tag', AFTER),
  'php-warning-200': mine('does the work, then puts a PHP warning before the reply', AFTER),
  'bom-200': mine('does the work, then puts a byte order mark before the reply', AFTER),
  'latin1-200': mine('does the work, then answers in XML declared and encoded as ISO-8859-1', AFTER),
  'total-disagrees-200': mine('lists the rows with a total that is higher by 4', { ...AFTER, fits: isRead }),
  'empty-list-200': mine('answers a read with total 0 and an empty list', { ...BEFORE, fits: isRead }),
  'absent-list-200': mine('answers a read with total 0 and no list', { ...BEFORE, fits: isRead }),
  'huge-list-200': mine('repeats the rows of a list until the reply is larger than 2 MiB', { ...AFTER, fits: isRead }),
  'duplicate-member-200': mine('writes the member HomePhone of each listed row twice, first with another value', {
    ...AFTER,
    fits: isRead,
  }),
} as const satisfies Readonly<Record<string, FaultKind>>
