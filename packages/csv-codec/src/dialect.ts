import { ConfigError } from '@sluice/errors'

/** The two characters that a CSV is built with. */
export interface CsvDialect {
  /** Stands between values: one character. Default `,`. */
  readonly separator?: string
  /** Opens and closes a value, and is doubled within one: one character. Default `"`. */
  readonly delimiter?: string
}

/** Nothing that ends a line or a text, is half a character, or would be taken for a byte order mark. */
const SEPARATOR = /^[^\0\r\n"\ufeff\ud800-\udfff]$/

// QUIRK papaparse: it puts `$` into a replacement pattern, so that a doubled one is written single; and it skips blanks
// beside quotes.
const DELIMITER = /^[^\0\s$\ufeff\ud800-\udfff]$/

/**
 * Fills in the defaults and checks that the characters can do their work.
 *
 * @throws ConfigError `CONFIG_INVALID` not one character, or both the same.
 */
export function checkDialect(dialect: CsvDialect): Required<CsvDialect> {
  const { separator = ',', delimiter = '"' } = dialect
  const faults: string[] = []
  if (!SEPARATOR.test(separator)) faults.push('csv separator must be one character, not a line end and not a quote')
  if (!DELIMITER.test(delimiter)) faults.push('csv delimiter must be one character, not a blank and not a dollar sign')
  if (separator === delimiter) faults.push('csv separator and delimiter must differ')
  if (faults.length > 0) throw new ConfigError(faults)
  return { separator, delimiter }
}
