import { type CsvCode, DecodeError, type Position } from '@sluice/errors'

import type { CsvDialect } from './dialect.ts'
import { TextPosition } from './text-position.ts'

/** What rows may be. Values are measured, never looked at. */
export interface RowRules extends Required<CsvDialect> {
  readonly maxRows: number
  readonly maxColumns: number
  readonly maxFieldBytes: number
  /** How many values the first row must have; without it, any number. */
  readonly firstLength: number | undefined
  /** Whether every row must have as many values as the first. */
  readonly isEvenLength: boolean
  readonly skipsEmptyLines: boolean
}

type State =
  /** Before the first character of a value. */
  | 'start'
  | 'plain'
  | 'quoted'
  /** After a quote within a quoted value: its end, or the first half of a doubled one. */
  | 'closed'
  /** After CR outside quotes. */
  | 'return'

const NUL = 0
const LF = 10
const CR = 13

/**
 * Cuts text that arrives in pieces into rows, and refuses whatever is not exactly CSV: the library that splits the rows
 * forgives too much.
 *
 * @see RFC 4180 section 2 https://www.rfc-editor.org/rfc/rfc4180#section-2
 */
export class RowSplitter {
  readonly #rules: RowRules
  readonly #separator: number
  readonly #delimiter: number
  readonly #position = new TextPosition()

  #state: State = 'start'
  /** The beginning of a row whose end has not arrived. */
  #partial = ''
  #rows = 0
  #length: number | undefined
  #separators = 0
  #isBlank = true
  #fieldBytes = 0
  #fieldStart: Position = this.#position.current
  #returnAt: Position = this.#position.current
  #firstRow: Position | undefined

  constructor(rules: RowRules) {
    this.#rules = rules
    this.#separator = rules.separator.charCodeAt(0)
    this.#delimiter = rules.delimiter.charCodeAt(0)
    this.#length = rules.firstLength
  }

  /** Where the next character stands. */
  get position(): Position {
    return this.#position.current
  }

  /** Where the first row begins. */
  get firstRow(): Position {
    return this.#firstRow ?? this.position
  }

  /**
   * Yields the rows that end in the next piece of the text, without their line ends.
   *
   * @throws DecodeError `CSV_NUL`; `CSV_SYNTAX`; `CSV_ROW_LENGTH`; `CSV_TOO_MANY_ROWS`; `CSV_TOO_MANY_COLUMNS`;
   * `CSV_FIELD_TOO_LARGE`.
   */
  *push(text: string): Generator<string, void> {
    let start = 0
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      const isRowEnd = this.#read(code)
      this.#position.advance(code)
      if (!isRowEnd) continue
      const row = this.#partial + text.slice(start, index)
      this.#partial = ''
      start = index + 1
      // A row itself never ends with CR: outside quotes it is refused, and inside them a quote follows.
      const bare = row.endsWith('\r') ? row.slice(0, -1) : row
      if (bare !== '' || !this.#rules.skipsEmptyLines) yield bare
    }
    this.#partial += text.slice(start)
  }

