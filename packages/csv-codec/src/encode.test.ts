import { describe, expect, test } from 'bun:test'

import { ConfigError } from '@sluice/errors'

import {
  type CsvEncoding,
  type CsvInputRow,
  type CsvValue,
  encodeCsv,
  encodeCsvBytes,
  type EncodeCsvBytesOptions,
} from './index.ts'

describe('writes', () => {
  test.each([
    [
      'rows with every value quoted',
      [
        ['aaa', 'b b'],
        ['zzz', ''],
      ],
      {},
      '"aaa","b b"\r\n"zzz",""\r\n',
    ],
    ['nothing for no rows', [], {}, ''],
    [
      'text, numbers, booleans and nothing',
      [['a', 1.5, -2, true, false, null]],
      {},
      '"a","1.5","-2","true","false",""\r\n',
    ],
    ['quotes doubled', [['b"bb', '"']], {}, '"b""bb",""""\r\n'],
    ['line ends within a value as they are', [['a\r\nb\nc\rd']], { lineEnd: '\n' }, '"a\r\nb\nc\rd"\n'],
    ['LF where that is asked for', [['a'], ['b']], { lineEnd: '\n' }, '"a"\n"b"\n'],
    ['another separator and delimiter', [["a;'", 'b"']], { separator: ';', delimiter: "'" }, "'a;''';'b\"'\r\n"],
    ['a delimiter that means something to regular expressions', [['a|^']], { delimiter: '|' }, '|a||^|\r\n'],
    [
      'no more quotes than needed',
      [['a', 'b c', 'd,e', 'f"', 'g\n', 'h\r', '']],
      { quotes: 'needed' },
      'a,b c,"d,e","f""","g\n","h\r",\r\n',
    ],
    ['quotes around outer blanks, which readers drop', [[' a', 'b ']], { quotes: 'needed' }, '" a","b "\r\n'],
    ['quotes around one empty value, which else were no row', [[''], [null]], { quotes: 'needed' }, '""\r\n""\r\n'],
    ['quotes around what would be a byte order mark', [['\ufeffa']], { quotes: 'needed' }, '"\ufeffa"\r\n'],
    ['bare what only another dialect would quote', [['a,b']], { quotes: 'needed', separator: ';' }, 'a,b\r\n'],
    ['a header by name', [['1']], { columns: ['a"'], header: true }, '"a"""\r\n"1"\r\n'],
    ['a header without rows', [], { columns: ['a', 'b'], header: true, lineEnd: '\n' }, '"a","b"\n'],
    ['no header unless asked for', [['1']], { columns: ['a'] }, '"1"\r\n'],
    ['records in the order of the columns', [{ b: 2, a: 'x' }], { columns: ['a', { name: 'b' }] }, '"x","2"\r\n'],
    [
      'nothing where a record says nothing',
      [{ a: null }, { b: undefined }],
      { columns: ['a', 'b'] },
      '"",""\r\n"",""\r\n',
    ],
    ['nothing for what a record inherits', [{}], { columns: ['toString'] }, '""\r\n'],
    ['rows of any length where that is allowed', [['a'], ['b', 'c']], { rowLengths: 'allow' }, '"a"\r\n"b","c"\r\n'],
  ] as const satisfies readonly (readonly [string, readonly CsvInputRow[], EncodeCsvBytesOptions, string])[])(
    '%s',
    (_, rows, options, expected) => {
      expect(encodeCsv(rows, options)).toBe(expected)
    },
  )

  test('rows that are made as they are asked for', () => {
    function* rows(): Generator<CsvValue[]> {
      yield [1]
      yield [2]
    }
    expect(encodeCsv(rows())).toBe('"1"\r\n"2"\r\n')
  })

  test('what the working load of DANAConnect is written with', () => {
    const bytes = encodeCsvBytes(
      [
        ['Ana "la jefa"', '+46701234567'],
        ['Peña, Luis\nCaracas', ''],
      ],
      {
        separator: ',',
        delimiter: '"',
        lineEnd: '\n',
        columns: ['NAME', { name: 'PHONE', kind: 'phone' }],
      },
    )
    expect(new TextDecoder().decode(bytes)).toBe('"Ana ""la jefa""","+46701234567"\n"Peña, Luis\nCaracas",""\n')
  })
})

/** A value that no message may repeat. */
const MARK = 'do-not-quote-me'

