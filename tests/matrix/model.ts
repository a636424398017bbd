/**
 * What a delivery comes to under a fault, from the tables of the contracts and the published rules alone: ten attempts on
 * a schedule, gates that close and use up none, one resend after a renewal, and `park` for what nobody knows.
 */
import { type Cell, type Column, OUTCOME_TABLES, type OutcomeTable, type Row } from './expected.ts'
import { SUCCESS, type Times, TIMES } from './replies.ts'
import { horizonMs, isTurnedAway, MAX_ATTEMPTS, SCHEDULE_HORIZON_MS, Waits } from './schedule.ts'

/** The end of a delivery, as far as it is promised. */
export interface Prediction {
  readonly state: 'delivered' | 'dead' | 'parked' | 'pending'
  readonly firstOutcome: Cell
  /** Attempts made, and how many of them count to the ten. */
  readonly attempts: number
  readonly counted: number
  /** What the upstream did, in all. */
  readonly effects: number
  /** What became at once of another delivery of the destination that came after the first look: where there was one. */
  readonly meanwhile?: 'delivered' | 'pending'
  /** What became within minutes of one that came at the end. */
  readonly afterwards?: 'delivered' | 'pending'
}

/** Finds the row of a reply and its outcome for an operation; null where the reply cannot strike it. */
export function lookUp(
  table: OutcomeTable,
  operation: string,
  reply: string,
): { readonly row: Row; readonly column: Column; readonly outcome: Cell } | null {
  const at = table.columns.findIndex(({ operations }) => operations.includes(operation))
  const column = table.columns[at]
  const row = table.rows.find(([name]) => name === reply)
  if (column === undefined) throw new Error(`no column for ${operation}`)
  if (row === undefined) {
    if (isForeign(table, reply)) return null
    throw new Error(`the table of ${table.upstream}, ${table.answers}, says nothing of ${reply}`)
  }
  const outcome = outcomesOf(row)[at] ?? '-'
  return outcome === '-' ? null : { row, column, outcome }
}

/** Whether a reply is said not to strike a table's operations, or is one that only other upstreams have. */
export function isForeign(
  { upstream, strikesNone }: Pick<OutcomeTable, 'upstream' | 'strikesNone'>,
  reply: string,
): boolean {
  if (strikesNone === 'all others' || strikesNone.includes(reply)) return true
  const known = OUTCOME_TABLES.filter(
    ({ rows, strikesNone }) => strikesNone.includes(reply) || rows.some(([name]) => name === reply),
  )
  return known.length > 0 && known.every((table) => table.upstream !== upstream)
}

/** The outcomes of a row, column by column. */
export function outcomesOf(row: Row): readonly Cell[] {
  const [, , , ...outcomes] = row
  return outcomes
}

/** Predicts the end of a delivery whose first attempts get a reply, and the later ones an undisturbed upstream. */
export function predict(table: OutcomeTable, operation: string, reply: string, times: Times): Prediction {
  const struck = lookUp(table, operation, reply)
  const undisturbed = lookUp(table, operation, SUCCESS)
  if (undisturbed === null) throw new Error(`no success for ${operation}`)
  if (struck === null) return play(table, undisturbed, undisturbed, 0, SCHEDULE_HORIZON_MS)
  const strikes = struck.row[2] === 'lasts' ? Infinity : TIMES[times]
  return play(table, struck, undisturbed, strikes, horizonMs({ outcome: struck.outcome, asks: struck.row[2] }))
}

/** The row of a reply, and its outcome for an operation. */
export type Found = NonNullable<ReturnType<typeof lookUp>>

function play(table: OutcomeTable, struck: Found, undisturbed: Found, strikes: number, untilMs: number): Prediction {
  const waits = new Waits()
  let used = 0
  let attempts = 0
  let counted = 0
  let effects = 0
  const { repeatable, onceSeen = false, callsBack = false } = struck.column
  // Where a token is called for, that call is the probe that ends a pause, and no attempt.
  const isProbedByToken = table.answers === 'the call for a token'
  const byCallback = table.answers.endsWith('callback')

  const attempt = (): Found => {
    const found = used < strikes ? struck : undisturbed
    used += 1
    attempts += 1
    if (found.row[1] === 'work') effects += 1
    return found
  }
  const probeIsStruck = (): boolean => isProbedByToken && used < strikes && waits.nowMs <= untilMs
  const end = (state: Prediction['state']): Prediction => ({
    state,
    firstOutcome: strikes > 0 ? firstOutcomeOf(byCallback, struck) : firstOutcomeOf(byCallback, undisturbed),
    attempts,
    counted,
    effects: onceSeen ? Math.min(effects, 1) : effects,
  })

  while (waits.nowMs <= untilMs) {
    let { row, outcome } = attempt()
    if (outcome === 'unauthorized' && row[2] === 'renew') ({ row, outcome } = attempt())
    if (outcome === 'unauthorized') {
      waits.paused()
      while (probeIsStruck()) {
        used += 1
        // A token that is of no use is a token all the same.
        if (row[2] === 'renew') break
        waits.paused()
      }
      continue
    }
    if (isTurnedAway({ outcome, asks: row[2] })) {
      waits.asked(row[2])
      continue
    }
    counted += 1
    if (outcome === 'delivered' || outcome === 'accepted') return end('delivered')
    if (outcome === 'refused') return end('dead')
    // The callback comes a second later, before anything is sent again, and proves what landed.
    if (callsBack && row[1] === 'work') return end('delivered')
    const again = outcome === 'busy' || (repeatable && !(byCallback && outcome === 'unsure'))
    if (!again) return end('parked')
    if (counted === MAX_ATTEMPTS) return end('dead')
    waits.scheduled(counted, row[2])
  }
  return end('pending')
}

/** A load that is to be called back ends its attempt with `accepted`, whatever the callback then says. */
function firstOutcomeOf(byCallback: boolean, { outcome }: Found): Cell {
  return byCallback ? 'accepted' : outcome
}
