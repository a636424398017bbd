import type { EncodeCsvBytesOptions, EncodeCsvOptions } from './encode-options.ts'
import { encodeText } from './encoding.ts'
import { type CsvInputRow, RowWriter } from './row-writer.ts'

const BYTE_ORDER_MARK = '\ufeff'

/** How many rows are written at a time: few enough to hold, many enough that no row costs a call. */
const BATCH_ROWS = 256

/**
 * Encodes rows as CSV.
 *
 * @throws EncodeError `CSV_FORMULA` by the policy; `CSV_CHARACTER` NUL, half a character, or one that the encoding does
 * not have; `CSV_VALUE` NaN, an infinity, an object; `CSV_ROW_LENGTH` other than the columns, or none; `CSV_COLUMN` a
 * key that is no column.
 * @throws ConfigError `CONFIG_INVALID` options that cannot hold together.
 * @see RFC 4180 section 2 https://www.rfc-editor.org/rfc/rfc4180#section-2
 */
export function encodeCsv(rows: Iterable<CsvInputRow>, options: EncodeCsvOptions = {}): string {
  const writer = new RowWriter(options)
  return writer.header() + writer.write([...rows])
}

/**
 * Encodes rows as the bytes of a CSV.
 *
 * @throws EncodeError as {@link encodeCsv}.
 * @throws ConfigError `CONFIG_INVALID` options that cannot hold together.
 */
export function encodeCsvBytes(
  rows: Iterable<CsvInputRow>,
  options: EncodeCsvBytesOptions = {},
): Uint8Array<ArrayBuffer> {
  const writer = new RowWriter(options)
  const text = beginning(writer) + writer.write([...rows])
  return encodeText(text, writer.writing.encoding)
}

/**
 * Encodes rows as the bytes of a CSV, as they are asked for: no row is taken before a piece is read. When the stream is
 * cancelled, or a row is refused, the source of the rows is ended.
 *
 * @throws ConfigError `CONFIG_INVALID` at once, for options that cannot hold together. The stream itself fails with
 * EncodeError as {@link encodeCsv}, or with whatever the source of the rows does.
 */
export function encodeCsvStream(
  rows: AsyncIterable<CsvInputRow> | Iterable<CsvInputRow>,
  options: EncodeCsvBytesOptions = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = encodePieces(rows, new RowWriter(options))
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const piece = await pieces.next()
        if (piece.done === true) controller.close()
        else controller.enqueue(piece.value)
      },
      async cancel() {
        await pieces.return()
      },
    },
    // Without a buffer of its own the stream asks only when it is asked.
    { highWaterMark: 0 },
  )
}

async function* encodePieces(
  rows: AsyncIterable<CsvInputRow> | Iterable<CsvInputRow>,
  writer: RowWriter,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  let waiting = beginning(writer)
  let batch: CsvInputRow[] = []
  const piece = (): Uint8Array<ArrayBuffer> => {
    const text = waiting + writer.write(batch)
    waiting = ''
    batch = []
    return encodeText(text, writer.writing.encoding)
  }
  for await (const row of rows) if (batch.push(row) === BATCH_ROWS) yield piece()
  if (waiting !== '' || batch.length > 0) yield piece()
}

function beginning(writer: RowWriter): string {
  return (writer.writing.byteOrderMark ? BYTE_ORDER_MARK : '') + writer.header()
}
