// The library's own types name those of Node; these are found by every program that this file is part of.
// oxlint-disable-next-line typescript/triple-slash-reference
/// <reference path="./papaparse.d.ts" />
import papaparse from 'papaparse'

import type { CsvDialect } from './dialect.ts'

/**
 * Splits rows into values. Lax on its own: the library makes something of any text. So it is given only rows that were
 * checked, without their line ends.
 */
export function parseRows(rows: readonly string[], dialect: Required<CsvDialect>): string[][] {
  if (rows.length === 0) return []
  // QUIRK papaparse: it drops a byte order mark at the start of its text, where a value may begin with one, and finds no
  // row in an empty text, where there may be one. Between two line ends it finds an empty row before and one after.
  const text = `\n${rows.join('\n')}\n`
  const config = { delimiter: dialect.separator, quoteChar: dialect.delimiter, newline: '\n' } as const
  return papaparse.parse(text, config).data.slice(1, -1)
}

/** How rows are written. */
export interface RowFormat extends Required<CsvDialect> {
  readonly lineEnd: '\n' | '\r\n'
  /** Whether a value is quoted that need not be. */
  readonly isQuoted: (value: string, column: number) => boolean
}

/** Joins values to rows, each with its line end. */
export function formatRows(rows: readonly (readonly string[])[], format: RowFormat): string {
  if (rows.length === 0) return ''
  const text = papaparse.unparse(rows, {
    delimiter: format.separator,
    quoteChar: format.delimiter,
    newline: format.lineEnd,
    // A row of one empty value would be an empty line, which many readers skip.
    quotes: (value, column) => format.isQuoted(value, column) || (value === '' && column === 0),
  })
  return text + format.lineEnd
}
