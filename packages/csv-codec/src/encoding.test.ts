import { describe, expect, test } from 'bun:test'

import { type CsvEncoding, decodeCsv, type DecodeCsvOptions, encodeCsv, encodeCsvBytes } from './index.ts'

/** Every character that windows-1252 has at 0x80 to 0x9f, with its byte. */
const WINDOWS_1252: readonly (readonly [number, string])[] = [
  [0x80, '\u20ac'],
  [0x82, '\u201a'],
  [0x83, '\u0192'],
  [0x84, '\u201e'],
  [0x85, '\u2026'],
  [0x86, '\u2020'],
  [0x87, '\u2021'],
  [0x88, '\u02c6'],
  [0x89, '\u2030'],
  [0x8a, '\u0160'],
  [0x8b, '\u2039'],
  [0x8c, '\u0152'],
  [0x8e, '\u017d'],
  [0x91, '\u2018'],
  [0x92, '\u2019'],
  [0x93, '\u201c'],
  [0x94, '\u201d'],
  [0x95, '\u2022'],
  [0x96, '\u2013'],
  [0x97, '\u2014'],
  [0x98, '\u02dc'],
  [0x99, '\u2122'],
  [0x9a, '\u0161'],
  [0x9b, '\u203a'],
  [0x9c, '\u0153'],
  [0x9e, '\u017e'],
  [0x9f, '\u0178'],
]

const LATIN = Array.from({ length: 0x60 }, (_, index) => index + 0xa0)

function refusal(bytes: readonly number[], options: DecodeCsvOptions): unknown {
  try {
    decodeCsv(Uint8Array.from(bytes), options)
  } catch (error) {
    return error
  }
  return 'accepted'
}

describe('bytes are read', () => {
  test.each([
    ['UTF-8', 'utf-8', [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80], 'é€😀'],
    ['UTF-8 with its byte order mark', 'utf-8', [0xef, 0xbb, 0xbf, 0x61], 'a'],
    ['UTF-8 with two, of which the second is a character', 'utf-8', [0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], '\ufeff'],
    ['the replacement character itself', 'utf-8', [0xef, 0xbf, 0xbd], '\ufffd'],
    ['ISO-8859-1', 'iso-8859-1', [0x80, 0x9f, 0xa0, 0xe9, 0xff], '\u0080\u009f\u00a0éÿ'],
    ['windows-1252', 'windows-1252', [0x80, 0x9f, 0xa0, 0xe9, 0xff], '€Ÿ\u00a0éÿ'],
  ] as const)('as %s', (_, encoding, bytes, expected) => {
    expect(decodeCsv(Uint8Array.from(bytes), { encoding })).toEqual([[expected]])
  })

  test.each(WINDOWS_1252)('as windows-1252: %p', (byte, character) => {
    expect(decodeCsv(Uint8Array.of(byte), { encoding: 'windows-1252' })).toEqual([[character]])
  })

  test.each(['iso-8859-1', 'windows-1252'] as const)('as %s in great number', (encoding) => {
    const bytes = new Uint8Array(30_000).fill(0xe9)
    expect(decodeCsv(bytes, { encoding })).toEqual([['é'.repeat(30_000)]])
  })
})

