import { lookUp, predict, type Prediction } from './model.ts'
import { OUTCOME_TABLES, type OutcomeTable } from './expected.ts'
import type { WiredOperation } from './operations.ts'
import type { Times } from './replies.ts'

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
export type Actual = Readonly<Record<keyof Prediction, unknown>>

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

/** Returns what the tables say of a cell's reply; null where it cannot strike the operation. */
export function strikeOf({ operation, reply }: Cell): ReturnType<typeof lookUp> {
  return lookUp(tableOf(operation.name), operation.name, reply)
}

/** Compares what became of a cell's delivery with what the tables and the rules predict. */
export function differences(
  { operation, reply, times }: Cell,
  actual: Actual,
  tables: readonly OutcomeTable[] = OUTCOME_TABLES,
): readonly string[] {
  const table = tableOf(operation.name, tables)
  const expected = predict(table, operation.name, reply, times)
  const wrong = Object.entries(expected).flatMap(([name, value]) => {
    const got = actual[name as keyof Prediction]
    return got === value ? [] : [`${name}: expected ${value}, got ${String(got)}`]
  })
  const repeatable = table.columns.some((column) => column.repeatable && column.operations.includes(operation.name))
  const effects = Number(actual.effects)
  return repeatable || effects <= 1 ? wrong : [...wrong, `${effects} effects of what must not be done twice`]
}
