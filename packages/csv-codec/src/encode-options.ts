import { ConfigError } from '@sluice/errors'

import { checkDialect, type CsvDialect } from './dialect.ts'
import { type CsvEncoding, isCsvEncoding, UNKNOWN_ENCODING } from './encoding.ts'
import type { CsvColumnKind, FormulaPolicy } from './formulas.ts'

/** One column: its name, and how its values are to be taken. */
export interface CsvColumn {
  readonly name: string
  /** Default `text`. */
  readonly kind?: CsvColumnKind
  /** For this column instead of the one for all. */
  readonly formulas?: FormulaPolicy
}

/** Choices of {@link encodeCsv}. */
export interface EncodeCsvOptions extends CsvDialect {
  /** Ends every line, the last too. Default `\r\n`, as RFC 4180 has it. */
  readonly lineEnd?: '\n' | '\r\n'
  /** The columns in their order. Needed for records and for a header; rows must then have exactly as many values. */
  readonly columns?: readonly (string | CsvColumn)[]
  /** Whether the names of the columns are written first. Default false. */
  readonly header?: boolean
  /** Which values are quoted: all, or those that must be. Default `all`: a value is then a value to every reader. */
  readonly quotes?: 'all' | 'needed'
  /**
   * What to do with text that a spreadsheet would take for a formula; numbers and booleans are none. Default `refuse`:
   * the only choice that neither changes a value nor lets a formula through, so that whoever writes for programs
   * (`leave`) or for people (`prefix`) says so.
   */
  readonly formulas?: FormulaPolicy
  /** What happens to a row with more or fewer values than the first. With columns it is always refused. Default `refuse`. */
  readonly rowLengths?: 'refuse' | 'allow'
  /** A character that this encoding does not have is refused, never replaced. Default `utf-8`. */
  readonly encoding?: CsvEncoding
}

/** Choices of {@link encodeCsvBytes} and {@link encodeCsvStream}. */
export interface EncodeCsvBytesOptions extends EncodeCsvOptions {
  /** Begin with the byte order mark of UTF-8, by which Excel knows it. Default false. */
  readonly byteOrderMark?: boolean
}

/** Options with their defaults, checked. */
export interface CsvWriting extends Required<Omit<EncodeCsvBytesOptions, 'columns'>> {
  readonly columns: readonly Required<CsvColumn>[] | undefined
}

/**
 * Fills in the defaults of the options and checks that they can hold together.
 *
 * @throws ConfigError `CONFIG_INVALID` separator or delimiter unfit, a header without columns, no column or one twice,
 * an encoding that there is none, a byte order mark in one that has none.
 */
export function writingOf(options: EncodeCsvBytesOptions): CsvWriting {
  const { formulas = 'refuse', encoding = 'utf-8', header = false, byteOrderMark = false } = options
  const columns = options.columns?.map((column) => ({
    kind: 'text' as const,
    formulas,
    ...(typeof column === 'string' ? { name: column } : column),
  }))
  const faults = [
    ...(isCsvEncoding(encoding) ? [] : [UNKNOWN_ENCODING]),
    ...(header && columns === undefined ? ['csv header needs columns'] : []),
    ...(columns?.length === 0 ? ['csv columns are none'] : []),
    ...(new Set(columns?.map(({ name }) => name)).size < (columns?.length ?? 0)
      ? ['csv columns have a name twice']
      : []),
    ...(byteOrderMark && encoding !== 'utf-8' ? ['csv byteOrderMark needs utf-8'] : []),
  ]
  if (faults.length > 0) throw new ConfigError(faults)
  const { lineEnd = '\r\n', quotes = 'all', rowLengths = 'refuse' } = options
  return { ...checkDialect(options), lineEnd, columns, header, quotes, formulas, rowLengths, encoding, byteOrderMark }
}
