import type { DecodeCsvOptions } from './decode-options.ts'
import { type CsvRecord, RowReader } from './row-reader.ts'

/**
 * Decodes a CSV within limits. Every value is text, exactly as it stands: a phone number keeps its leading 0, and a
 * value its blanks. Lines end with LF or CRLF; the last may have no end.
 *
 * @throws DecodeError `CSV_ENCODING` bytes that are not in the encoding; `CSV_SYNTAX` a quote that is not closed, text
 * beside a quoted value, CR alone; `CSV_NUL`; `CSV_ROW_LENGTH`; `CSV_HEADER`; `CSV_TOO_LARGE`; `CSV_TOO_MANY_ROWS`;
 * `CSV_TOO_MANY_COLUMNS`; `CSV_FIELD_TOO_LARGE`.
 * @throws ConfigError `CONFIG_INVALID` options that cannot hold together.
 * @see RFC 4180 section 2 https://www.rfc-editor.org/rfc/rfc4180#section-2
 */
export function decodeCsv(
  input: Uint8Array | string,
  options: DecodeCsvOptions & { readonly header: true },
): CsvRecord[]
export function decodeCsv(
  input: Uint8Array | string,
  options?: DecodeCsvOptions & { readonly header?: false },
): string[][]
export function decodeCsv(input: Uint8Array | string, options: DecodeCsvOptions): (string[] | CsvRecord)[]
export function decodeCsv(input: Uint8Array | string, options: DecodeCsvOptions = {}): (string[] | CsvRecord)[] {
  const reader = new RowReader(options)
  const rows = [...(typeof input === 'string' ? reader.pushText(input) : reader.pushBytes(input))]
  for (const row of reader.end()) rows.push(row)
  return rows
}

/**
 * Decodes a CSV that arrives in pieces, cut anywhere, and yields each row as soon as it is whole. Reads no piece before
 * the rows of the last were taken. When the rows are not taken to the end, or one is refused, the rest is cancelled.
 *
 * @throws ConfigError `CONFIG_INVALID` at once, for options that cannot hold together. While it is read: DecodeError as
 * {@link decodeCsv}, and whatever the stream itself fails with.
 */
export function decodeCsvStream(
  input: ReadableStream<Uint8Array>,
  options: DecodeCsvOptions & { readonly header: true },
): AsyncGenerator<CsvRecord, void>
export function decodeCsvStream(
  input: ReadableStream<Uint8Array>,
  options?: DecodeCsvOptions & { readonly header?: false },
): AsyncGenerator<string[], void>
export function decodeCsvStream(
  input: ReadableStream<Uint8Array>,
  options: DecodeCsvOptions,
): AsyncGenerator<string[] | CsvRecord, void>
export function decodeCsvStream(
  input: ReadableStream<Uint8Array>,
  options: DecodeCsvOptions = {},
): AsyncGenerator<string[] | CsvRecord, void> {
  return readStream(input, new RowReader(options))
}

async function* readStream(
  input: ReadableStream<Uint8Array>,
  rows: RowReader,
): AsyncGenerator<string[] | CsvRecord, void> {
  const reader = input.getReader()
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield* rows.pushBytes(piece.value)
    yield* rows.end()
  } finally {
    // Of a stream that ended this does nothing, and of one that failed it fails again: the first failure is the one to tell.
    await reader.cancel().catch(() => undefined)
    reader.releaseLock()
  }
}
