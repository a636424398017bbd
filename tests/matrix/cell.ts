import { OUTCOME_TABLES, type OutcomeTable } from './expected.ts'
import { LOOK_TABLE } from './expected-looks.ts'
import { type Found, lookUp, predict, type Prediction } from './model.ts'
import { lookUpLook, predictMarked, UNDISTURBED_LOOKS } from './model-looks.ts'
import type { WiredOperation } from './operations.ts'
import { SUCCESS, type Times, TIMES } from './replies.ts'
import { horizonMs, type Struck } from './schedule.ts'

/** One operation under one reply, so many times. */
export interface Cell {
  readonly operation: WiredOperation
  readonly reply: string
  readonly times: Times
}

/** What a cell came to. */
export interface CellResult {
  readonly cell: Cell
  readonly actual: Actual
  /** What is wrong, in words; none when it passed. */
  readonly wrong: readonly string[]
}

/** What became of a delivery, in the terms of the prediction. */
export type Actual = Readonly<Partial<Record<keyof Prediction, unknown>>>

/** Finds the table that an operation is in. */
export function tableOf(operation: string, tables: readonly OutcomeTable[] = OUTCOME_TABLES): OutcomeTable {
  const table = tables.find(({ columns }) => columns.some(({ operations }) => operations.includes(operation)))
  if (table === undefined) throw new Error(`no table has ${operation}`)
  return table
}

/** Names a cell. */
export function nameOf({ operation, reply, times }: Cell): string {
  return `${operation.upstream} ${operation.name}, ${reply}, ${times}`
}

/** Lists the replies that the tables have for what is struck of an operation. */
export function repliesInTable({ inTable, looksAfter }: WiredOperation): readonly string[] {
  return (looksAfter === undefined ? tableOf(inTable) : LOOK_TABLE).rows.map(([reply]) => reply)
}

/** Returns what the tables say of a cell's reply; null where it cannot strike, and the sandbox refuses to arm it. */
export function strikeOf({ operation: { inTable, looksAfter }, reply }: Cell): Struck | null {
  if (looksAfter === undefined) {
    const found = lookUp(tableOf(inTable), inTable, reply)
    return found === null ? null : { outcome: found.outcome, asks: found.row[2] }
  }
  const row = lookUpLook(reply)
  return row === null ? null : { outcome: row[2], asks: row[1] }
}

/** Compares what became of a cell's delivery with what the tables and the rules predict. */
export function differences(
  cell: Cell,
  actual: Actual,
  tables: readonly OutcomeTable[] = OUTCOME_TABLES,
): readonly string[] {
  const { inTable } = cell.operation
  const wrong = Object.entries(predictCell(cell, tables)).flatMap(([name, value]) => {
    const got = actual[name as keyof Prediction]
    return got === value ? [] : [`${name}: expected ${String(value)}, got ${String(got)}`]
  })
  const { columns } = tableOf(inTable)
  const repeatable = columns.some((column) => column.repeatable && column.operations.includes(inTable))
  const effects = Number(actual.effects)
  if (repeatable || effects <= 1 || isDeceived(cell)) return wrong
  return [...wrong, `${effects} effects of what must not be done twice`]
}

/** Predicts what becomes of a cell's delivery. */
function predictCell(cell: Cell, tables: readonly OutcomeTable[]): Prediction {
  const { operation, reply, times } = cell
  const { inTable, marked, looksAfter } = operation
  const table = tableOf(inTable, tables)
  if (!marked) return predict(table, inTable, reply, times)
  const undisturbed = rowOf(table, inTable, SUCCESS)
  const struck = strikeOf(cell)
  const untilMs = horizonMs(struck)
  const plain = { struck: undisturbed, undisturbed, times: 0 }
  if (struck === null) return predictMarked(plain, UNDISTURBED_LOOKS, untilMs)
  if (looksAfter === undefined) {
    return predictMarked(
      { struck: rowOf(table, inTable, reply), undisturbed, times: TIMES[times] },
      UNDISTURBED_LOOKS,
      untilMs,
    )
  }
  const look = lookUpLook(reply)
  if (look === null) throw new Error(`no look gets ${reply}`)
  const looks = { ...UNDISTURBED_LOOKS, struck: look, times: TIMES[times] }
  const predicted = predictMarked({ struck: rowOf(table, inTable, looksAfter), undisturbed, times: 1 }, looks, untilMs)
  const first = look[1] === 'renew' && times === 'once' ? UNDISTURBED_LOOKS.struck : look
  return {
    ...predicted,
    // Only what is the whole destination's, credentials and a time that was asked for, is another delivery's business.
    meanwhile: first[1] === '' ? 'delivered' : 'pending',
    afterwards: look[1] === 'renew' && times === 'for ever' ? 'pending' : 'delivered',
  }
}

function rowOf(table: OutcomeTable, inTable: string, reply: string): Found {
  const found = lookUp(table, inTable, reply)
  if (found === null) throw new Error(`${reply} does not strike ${inTable}`)
  return found
}

/** Whether the upstream says of a record that is there that it is not, for so long that it is believed. */
function isDeceived({ operation: { looksAfter }, reply, times }: Cell): boolean {
  return looksAfter === 'reset-after' && times !== 'once' && lookUpLook(reply)?.[2] === 'absent'
}
