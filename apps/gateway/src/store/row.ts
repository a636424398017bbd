import type { Json } from './port.ts'
import type { SqlRow } from './sql.ts'

/** Reads a column that holds text. */
export function textOf(row: SqlRow | undefined, column: string): string {
  const value = row?.[column]
  if (typeof value !== 'string') throw new TypeError(`store: column ${column} is not text`)
  return value
}

/** Reads a column that holds text or NULL. */
export function optionalText(row: SqlRow | undefined, column: string): string | null {
  return row?.[column] === null ? null : textOf(row, column)
}

/** Reads a column that holds a number. */
export function numberOf(row: SqlRow | undefined, column: string): number {
  const value = row?.[column]
  if (typeof value !== 'number') throw new TypeError(`store: column ${column} is not a number`)
  return value
}

/** Reads a column that holds a number or NULL. */
export function optionalNumber(row: SqlRow | undefined, column: string): number | null {
  return row?.[column] === null ? null : numberOf(row, column)
}

/** Parses JSON that this store wrote itself; a NULL column is JSON's null. */
export function parseJson(value: SqlRow[string] | undefined): Json {
  return typeof value === 'string' ? (JSON.parse(value) as Json) : null
}

/** Writes JSON for a column; JSON's null is NULL. */
export function jsonOrNull(value: Json): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** Finds the word that a column holds among those that it may hold. */
export function oneOf<Word extends string>(words: readonly Word[], value: SqlRow[string] | undefined): Word {
  const found = words.find((word) => word === value)
  if (found === undefined) throw new TypeError('store: a word that this version does not know')
  return found
}