  /**
   * Yields the last row, if it has no line end.
   *
   * @throws DecodeError `CSV_SYNTAX` a quote that is not closed, CR alone; `CSV_ROW_LENGTH`; `CSV_TOO_MANY_COLUMNS`.
   */
  *end(): Generator<string, void> {
    if (this.#state === 'return') throw fault('CSV_SYNTAX', 'CR alone', this.#returnAt)
    if (this.#state === 'quoted') throw fault('CSV_SYNTAX', 'a quote that is not closed', this.#fieldStart)
    if (this.#isBlank) return
    this.#endRow(this.position)
    yield this.#partial
  }

  /** Reads one character, and tells whether it ends a row. */
  #read(code: number): boolean {
    if (code === NUL) throw fault('CSV_NUL', 'NUL', this.position)
    switch (this.#state) {
      case 'start':
        return this.#readFirst(code)
      case 'plain':
        if (code === this.#delimiter) throw fault('CSV_SYNTAX', 'a quote within a bare value', this.position)
        return this.#readStructure(code) ?? this.#grow(code)
      case 'quoted':
        if (code === this.#delimiter) this.#state = 'closed'
        else this.#grow(code)
        return false
      case 'closed':
        return this.#readAfterQuote(code)
      case 'return':
        if (code !== LF) throw fault('CSV_SYNTAX', 'CR alone', this.#returnAt)
        return this.#endRow(this.#returnAt)
    }
  }

  #readFirst(code: number): boolean {
    this.#fieldStart = this.position
    this.#fieldBytes = 0
    if (this.#isBlank && code !== LF && code !== CR) this.#beginRow()
    if (code === this.#delimiter) {
      this.#state = 'quoted'
      return false
    }
    const isRowEnd = this.#readStructure(code)
    if (isRowEnd !== undefined) return isRowEnd
    this.#state = 'plain'
    return this.#grow(code)
  }

  #readAfterQuote(code: number): boolean {
    if (code === this.#delimiter) {
      this.#state = 'quoted'
      return this.#grow(code)
    }
    const isRowEnd = this.#readStructure(code)
    if (isRowEnd === undefined) throw fault('CSV_SYNTAX', 'text after a closing quote', this.position)
    return isRowEnd
  }

  /** Reads a character that may end a value: whether it ends the row too, or undefined when it ends nothing. */
  #readStructure(code: number): boolean | undefined {
    if (code === this.#separator) return this.#endField()
    if (code === LF) return this.#endRow(this.position)
    if (code !== CR) return undefined
    this.#state = 'return'
    this.#returnAt = this.position
    return false
  }

  #endField(): false {
    this.#separators++
    this.#state = 'start'
    const { maxColumns, isEvenLength } = this.#rules
    const length = this.#separators + 1
    if (length > maxColumns) {
      throw fault('CSV_TOO_MANY_COLUMNS', `more than ${maxColumns} columns`, this.#position.next)
    }
    // The first row too, when it is known how long it is.
    const isChecked = isEvenLength || this.#rows === 1
    if (isChecked && this.#length !== undefined && length > this.#length) {
      throw fault('CSV_ROW_LENGTH', `more than ${this.#length} values in a row`, this.#position.next)
    }
    return false
  }

  #beginRow(): void {
    this.#isBlank = false
    this.#rows++
    this.#firstRow ??= this.position
    const { maxRows } = this.#rules
    if (this.#rows > maxRows) throw fault('CSV_TOO_MANY_ROWS', 'more rows than are accepted', this.position)
  }

  #endRow(end: Position): true {
    if (this.#isBlank && this.#rules.skipsEmptyLines) return this.#startRow()
    if (this.#isBlank) this.#beginRow()
    const length = this.#separators + 1
    this.#length ??= length
    const isChecked = this.#rules.isEvenLength || this.#rows === 1
    if (isChecked && length < this.#length) {
      throw fault('CSV_ROW_LENGTH', `fewer than ${this.#length} values in a row`, end)
    }
    return this.#startRow()
  }

  #startRow(): true {
    this.#state = 'start'
    this.#separators = 0
    this.#isBlank = true
    return true
  }

  #grow(code: number): false {
    this.#fieldBytes += byteLength(code)
    const { maxFieldBytes } = this.#rules
    if (this.#fieldBytes > maxFieldBytes) {
      throw fault('CSV_FIELD_TOO_LARGE', `a value of more than ${maxFieldBytes} bytes`, this.#fieldStart)
    }
    return false
  }
}

/** Returns how many bytes of UTF-8 a UTF-16 unit takes: of a pair, each half takes two. */
function byteLength(code: number): number {
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code >= 0xd800 && code <= 0xdfff ? 2 : 3
}

function fault(code: CsvCode, message: string, position: Position): DecodeError {
  return new DecodeError(code, `CSV: ${message}`, position)
}
