import type { DeliveryMatch } from './port.ts'
import type { SqlDatabase, SqlValue } from './sql.ts'
import { textOf } from './row.ts'

/** A condition of a query, with its parameters. */
export type Condition = readonly [sql: string, ...values: SqlValue[]]

/** How many rows a query may look at that has to look into each: some 10 ms. */
export const LOOKED_AT = 2000

/** Lists what an index answers of a filter. */
export function indexed({ state, destination }: DeliveryMatch): readonly Condition[] {
  return [...compare('state =', state), ...compare('destination =', destination)]
}

/** Lists what has to be looked for in each row. */
export function looked(match: DeliveryMatch): readonly Condition[] {
  return [
    ...compare('source =', match.source),
    ...compare('route =', match.route),
    ...compare('operation =', match.operation),
    ...compare('reason_code =', match.code),
    ...compare('created_at_ms >=', match.createdAfterMs),
    ...compare('created_at_ms <', match.createdBeforeMs),
    ...(match.text === undefined ? [] : [holds(match.text)]),
  ]
}

/** Makes a condition of a value that may not be asked for. */
export function compare(sql: string, value: SqlValue | undefined): readonly Condition[] {
  return value === undefined ? [] : [[`${sql} ?`, value]]
}

/** Joins conditions into what follows `WHERE`. */
export function allOf(conditions: readonly Condition[]): {
  readonly sql: string
  readonly values: readonly SqlValue[]
} {
  const sql = conditions.length === 0 ? '1' : conditions.map(([text]) => text).join(' AND ')
  return { sql, values: conditions.flatMap(([, ...values]) => values) }
}

/**
 * Looks for a text. SQLite knows letters of either case only in ASCII, and a pattern of its `LIKE` has too low a limit on
 * some platforms, so the letters of the text are made equal one by one.
 */
function holds(text: string): Condition {
  const folded = Array.from(text, fold)
  const pairs = [...new Set(folded)].flatMap((letter) => {
    const upper = letter.toUpperCase()
    return letter > '\u007f' && upper !== letter && Array.from(upper).length === 1 ? [[upper, letter]] : []
  })
  const inColumn = (column: string) =>
    `instr(${pairs.reduce((sql) => `replace(${sql}, ?, ?)`, `lower(${column})`)}, ?) > 0`
  const plain = folded.join('')
  // In a column of JSON the text is written as JSON writes it.
  const json = JSON.stringify(plain).slice(1, -1)
  const columns = ['payload', 'receipt', 'reason_code', 'reason_detail'] as const
  const values = columns.flatMap((column) => [
    ...pairs.flat(),
    column === 'payload' || column === 'receipt' ? json : plain,
  ])
  return [`(${columns.map(inColumn).join(' OR ')})`, ...values]
}

function fold(letter: string): string {
  const lower = letter.toLowerCase()
  return Array.from(lower).length === 1 ? lower : letter
}

/** Finds where a look at `LOOKED_AT` rows ends: the id of the last of them, or null when there are not so many. */
export function horizon(
  database: SqlDatabase,
  from: string,
  conditions: readonly Condition[],
  order: 'ASC' | 'DESC',
): string | null {
  const { sql, values } = allOf(conditions)
  const [row] = database.all(
    `SELECT id FROM ${from} WHERE ${sql} ORDER BY id ${order} LIMIT 1 OFFSET ${LOOKED_AT - 1}`,
    ...values,
  )
  return row === undefined ? null : textOf(row, 'id')
}
