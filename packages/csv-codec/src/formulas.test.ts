import { describe, expect, test } from 'bun:test'

import { type CsvColumn, type CsvValue, encodeCsv, type FormulaPolicy } from './index.ts'

const FIRST_CHARACTERS = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']

/** Writes one value, bare where it can be. */
function write(value: CsvValue, column: Omit<CsvColumn, 'name'> = {}): string {
  return encodeCsv([[value]], { columns: [{ name: 'C', ...column }], quotes: 'needed', lineEnd: '\n' })
}

describe('a formula', () => {
  test.each(FIRST_CHARACTERS)('begins with %j, and is refused', (character) => {
    expect(() => write(`${character}1`)).toThrow(
      expect.objectContaining({
        name: 'EncodeError',
        code: 'CSV_FORMULA',
        message: 'CSV: a formula in row 1, column 1',
      }),
    )
  })

  test.each([
    ['begins with a byte order mark that is not seen', '\ufeff=1+1'],
    ['is one character', '='],
    ['calls a program', "=cmd|' /C calc'!A0"],
    ['looks like a phone in a column of text', '+46701234567'],
  ])('%s', (_, value) => {
    expect(() => write(value)).toThrow(expect.objectContaining({ code: 'CSV_FORMULA' }))
  })

  test.each([
    ['=HYPERLINK("x")', 'prefix', '"\'=HYPERLINK(""x"")"\n'],
    ['@a', 'prefix', "'@a\n"],
    ['\ta', 'prefix', "'\ta\n"],
    ['＝1', 'prefix', "'＝1\n"],
    ['@a', 'quote', '"@a"\n'],
    ['＝1', 'quote', '"＝1"\n'],
    ['@a', 'leave', '@a\n'],
    ['=1,2', 'leave', '"=1,2"\n'],
  ] as const satisfies readonly (readonly [string, FormulaPolicy, string])[])(
    '%j by the policy %s',
    (value, formulas, expected) => {
      expect(write(value, { formulas })).toBe(expected)
    },
  )

  test('in the header is one too', () => {
    expect(() => encodeCsv([], { columns: ['a', '=b'], header: true })).toThrow(
      'CSV: a formula in the header, column 2',
    )
  })

  test('in a column is judged by the policy of that column', () => {
    const columns = ['a', { name: 'b', formulas: 'leave' }] as const
    expect(encodeCsv([['@x', '@y']], { columns, formulas: 'prefix' })).toBe('"\'@x","@y"\r\n')
  })

  test('is judged without columns too', () => {
    expect(encodeCsv([['@x', 'y']], { formulas: 'prefix' })).toBe('"\'@x","y"\r\n')
  })
})

describe('no formula is', () => {
  test.each([
    ['text', 'a=1', {}, 'a=1\n'],
    ['nothing', '', {}, '""\n'],
    ['a negative number that is a number', -5, {}, '-5\n'],
    ['a phone in a column of phones', '+46701234567', { kind: 'phone' }, '+46701234567\n'],
    ['a phone with blanks and hyphens', '+46 (0)70-123 45.67', { kind: 'phone' }, '+46 (0)70-123 45.67\n'],
    ['a phone, whatever the policy', '+46701234567', { kind: 'phone', formulas: 'prefix' }, '+46701234567\n'],
    ['a number in a column of numbers', '-5', { kind: 'number' }, '-5\n'],
    ['a number with decimals and exponent', '+1.234,56e-7', { kind: 'number' }, '"+1.234,56e-7"\n'],
  ] as const satisfies readonly (readonly [string, CsvValue, Omit<CsvColumn, 'name'>, string])[])(
    '%s',
    (_, value, column, expected) => {
      expect(write(value, column)).toBe(expected)
    },
  )
})

describe('a column of phones or numbers lets through no', () => {
  test.each([
    ['formula', '=1+1', 'phone'],
    ['formula after a phone', '+46+cmd', 'phone'],
    ['sum of phones', '+1+2', 'phone'],
    ['sign alone', '+', 'phone'],
    ['tab before a phone', '\t+46', 'phone'],
    ['tab before digits', '\t46', 'phone'],
    ['line end after a phone', '+46\n', 'phone'],
    ['full-width sign', '＋46', 'phone'],
    ['formula among numbers', '-5+A1', 'number'],
    ['sign alone among numbers', '-', 'number'],
    ['phone among numbers', '+46 70', 'number'],
  ] as const)('%s', (_, value, kind) => {
    expect(() => write(value, { kind })).toThrow(expect.objectContaining({ code: 'CSV_FORMULA' }))
  })
})
