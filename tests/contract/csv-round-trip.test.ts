import { expect, test } from 'bun:test'

import {
  type CsvEncoding,
  decodeCsv,
  decodeCsvStream,
  encodeCsv,
  encodeCsvBytes,
  encodeCsvStream,
} from '@sluice/csv-codec'
import * as fc from 'fast-check'

const RUNS = { numRuns: 1000, seed: 20_261_122 }

/** Characters that a CSV is built with, or that a reader may stumble over, often. */
const awkward = fc.constantFrom(...',;|\t"\'\r\n =+-@#\\$^.0aé'.split(''), '\r\n', '""', '\ufeff', '\u2028', '😀', '€')
const anywhere = fc.string({ unit: 'grapheme', maxLength: 1 }).filter((text) => !text.includes('\0'))
const text = fc
  .array(fc.oneof({ weight: 2, arbitrary: awkward }, { weight: 1, arbitrary: anywhere }), { maxLength: 8 })
  .map((parts) => parts.join(''))

/** Rows of equal length. */
const table = (value: fc.Arbitrary<string>): fc.Arbitrary<string[][]> =>
  fc
    .integer({ min: 1, max: 4 })
    .chain((length) => fc.array(fc.array(value, { minLength: length, maxLength: length }), { maxLength: 5 }))

const dialect = fc
  .record({
    separator: fc.constantFrom(',', ';', '\t', '|', ' ', '.', '$', '^', 'é'),
    delimiter: fc.constantFrom('"', "'", '|', '^', '*', '\\', '`', '€'),
  })
  .filter(({ separator, delimiter }) => separator !== delimiter)

const format = fc.record({
  lineEnd: fc.constantFrom('\n' as const, '\r\n' as const),
  quotes: fc.constantFrom('all' as const, 'needed' as const),
  formulas: fc.constantFrom('leave' as const, 'quote' as const),
})

test('what is written is read as the same values, in every dialect', () => {
  fc.assert(
    fc.property(table(text), dialect, format, (rows, characters, options) => {
      const written = encodeCsv(rows, { ...characters, ...options })
      expect(decodeCsv(written, characters)).toEqual(rows)
    }),
    { ...RUNS, numRuns: 3000 },
  )
})

test('what is written without its last line end is read as the same values', () => {
  fc.assert(
    fc.property(table(text), format, (rows, options) => {
      const written = encodeCsv(rows, options)
      expect(decodeCsv(written.slice(0, written.length - options.lineEnd.length))).toEqual(rows)
    }),
    RUNS,
  )
})

test('rows of any length are read as they were written, where that is allowed', () => {
  fc.assert(
    fc.property(fc.array(fc.array(text, { minLength: 1, maxLength: 4 }), { maxLength: 5 }), format, (rows, options) => {
      const written = encodeCsv(rows, { ...options, rowLengths: 'allow' })
      expect(decodeCsv(written, { rowLengths: 'allow' })).toEqual(rows)
    }),
    RUNS,
  )
})

/** Bytes of an encoding that has each of them, as text, by an independent decoder. */
const singleByteText = (encoding: 'iso-8859-1' | 'windows-1252'): fc.Arbitrary<string> =>
  fc
    .uint8Array({ maxLength: 8 })
    .map((bytes) => bytes.filter((byte) => byte > 0 && (byte < 0x80 || byte > 0x9f)))
    .map((bytes) => Buffer.from(bytes).toString('latin1'))
    .chain((latin) =>
      encoding === 'iso-8859-1' ? fc.constant(latin) : fc.constantFrom(latin, `${latin}€`, `Š${latin}ž`),
    )

test('bytes in each encoding are read as the values that they were written for', () => {
  const encoded = fc.oneof(
    fc.tuple(fc.constant<CsvEncoding>('utf-8'), table(text)),
    fc.tuple(fc.constant<CsvEncoding>('iso-8859-1'), table(singleByteText('iso-8859-1'))),
    fc.tuple(fc.constant<CsvEncoding>('windows-1252'), table(singleByteText('windows-1252'))),
  )
  fc.assert(
    fc.property(encoded, format, ([encoding, rows], options) => {
      const bytes = encodeCsvBytes(rows, { ...options, encoding, quotes: 'all' })
      expect(decodeCsv(bytes, { encoding })).toEqual(rows)
    }),
    RUNS,
  )
})