describe('refuses', () => {
  test.each([
    [
      'a row that is longer than the first',
      [['a'], ['b', MARK]],
      {},
      'CSV_ROW_LENGTH',
      'CSV: row 2 has another length than it should: 2',
    ],
    [
      'a row that is shorter',
      [['a', 'b'], [MARK]],
      {},
      'CSV_ROW_LENGTH',
      'CSV: row 2 has another length than it should: 1',
    ],
    [
      'a row of other length than the columns',
      [[MARK]],
      { columns: ['a', 'b'] },
      'CSV_ROW_LENGTH',
      'CSV: row 1 has another length than it should: 1',
    ],
    [
      'that also where rows may differ',
      [[MARK]],
      { columns: ['a', 'b'], rowLengths: 'allow' },
      'CSV_ROW_LENGTH',
      'CSV: row 1 has another length than it should: 1',
    ],
    [
      'a row without values',
      [[]],
      { rowLengths: 'allow' },
      'CSV_ROW_LENGTH',
      'CSV: row 1 has another length than it should: 0',
    ],
    [
      'a key that is no column',
      [{ a: 1, [MARK]: 2 }],
      { columns: ['a'] },
      'CSV_COLUMN',
      'CSV: row 1 has a key that is no column',
    ],
    ['a record without columns', [{ a: 1 }], {}, 'CSV_COLUMN', 'CSV: row 1 has a key that is no column'],
    ['NaN', [[1], [Number.NaN]], {}, 'CSV_VALUE', 'CSV: a value that is no text, number or boolean in row 2, column 1'],
    [
      'an infinity',
      [['', -Infinity]],
      {},
      'CSV_VALUE',
      'CSV: a value that is no text, number or boolean in row 1, column 2',
    ],
  ] as const satisfies readonly (readonly [string, readonly CsvInputRow[], EncodeCsvBytesOptions, string, string])[])(
    '%s',
    (_, rows, options, code, message) => {
      expect(() => encodeCsv(rows, options)).toThrow(expect.objectContaining({ name: 'EncodeError', code, message }))
    },
  )

  test.each([
    ['an object', JSON.parse('{"a":1}')],
    ['a list', JSON.parse('[1]')],
  ])('%s for a value', (_, value) => {
    expect(() => encodeCsv([[value]])).toThrow(expect.objectContaining({ code: 'CSV_VALUE' }))
  })
})

describe('refuses a row that is', () => {
  test.each<[string, unknown, string]>([
    ['null', null, 'CSV_VALUE'],
    ['undefined', undefined, 'CSV_VALUE'],
    ['a text, which has no columns', 'ab', 'CSV_VALUE'],
    ['a map, of which nothing would be written', new Map([['a', '1']]), 'CSV_VALUE'],
  ])('%s', (_, row, code) => {
    expect(() => encodeCsv([['1'], row as CsvInputRow], { columns: ['a'] })).toThrow(
      expect.objectContaining({ name: 'EncodeError', code, message: 'CSV: row 2 is no list and no record' }),
    )
  })

  test('a record without a key, when there are no columns', () => {
    expect(() => encodeCsv([{}])).toThrow(expect.objectContaining({ code: 'CSV_COLUMN' }))
  })
})

test('refuses a formula by a policy that there is none', () => {
  const options = { formulas: 'Leave' } as object
  expect(() => encodeCsv([['=1']], options)).toThrow(expect.objectContaining({ code: 'CSV_FORMULA' }))
})

test.each([['UTF-8'], ['utf-16'], ['toString'], ['']])('an encoding of %p cannot be', (encoding) => {
  expect(() => encodeCsvBytes([['a']], { encoding: encoding as CsvEncoding })).toThrow(ConfigError)
})

describe('options that cannot be', () => {
  test.each([
    ['a header without columns', { header: true }],
    ['no columns', { columns: [] }],
    ['a column twice', { columns: ['a', { name: 'a' }] }],
    ['a byte order mark that the encoding does not have', { byteOrderMark: true, encoding: 'iso-8859-1' }],
    ['a separator of two characters', { separator: ', ' }],
    ['a delimiter that the library writes single', { delimiter: '$' }],
  ] as const satisfies readonly (readonly [string, EncodeCsvBytesOptions])[])('%s', (_, options) => {
    expect(() => encodeCsvBytes([], options)).toThrow(ConfigError)
  })

  test('are all told at once', () => {
    const tell = (): unknown => encodeCsvBytes([], { header: true, byteOrderMark: true, encoding: 'windows-1252' })
    expect(tell).toThrow('configuration: csv header needs columns; csv byteOrderMark needs utf-8')
  })
})
