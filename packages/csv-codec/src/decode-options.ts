import { checkLimits, ConfigError } from '@sluice/errors'

import { checkDialect, type CsvDialect } from './dialect.ts'
import { type CsvEncoding, isCsvEncoding, UNKNOWN_ENCODING } from './encoding.ts'
import type { RowRules } from './row-splitter.ts'

/** Limits and choices of {@link decodeCsv} and {@link decodeCsvStream}. */
export interface DecodeCsvOptions extends CsvDialect {
  /** Whether the first row names the columns. Rows are then records by those names. Default false. */
  readonly header?: boolean
  /**
   * What the first row must be: so many columns, or, with a header, exactly these names in this order. Without it any
   * number of columns, and any names that differ.
   */
  readonly expectColumns?: number | readonly string[]
  /** What happens to a row with more or fewer values than the first. `allow` needs rows without names. Default `refuse`. */
  readonly rowLengths?: 'refuse' | 'allow'
  /** What an empty line is, but for the last: a row of one empty value, or nothing. Default `row`. */
  readonly emptyLines?: 'row' | 'skip'
  /** Encoding of bytes. A byte order mark of UTF-8 is dropped; any other is a fault. Default `utf-8`. */
  readonly encoding?: CsvEncoding
  /** Largest input, in bytes; of a string, in bytes of UTF-8. Default 10,485,760. */
  readonly maxBytes?: number
  /** Most rows, the header not counted. Default 100,000. */
  readonly maxRows?: number
  /** Most values of one row. Default 256. */
  readonly maxColumns?: number
  /** Largest value, in bytes of UTF-8 whatever the encoding. Default 65,536. */
  readonly maxFieldBytes?: number
}

/** Far above a bulk load of contacts, and still small enough to be held in the memory of a Worker. */
const DEFAULT_MAX_BYTES = 10_485_760
const DEFAULT_MAX_ROWS = 100_000
const DEFAULT_MAX_COLUMNS = 256
const DEFAULT_MAX_FIELD_BYTES = 65_536

/** Options with their defaults, checked. */
export interface CsvReading {
  readonly rules: RowRules
  readonly encoding: CsvEncoding
  readonly maxBytes: number
  readonly hasHeader: boolean
  readonly expectNames: readonly string[] | undefined
}

/**
 * Fills in the defaults of the options and checks that they can hold together.
 *
 * @throws ConfigError `CONFIG_INVALID` separator or delimiter unfit, names without a header, uneven rows with one, an
 * encoding that there is none, a limit that is no whole number from 0 on.
 */
export function readingOf(options: DecodeCsvOptions): CsvReading {
  const { header: hasHeader = false, expectColumns, rowLengths = 'refuse', encoding = 'utf-8' } = options
  const limits = {
    maxBytes: options.maxBytes ?? DEFAULT_MAX_BYTES,
    maxRows: options.maxRows ?? DEFAULT_MAX_ROWS,
    maxColumns: options.maxColumns ?? DEFAULT_MAX_COLUMNS,
    maxFieldBytes: options.maxFieldBytes ?? DEFAULT_MAX_FIELD_BYTES,
  }
  const expectNames = typeof expectColumns === 'object' ? expectColumns : undefined
  const firstLength = typeof expectColumns === 'object' ? expectColumns.length : expectColumns
  checkLimits('csv', { ...limits, expectColumns: firstLength ?? 0 })
  if (!isCsvEncoding(encoding)) throw new ConfigError([UNKNOWN_ENCODING])
  if (expectNames !== undefined && !hasHeader) throw new ConfigError(['csv expectColumns has names, but header is off'])
  if (rowLengths === 'allow' && hasHeader) throw new ConfigError(['csv rowLengths allow needs header to be off'])
  return {
    rules: {
      ...checkDialect(options),
      maxRows: limits.maxRows + (hasHeader ? 1 : 0),
      maxColumns: limits.maxColumns,
      maxFieldBytes: limits.maxFieldBytes,
      firstLength,
      isEvenLength: rowLengths === 'refuse',
      skipsEmptyLines: options.emptyLines === 'skip',
    },
    encoding,
    maxBytes: limits.maxBytes,
    hasHeader,
    expectNames,
  }
}
