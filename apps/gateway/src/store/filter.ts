import type { DeliveryMatch } from './port.ts'
import type { SqlDatabase, SqlValue } from './sql.ts'
import { textKey } from './content-key.ts'
import { textOf } from './row.ts'
import { IS_SENT_KEY } from './sent-key.ts'

/** A condition of a query, with its parameters. */
export type Condition = readonly [sql: string, ...values: SqlValue[]]

/** How many rows a query may look at that has to look into each: some 10 ms. */
export const LOOKED_AT = 2000

/** Lists what an index answers of a filter. */
export function indexed(match: DeliveryMatch): readonly Condition[] {
  return [
    ...compare('state =', match.state),
    ...compare('destination =', match.destination),
    ...compare('event_id =', match.eventId),
    ...compare('ordering_key =', match.orderingKey),
    ...(match.idempotencyKey === undefined ? [] : [ofKey('event_id', match.idempotencyKey)]),
    // The very condition of the index of those that are dead or parked.
    ...(match.states?.every((state) => state === 'dead' || state === 'parked')
      ? ([[`(state = 'dead' OR state = 'parked')`]] as const)
      : []),
  ]
}

/**
 * Looks for the events with an idempotency key as it was sent or as it is stored, of whatever source: it jumps from source to
 * source in the index that tells repeats, and finds in indexes of their own those whose key was released, and those behind
 * the id of a caller.
 */
export function ofKey(column: string, key: string): Condition {
  const forms = [key, textKey(key)]
  const held = 'idempotency_key IS NOT NULL AND key_released_at_ms IS NULL'
  return [
    `${column} IN (
       WITH RECURSIVE of_key (source) AS (
         SELECT min(source) FROM events WHERE ${held}
         UNION ALL SELECT (SELECT min(source) FROM events WHERE source > of_key.source AND ${held})
           FROM of_key WHERE of_key.source IS NOT NULL)
       SELECT events.id FROM of_key CROSS JOIN events ON events.source = of_key.source AND idempotency_key IN (?, ?) AND ${held}
       UNION ALL SELECT id FROM events WHERE idempotency_key IN (?, ?) AND key_released_at_ms IS NOT NULL
       UNION ALL SELECT id FROM events WHERE ${IS_SENT_KEY})`,
    ...forms,
    ...forms,
    ...forms,
  ]
}

/** Lists what has to be looked for in each row. */
export function looked(match: DeliveryMatch): readonly Condition[] {
  return [
    ...(match.states === undefined ? [] : [oneOfThem('state', match.states)]),
    ...compare('source =', match.source),
    ...compare('route =', match.route),
    ...compare('operation =', match.operation),
    ...compare('reason_code =', match.code),
    ...compare('created_at_ms >=', match.createdAfterMs),
    ...compare('created_at_ms <', match.createdBeforeMs),
    ...(match.text === undefined ? [] : [holds(match.text)]),
  ]
}

/** Makes a condition of several values of which any will do. */
export function oneOfThem(column: string, values: readonly SqlValue[]): Condition {
  return [`${column} IN (${values.map(() => '?').join(', ')})`, ...values]
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