describe('bytes are refused', () => {
  const message = (encoding: string, line: number, column: number): object => ({
    code: 'CSV_ENCODING',
    message: `CSV: bytes that ${encoding} does not have at line ${line}, column ${column}`,
  })
  const mark = { code: 'CSV_ENCODING', message: 'CSV: a byte order mark of another encoding at line 1, column 1' }

  test.each([
    ['ISO-8859-1 that is said to be UTF-8', 'utf-8', [0x61, 0x0a, 0x62, 0xe9, 0x0a, 0x63], message('utf-8', 2, 2)],
    ['a character that is cut off at the end', 'utf-8', [0xc3, 0xa9, 0xe2, 0x82], message('utf-8', 1, 2)],
    ['an overlong form', 'utf-8', [0xc0, 0xaf], message('utf-8', 1, 1)],
    ['half a character of UTF-16', 'utf-8', [0x61, 0xed, 0xa0, 0x80], message('utf-8', 1, 2)],
    ['a byte that continues nothing', 'utf-8', [0x61, 0x62, 0x63, 0x80], message('utf-8', 1, 4)],
    ['UTF-16, little-endian', 'utf-8', [0xff, 0xfe, 0x61, 0x00], mark],
    ['UTF-16, big-endian', 'windows-1252', [0xfe, 0xff, 0x00, 0x61], mark],
    ['UTF-8 that is said to be ISO-8859-1', 'iso-8859-1', [0xef, 0xbb, 0xbf, 0x61], mark],
    ['UTF-8 that is said to be windows-1252', 'windows-1252', [0xef, 0xbb, 0xbf], mark],
    [
      'a byte that windows-1252 does not define',
      'windows-1252',
      [0x61, 0x0a, 0xc3, 0x81],
      message('windows-1252', 2, 2),
    ],
    ['0x8d', 'windows-1252', [0x8d], message('windows-1252', 1, 1)],
    ['0x8f', 'windows-1252', [0x8f], message('windows-1252', 1, 1)],
    ['0x90', 'windows-1252', [0x90], message('windows-1252', 1, 1)],
    ['0x9d', 'windows-1252', [0x9d], message('windows-1252', 1, 1)],
  ] as const)('%s', (_, encoding, bytes, expected) => {
    expect(refusal(bytes, { encoding })).toMatchObject(expected)
  })

  test('only after what stands before them is right', () => {
    expect(refusal([0x22, 0x22, 0x61, 0xff], {})).toMatchObject({
      code: 'CSV_SYNTAX',
      position: { line: 1, column: 3 },
    })
  })
})

describe('bytes are written', () => {
  test.each([
    ['UTF-8', 'utf-8', 'é€😀', [0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0x0d, 0x0a]],
    ['ISO-8859-1', 'iso-8859-1', 'é\u0080ÿ', [0xe9, 0x80, 0xff, 0x0d, 0x0a]],
    ['windows-1252', 'windows-1252', 'é€ÿ', [0xe9, 0x80, 0xff, 0x0d, 0x0a]],
  ] as const)('as %s', (_, encoding, value, expected) => {
    expect([...encodeCsvBytes([[value]], { encoding, quotes: 'needed' })]).toEqual([...expected])
  })

  test.each(WINDOWS_1252)('as windows-1252: %p', (byte, character) => {
    const bytes = encodeCsvBytes([[character]], { encoding: 'windows-1252', quotes: 'needed', lineEnd: '\n' })
    expect([...bytes]).toEqual([byte, 0x0a])
  })

  test.each(['iso-8859-1', 'windows-1252'] as const)('as %s where it is ISO-8859-1', (encoding) => {
    const bytes = encodeCsvBytes([[String.fromCharCode(...LATIN)]], { encoding, lineEnd: '\n', quotes: 'needed' })
    // A no-break space at the start is no reason to quote.
    expect([...bytes]).toEqual([...LATIN, 0x0a])
  })

  test('with a byte order mark only when that is asked for', () => {
    expect([
      [...encodeCsvBytes([['a']], { quotes: 'needed' })],
      [...encodeCsvBytes([['a']], { quotes: 'needed', byteOrderMark: true })],
    ]).toEqual([
      [0x61, 0x0d, 0x0a],
      [0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a],
    ])
  })
})

describe('a character is refused, not replaced', () => {
  test.each([
    ['that ISO-8859-1 does not have', 'iso-8859-1', '€'],
    ['beyond the Basic Multilingual Plane', 'iso-8859-1', '😀'],
    ['that windows-1252 does not have', 'windows-1252', 'ł'],
    ['that stands for an undefined byte of windows-1252', 'windows-1252', '\u0081'],
    ['of ISO-8859-1 that windows-1252 replaced', 'windows-1252', '\u0080'],
    ['that marks what is undefined in a table', 'windows-1252', '\ufffd'],
    ['that is half of one', 'utf-8', '\ud83d'],
    ['that is the other half', 'utf-8', 'a\ude00b'],
    ['that is NUL', 'utf-8', 'a\0'],
    ['that is NUL in ISO-8859-1', 'iso-8859-1', '\0'],
    ['that is NUL in windows-1252', 'windows-1252', '\0'],
  ] as const satisfies readonly (readonly [string, CsvEncoding, string])[])('%s', (_, encoding, value) => {
    const message = `CSV: a character that ${encoding} does not have in row 2, column 1`
    const expected = expect.objectContaining({ name: 'EncodeError', code: 'CSV_CHARACTER', message })
    expect(() => encodeCsvBytes([['a'], [value]], { encoding })).toThrow(expected)
    expect(() => encodeCsv([['a'], [value]], { encoding })).toThrow(expected)
  })
})
