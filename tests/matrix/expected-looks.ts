import type { Ask } from './expected.ts'

/**
 * What a look comes to. `delivered`: the record was found, and is the receipt. `absent`: nothing was found; believed once
 * the attempt is so long ago that it would show, and then it is sent again. `parked`: nothing is proven, and nothing is
 * sent. `busy`: nothing was learned, the look counts to the ten and is made again. `unauthorized`: the destination pauses,
 * and the look is made again. `unsure`: the process died in it, and the look is made again.
 */
export type LookEnd = 'delivered' | 'absent' | 'parked' | 'busy' | 'unauthorized' | 'unsure'

/** A reply to a look, what it asks for, and what the look comes to: where the write had landed, and where it had not. */
export type LookRow = readonly [reply: string, asks: Ask, landed: LookEnd, notLanded: LookEnd]

/** What the replies of one upstream to a look come to. */
export interface LookTable {
  readonly upstream: 'contactnow'
  /** The operations whose writes are looked for. */
  readonly operations: readonly string[]
  readonly rows: readonly LookRow[]
  /** Faults of the upstream that cannot strike a look. */
  readonly strikesNone: readonly string[]
}

/**
 * A look changes nothing, so that it failed is no reason to do nothing but ask again; that it was refused says that asking
 * again will not help, and nothing of the write. A list that is empty is a list: whether a vendor that has the record
 * shows none nobody can tell from it, so after the time it is believed.
 */
export const LOOK_TABLE: LookTable = {
  upstream: 'contactnow',
  operations: ['datasets.create', 'records.create', 'data.create'],
  rows: [
    ['success', '', 'delivered', 'absent'],
    ['bom-200', '', 'delivered', 'absent'],
    ['latin1-200', '', 'delivered', 'absent'],
    ['duplicate-member-200', '', 'delivered', 'absent'],
    ['total-disagrees-200', '', 'delivered', 'parked'],
    ['empty-list-200', '', 'absent', 'absent'],
    ['absent-list-200', '', 'absent', 'absent'],
    ['refusal-200', '', 'parked', 'parked'],
    ['success-false', '', 'parked', 'parked'],
    ['success-with-error', '', 'parked', 'parked'],
    ['status-400', '', 'parked', 'parked'],
    ['status-401', '', 'parked', 'parked'],
    ['status-403', '', 'parked', 'parked'],
    ['status-404', '', 'parked', 'parked'],
    ['status-413', '', 'parked', 'parked'],
    ['expired-token', 'renew', 'unauthorized', 'unauthorized'],
    ['unknown-token', 'renew', 'unauthorized', 'unauthorized'],
    ['invalid-token', 'renew', 'unauthorized', 'unauthorized'],
    ['status-429', 'wait', 'busy', 'busy'],
    ['status-429 with Retry-After', 'wait 120 s', 'busy', 'busy'],
    ['status-503 with Retry-After', 'wait 120 s', 'busy', 'busy'],
    ['status-502 with Retry-After', 'wait 120 s', 'busy', 'busy'],
    ['no connection', '', 'busy', 'busy'],
    ['status-500', '', 'busy', 'busy'],
    ['status-502', '', 'busy', 'busy'],
    ['status-503', '', 'busy', 'busy'],
    ['status-504', '', 'busy', 'busy'],
    ['reset', '', 'busy', 'busy'],
    ['reset-after', '', 'busy', 'busy'],
    ['timeout', '', 'busy', 'busy'],
    ['timeout-after', '', 'busy', 'busy'],
    ['late-200', '', 'busy', 'busy'],
    ['slow-200', '', 'busy', 'busy'],
    ['html-200', '', 'busy', 'busy'],
    ['broken-html-200', '', 'busy', 'busy'],
    ['page-200', '', 'busy', 'busy'],
    ['empty-200', '', 'busy', 'busy'],
    ['cut-200', '', 'busy', 'busy'],
    ['wrong-format', '', 'busy', 'busy'],
    ['malformed-200', '', 'busy', 'busy'],
    ['php-warning-200', '', 'busy', 'busy'],
    ['huge-list-200', '', 'busy', 'busy'],
    ['process died', '', 'unsure', 'unsure'],
  ],
  strikesNone: ['partial', 'none-landed', 'nothing-affected', 'bad-credentials', 'short-lived-token'],
}
