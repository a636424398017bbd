/**
 * How attempts end: what each reply of an upstream, and each fault on the way to it, means for an operation. The tables
 * are written from the vendors' contracts and from the gateway's own rules; where the two differ, the more cautious won.
 * They import nothing of the gateway or of its clients: they are what those are held to.
 */
import { CONTACTNOW_TABLES } from './expected-contactnow.ts'
import { DANACONNECT_TABLES } from './expected-danaconnect.ts'
import { DATATALKS_TABLES } from './expected-datatalks.ts'

/** How an attempt ends; `-` where the fault cannot strike the operation. */
export type Cell = 'delivered' | 'accepted' | 'partial' | 'refused' | 'busy' | 'unauthorized' | 'unsure' | '-'

/**
 * What a reply asks of the gateway besides: to wait (it names how many seconds, or none), to renew a token or a clock and
 * send once more, or nothing. `lasts`: the upstream stays so, however often the fault was ordered.
 */
export type Ask = '' | 'wait' | 'wait 120 s' | 'renew' | 'lasts'

/** A reply or fault, whether the upstream did the work before it, what it asks for, and the outcome of each column. */
export type Row = readonly [reply: string, does: 'work' | 'nothing', asks: Ask, ...outcomes: Cell[]]

/** Operations to which every reply means the same. */
export interface Column {
  readonly operations: readonly string[]
  /** Whether doing the work twice comes to doing it once. */
  readonly repeatable: boolean
  /** Of work done twice only the first time is seen at the upstream. */
  readonly onceSeen?: true
  /** The upstream calls back when the work is done, also where its reply got lost. */
  readonly callsBack?: true
}

/** The outcomes of one upstream, or of one part of it. */
export interface OutcomeTable {
  readonly upstream: 'danaconnect' | 'contactnow' | 'datatalks'
  /** What the replies answer. */
  readonly answers: string
  readonly columns: readonly Column[]
  readonly rows: readonly Row[]
  /** Faults of the upstream that cannot strike any of the columns. */
  readonly strikesNone: readonly string[] | 'all others'
}

/** Every table. */
export const OUTCOME_TABLES: readonly OutcomeTable[] = [
  ...DANACONNECT_TABLES,
  ...CONTACTNOW_TABLES,
  ...DATATALKS_TABLES,
]