test('a column of records is read by its name', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ NAME: text, PHONE: text }), { maxLength: 5 }), format, (records, options) => {
      const written = encodeCsv(records, { ...options, columns: ['NAME', 'PHONE'], header: true })
      expect(decodeCsv(written, { header: true, expectColumns: ['NAME', 'PHONE'] })).toEqual(records)
    }),
    RUNS,
  )
})

/** A stream of bytes in pieces of the given lengths, again and again. */
function cut(bytes: Uint8Array, lengths: readonly number[]): ReadableStream<Uint8Array> {
  let [start, turn] = [0, 0]
  return new ReadableStream({
    pull(controller) {
      if (start >= bytes.length) return controller.close()
      const end = start + (lengths[turn++ % lengths.length] ?? 1)
      controller.enqueue(bytes.subarray(start, end))
      start = end
    },
  })
}

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })

test('a stream is what the whole is, written and read in any pieces', async () => {
  await fc.assert(
    fc.asyncProperty(table(text), format, fc.boolean(), lengths, async (rows, options, byteOrderMark, pieces) => {
      const bytes = new Uint8Array(
        await new Response(encodeCsvStream(rows, { ...options, byteOrderMark })).arrayBuffer(),
      )
      expect(bytes).toEqual(encodeCsvBytes(rows, { ...options, byteOrderMark }))
      const stream = cut(bytes, pieces)
      expect(await Array.fromAsync(decodeCsvStream(stream))).toEqual(rows)
    }),
    RUNS,
  )
})

/** Values, or the message of what they were refused with. */
async function outcome(read: () => unknown): Promise<unknown> {
  try {
    return await read()
  } catch (error) {
    return error instanceof Error && error.name === 'DecodeError' ? error.message : error
  }
}

/** A reader that follows the grammar and nothing else, to compare with: null where the text does not. */
function readByGrammar(source: string): string[][] | null {
  const grammar = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y
  const rows: string[][] = []
  let row: string[] = []
  while (grammar.lastIndex < source.length || row.length > 0) {
    const match = grammar.exec(source)
    if (match === null) return null
    row.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

test('any text is read as the grammar of RFC 4180 says, or refused where it says nothing', () => {
  const anyText = fc.array(fc.constantFrom(',', '"', '\r\n', '\n', '\r', 'a', ' '), { maxLength: 12 })
  fc.assert(
    fc.property(anyText, (parts) => {
      const source = parts.join('')
      let rows: string[][] | null = null
      try {
        rows = decodeCsv(source, { rowLengths: 'allow' })
      } catch (error) {
        expect(error).toMatchObject({ name: 'DecodeError', code: 'CSV_SYNTAX' })
      }
      expect(rows).toEqual(readByGrammar(source))
    }),
    { ...RUNS, numRuns: 10_000 },
  )
})

test('any bytes in any pieces come out as the whole does, and a fault at the same place', async () => {
  const anyBytes = fc.array(
    fc.constantFrom(0x2c, 0x22, 0x0d, 0x0a, 0x61, 0xef, 0xbb, 0xbf, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 0xff),
    { maxLength: 16 },
  )
  const encoding = fc.constantFrom<CsvEncoding>('utf-8', 'iso-8859-1', 'windows-1252')
  await fc.assert(
    fc.asyncProperty(anyBytes, encoding, lengths, fc.boolean(), async (values, encoding, pieces, header) => {
      const bytes = Uint8Array.from(values)
      const whole = await outcome(() => decodeCsv(bytes, { encoding, header }))
      const stream = cut(bytes, pieces)
      const streamed = await outcome(() => Array.fromAsync(decodeCsvStream(stream, { encoding, header })))
      expect(streamed).toEqual(whole)
    }),
    { ...RUNS, numRuns: 5000 },
  )
})
