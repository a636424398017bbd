import { EncodeError } from '@sluice/errors'

import { cellText, type CsvValue } from './cell.ts'
import { type CsvColumn, type CsvWriting, type EncodeCsvBytesOptions, writingOf } from './encode-options.ts'
import { isFormula } from './formulas.ts'
import { formatRows } from './rows.ts'

/** A row by position, or, with columns, by their names: a name that is absent is written as nothing. */
export type CsvInputRow = readonly CsvValue[] | { readonly [name: string]: CsvValue | undefined }

/** Turns rows into text, batch by batch. */
export class RowWriter {
  readonly #writing: CsvWriting
  #rows = 0
  #length: number | undefined

  constructor(options: EncodeCsvBytesOptions) {
    this.#writing = writingOf(options)
    this.#length = this.#writing.columns?.length
  }

  get writing(): CsvWriting {
    return this.#writing
  }

  /** Returns the line of the header, or nothing where there is none. @throws EncodeError `CSV_FORMULA`; `CSV_CHARACTER`. */
  header(): string {
    const { columns, header, encoding } = this.#writing
    if (!header || columns === undefined) return ''
    // A name is text, whatever its column holds.
    const names = columns.map(({ name, formulas }, index) =>
      cellText(name, { kind: 'text', formulas, encoding, place: () => `the header, column ${index + 1}` }),
    )
    return this.#format([names])
  }

  /**
   * Returns the lines of the next rows.
   *
   * @throws EncodeError `CSV_FORMULA`; `CSV_CHARACTER`; `CSV_VALUE`; `CSV_ROW_LENGTH`; `CSV_COLUMN`.
   */
  write(rows: readonly CsvInputRow[]): string {
    return this.#format(rows.map((row) => this.#cells(row)))
  }

  #cells(row: CsvInputRow): string[] {
    const rowNumber = ++this.#rows
    const { encoding } = this.#writing
    return this.#values(row).map((value, index) =>
      cellText(value, { ...this.#column(index), encoding, place: () => `row ${rowNumber}, column ${index + 1}` }),
    )
  }

  #values(row: CsvInputRow): readonly unknown[] {
    if (!isListOrRecord(row)) throw new EncodeError('CSV_VALUE', `CSV: row ${this.#rows} is no list and no record`)
    if (!isList(row)) return this.#valuesByName(row)
    this.#length ??= row.length
    const { columns, rowLengths } = this.#writing
    const isChecked = rowLengths === 'refuse' || columns !== undefined
    // No line can say that a row has no values: it would be read as one empty value.
    if (row.length === 0 || (isChecked && row.length !== this.#length)) {
      throw new EncodeError('CSV_ROW_LENGTH', `CSV: row ${this.#rows} has another length than it should: ${row.length}`)
    }
    return row
  }

  #valuesByName(row: Readonly<Record<string, unknown>>): readonly unknown[] {
    const { columns = [] } = this.#writing
    // Without columns every key is one too many, and a record without keys would be a line without values.
    const surplus = columns.length === 0 || Object.keys(row).some((key) => !columns.some(({ name }) => name === key))
    if (surplus) throw new EncodeError('CSV_COLUMN', `CSV: row ${this.#rows} has a key that is no column`)
    return columns.map(({ name }) => (Object.hasOwn(row, name) ? row[name] : null))
  }

  #column(index: number): Omit<Required<CsvColumn>, 'name'> {
    const { columns, formulas } = this.#writing
    return columns?.[index] ?? { kind: 'text', formulas }
  }

  #format(rows: readonly (readonly string[])[]): string {
    const { separator, delimiter, lineEnd, quotes } = this.#writing
    const isQuoted = (value: string, index: number): boolean => {
      if (quotes === 'all') return true
      const { kind, formulas } = this.#column(index)
      return formulas === 'quote' && isFormula(value, kind)
    }
    return formatRows(rows, { separator, delimiter, lineEnd, isQuoted })
  }
}

/** The types promise as much. Of a Map every value would be written as nothing. */
function isListOrRecord(row: unknown): boolean {
  return typeof row === 'object' && row !== null && (Array.isArray(row) || !(Symbol.iterator in row))
}

/** `Array.isArray` does not tell a list that cannot be changed from a record. */
function isList(row: CsvInputRow): row is readonly CsvValue[] {
  return Array.isArray(row)
}
