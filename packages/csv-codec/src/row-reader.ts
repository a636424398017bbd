import { DecodeError } from '@sluice/errors'

import { ByteDecoder, type DecodedBytes } from './byte-decoder.ts'
import { type CsvReading, type DecodeCsvOptions, readingOf } from './decode-options.ts'
import { checkHeader } from './header.ts'
import { RowSplitter } from './row-splitter.ts'
import { parseRows } from './rows.ts'

/** Values of one row, by the names of the header. */
export type CsvRecord = Record<string, string>

/** How many bytes are decoded at a time: as much is read twice when it is not what its encoding promises. */
const SLICE_BYTES = 65_536

/** Turns bytes or text that arrive in pieces into rows: by position, or by name when there is a header. */
export class RowReader {
  readonly #reading: CsvReading
  readonly #splitter: RowSplitter
  readonly #decoder: ByteDecoder
  #byteCount = 0
  #header: readonly string[] | undefined

  constructor(options: DecodeCsvOptions) {
    this.#reading = readingOf(options)
    this.#splitter = new RowSplitter(this.#reading.rules)
    this.#decoder = new ByteDecoder(this.#reading.encoding)
  }

  /** Yields the rows that end in the next bytes. @throws DecodeError any of `CSV_*`. */
  *pushBytes(bytes: Uint8Array): Generator<string[] | CsvRecord, void> {
    this.#count(bytes.length)
    for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
      yield* this.#readDecoded(this.#decoder.decode(bytes.subarray(start, start + SLICE_BYTES), false))
    }
  }

  /** Yields the rows that end in a text, which is the whole. @throws DecodeError any of `CSV_*` but `CSV_ENCODING`. */
  *pushText(text: string): Generator<string[] | CsvRecord, void> {
    // A UTF-16 unit takes at least one byte of UTF-8: a string that is too long need not be encoded to be refused.
    this.#count(text.length)
    this.#count(new TextEncoder().encode(text).length - text.length)
    yield* this.#shape(this.#splitter.push(text.startsWith('\ufeff') ? text.slice(1) : text))
  }

  /** Yields the last row, if it has no line end, and checks that nothing is missing. @throws DecodeError any of `CSV_*`. */
  *end(): Generator<string[] | CsvRecord, void> {
    yield* this.#readDecoded(this.#decoder.decode(new Uint8Array(0), true))
    yield* this.#shape(this.#splitter.end())
    if (this.#reading.hasHeader && this.#header === undefined) {
      throw new DecodeError('CSV_HEADER', 'CSV: no header', this.#splitter.position)
    }
  }

  #count(bytes: number): void {
    this.#byteCount += bytes
    const { maxBytes } = this.#reading
    if (this.#byteCount > maxBytes) throw new DecodeError('CSV_TOO_LARGE', `CSV: larger than ${maxBytes} bytes`)
  }

  *#readDecoded({ text, isBroken }: DecodedBytes): Generator<string[] | CsvRecord, void> {
    // What stands before the fault is read first: a fault there is the first one.
    yield* this.#shape(this.#splitter.push(text))
    if (isBroken) {
      const message = `CSV: bytes that ${this.#reading.encoding} does not have`
      throw new DecodeError('CSV_ENCODING', message, this.#splitter.position)
    }
  }

  #shape(rows: Generator<string, void>): Generator<string[] | CsvRecord, void> | readonly (string[] | CsvRecord)[] {
    if (!this.#reading.hasHeader) return parseRows([...rows], this.#reading.rules)
    return this.#shapeRecords(rows)
  }

  *#shapeRecords(rows: Generator<string, void>): Generator<CsvRecord, void> {
    const header = this.#header ?? this.#readHeader(rows)
    if (header === undefined) return
    for (const values of parseRows([...rows], this.#reading.rules)) {
      yield Object.fromEntries(header.map((name, index) => [name, values[index] ?? '']))
    }
  }

  /** Before any further row is looked at: a fault of the header is the first one. */
  #readHeader(rows: Generator<string, void>): readonly string[] | undefined {
    const first = rows.next()
    if (first.done === true) return undefined
    const [names = []] = parseRows([first.value], this.#reading.rules)
    checkHeader(names, this.#reading.expectNames, this.#splitter.firstRow)
    this.#header = names
    return names
  }
}
