import { type EncodeCode, EncodeError } from '@sluice/errors'

import type { CsvColumn } from './encode-options.ts'
import { type CsvEncoding, isWritable } from './encoding.ts'
import { isFormula } from './formulas.ts'

/** What one place of a row can hold. Null is written as nothing. */
export type CsvValue = string | number | boolean | null

/** Where a value goes. */
export interface CellTarget extends Omit<Required<CsvColumn>, 'name'> {
  readonly encoding: CsvEncoding
  /** For messages: such as `row 3, column 2`. */
  readonly place: () => string
}

/**
 * Turns a value into the text to be written. Its faults say where it stands, never what it is.
 *
 * @throws EncodeError `CSV_FORMULA` by the policy; `CSV_CHARACTER` not in the encoding; `CSV_VALUE` no form in CSV.
 */
export function cellText(value: unknown, target: CellTarget): string {
  const text = textOf(value, target)
  if (!isWritable(text, target.encoding)) {
    throw fault('CSV_CHARACTER', `a character that ${target.encoding} does not have`, target)
  }
  if (typeof value !== 'string' || !isFormula(text, target.kind)) return text
  if (target.formulas === 'prefix') return `'${text}`
  if (target.formulas === 'leave' || target.formulas === 'quote') return text
  throw fault('CSV_FORMULA', 'a formula', target)
}

function textOf(value: unknown, target: CellTarget): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value)
  throw fault('CSV_VALUE', 'a value that is no text, number or boolean', target)
}

function fault(code: EncodeCode, what: string, { place }: CellTarget): EncodeError {
  return new EncodeError(code, `CSV: ${what} in ${place()}`)
}
