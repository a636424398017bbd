import { describe, expect, test } from 'bun:test'

import { ConfigError, DecodeError } from '@sluice/errors'

import { decodeJson, type DecodeJsonOptions } from './decode.ts'
import type { JsonValue } from './value.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

function faultOf(input: Uint8Array | string, options: DecodeJsonOptions = {}): unknown[] {
  try {
    decodeJson(input, options)
  } catch (error) {
    if (error instanceof DecodeError) return [error.code, error.position?.line, error.position?.column]
    throw error
  }
  return ['accepted']
}

describe('decodes', () => {
  test.each([
    ['null', 'null', null],
    ['a boolean', 'true', true],
    ['a number', '-12.5e-1', -1.25],
    ['a string', '"a"', 'a'],
    ['an empty array', '[]', []],
    ['an empty object', ' { } ', {}],
    ['blanks of every kind', '\t[\n1\r,\r\n2 ]', [1, 2]],
    ['every escape', String.raw`"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"`, '"\\/\b\f\n\r\té😀'],
    ['half a surrogate pair', String.raw`"\ud800"`, '\ud800'],
    ['nested values', '{"a":[{"b":null},{"b":[]}],"c":{}}', { a: [{ b: null }, { b: [] }], c: {} }],
    ['one name in several objects', '[{"a":1},{"a":{"a":2}}]', [{ a: 1 }, { a: { a: 2 } }]],
    ['colons and brackets in strings', '{"a":"x: {[\\":","b":"\\\\"}', { a: 'x: {[":', b: '\\' }],
    ['blanks before colons', '{"a" : 1, "b"\n:2}', { a: 1, b: 2 }],
    [
      'names of Object.prototype that are harmless',
      '{"toString":1,"hasOwnProperty":2}',
      { toString: 1, hasOwnProperty: 2 },
    ],
    ['forbidden words as values', '["__proto__","constructor"]', ['__proto__', 'constructor']],
    ['a name that only contains a forbidden one', '{"__proto__x":1}', { __proto__x: 1 }],
    ['an empty name', '{"":1}', { '': 1 }],
    ['a byte order mark', '\ufeff{"a":1}', { a: 1 }],
    ['the smallest number', '5e-324', 5e-324],
    ['the largest number', '1.7976931348623157e308', 1.7976931348623157e308],
  ])('%s', (_, text, expected) => {
    expect([decodeJson(text), decodeJson(utf8(text))]).toEqual([expected, expected])
  })
})

describe('refuses what is not JSON', () => {
  test.each([
    ['nothing', '', 1, 1],
    ['blanks', ' \n ', 2, 2],
    ['a word', 'PHP Fatal error', 1, 1],
    ['text after the value', '{"a":1} x', 1, 9],
    ['two values', '1 2', 1, 3],
    ['a name without quotes', '{\n  dataset: "1"}', 2, 3],
    ['a name in single quotes', "{'a':1}", 1, 2],
    ['a comma at the end of an object', '{"a":1,}', 1, 8],
    ['a comma at the end of an array', '[1,]', 1, 4],
    ['a comma at the beginning', '[,1]', 1, 2],
    ['no comma', '[1 2]', 1, 4],
    ['no colon', '{"a" 1}', 1, 6],
    ['no value', '{"a":}', 1, 6],
    ['a number as a name', '{12345678901234567890:1}', 1, 2],
    ['an object without an end', '{"a":{"b":1}', 1, 13],
    ['an array without an end', '[1', 1, 3],
    ['brackets of two kinds', '[1}', 1, 3],
    ['a string without an end', '["a', 1, 2],
    ['a line end in a string', '"a\nb"', 1, 3],
    ['an unknown escape', String.raw`"a\x"`, 1, 3],
    ['an escape cut short', String.raw`"\u12"`, 1, 2],
    ['a leading zero', '[01]', 1, 3],
    ['a leading plus', '+1', 1, 1],
    ['a point without digits', '1.', 1, 2],
    ['a minus alone', '-', 1, 1],
    ['a hexadecimal number', '0x1', 1, 2],
    ['NaN', '[NaN]', 1, 2],
    ['a comment', '[1]//', 1, 4],
    ['a word of JSON cut short', 'tru', 1, 1],
    ['a blank that JSON does not have', '[\u00a01]', 1, 2],
    ['a NUL', '[1]\0', 1, 4],
  ])('such as %s', (_, text, line, column) => {
    expect(faultOf(text)).toEqual(['JSON_SYNTAX', line, column])
    if (text !== '') expect(faultOf(utf8(text))).toEqual(['JSON_SYNTAX', line, column])
  })

  test('without quoting it', () => {
    expect(() => decodeJson('{"password": hush}')).toThrow('JSON: a value is missing at line 1, column 14')
  })

  test('and counts a line for each kind of line end', () => {
    expect(faultOf('[\r\n1,\r2,\n\n x]')).toEqual(['JSON_SYNTAX', 5, 2])
  })
})

describe('refuses bytes that are not UTF-8', () => {
  test.each([
    ['a Latin-1 letter', [0x22, 0x61, 0xe9, 0x22], 1, 3],
    ['a character cut off', [0x22, 0xc3], 1, 2],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22], 1, 2],
    ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 1, 2],
    ['on a later line', [0x5b, 0x0a, 0x22, 0xc3, 0xa9, 0xff, 0x22], 2, 3],
    ['UTF-16 with a mark', [0xff, 0xfe, 0x31, 0x00], 1, 1],
    ['little-endian UTF-16', [0x5b, 0x00, 0x5d, 0x00], 1, 1],
    ['big-endian UTF-16', [0x00, 0x5b, 0x00, 0x5d], 1, 1],
  ])('such as %s', (_, bytes, line, column) => {
    expect(faultOf(new Uint8Array(bytes))).toEqual(['JSON_ENCODING', line, column])
  })
})

describe('limits the size', () => {
  test.each([
    ['bytes at the limit', utf8('"é"'), 4, 'accepted'],
    ['bytes beyond it', utf8('"é"'), 3, 'JSON_TOO_LARGE'],
    ['a string at the limit, in bytes', '"é"', 4, 'accepted'],
    ['a string beyond it, in bytes', '"é"', 3, 'JSON_TOO_LARGE'],
    ['a string beyond it in characters', '"aaaa"', 5, 'JSON_TOO_LARGE'],
  ])('of %s', (_, input, maxBytes, expected) => {
    expect(faultOf(input, { maxBytes })[0]).toBe(expected)
  })

  test('to 1 MiB unless told otherwise', () => {
    expect(faultOf(`"${'a'.repeat(1_048_574)}"`)).toEqual(['accepted'])
    expect(faultOf(`"${'a'.repeat(1_048_575)}"`)[0]).toBe('JSON_TOO_LARGE')
  })
})

describe('limits the depth', () => {
  test.each([
    ['at the limit', '[[{"a":1}]]', 3, ['accepted']],
    ['beyond it', '[[{"a":1}]]', 2, ['JSON_TOO_DEEP', 1, 3]],
    ['many side by side', '[[],[],[],[]]', 2, ['accepted']],
    ['brackets in strings', '["[[[[{{{{"]', 1, ['accepted']],
    ['brackets after an escaped quote', '["\\"[[[[", "\\\\"]', 1, ['accepted']],
    ['a value alone', '1', 0, ['accepted']],
  ])('%s', (_, text, maxDepth, expected) => {
    expect(faultOf(text, { maxDepth })).toEqual(expected)
  })

  test('to 64 unless told otherwise', () => {
    expect(faultOf('['.repeat(64) + ']'.repeat(64))).toEqual(['accepted'])
    expect(faultOf('['.repeat(65) + ']'.repeat(65))).toEqual(['JSON_TOO_DEEP', 1, 65])
  })

  test('of a million brackets without exhausting the stack', () => {
    expect(faultOf('['.repeat(1_000_000))).toEqual(['JSON_TOO_DEEP', 1, 65])
  })
})

describe('refuses limits that limit nothing', () => {
  test.each([
    ['maxBytes', Number.NaN],
    ['maxBytes', -1],
    ['maxDepth', Number.NaN],
    ['maxDepth', 1.5],
    ['maxDepth', 513],
    ['maxDepth', Number.POSITIVE_INFINITY],
  ])('such as a %s of %p', (limit, value) => {
    expect(() => decodeJson('[]', { [limit]: value })).toThrow(ConfigError)
  })

  test('and reads the deepest that may be asked for, right or wrong', () => {
    expect(faultOf('['.repeat(512) + ']'.repeat(512), { maxDepth: 512 })).toEqual(['accepted'])
    expect(faultOf('['.repeat(512), { maxDepth: 512 })).toEqual(['JSON_SYNTAX', 1, 513])
    expect(faultOf('['.repeat(513), { maxDepth: 512 })).toEqual(['JSON_TOO_DEEP', 1, 513])
  })
})

describe('refuses a name that occurs twice', () => {
  test.each([
    ['side by side', '{"a":1,"a":2}', 1, 8],
    ['far apart and deep', '{"x":[{"a":{},"b":2,\n"a":3}]}', 2, 1],
    ['once escaped', String.raw`{"a":1,"\u0061":2}`, 1, 8],
    ['with blanks before its colon', '{"a":1,"a" :2}', 1, 8],
    ['beside a string that looks like a member', '{"a":"\\":","a":"\\":"}', 1, 12],
    ['twice empty', '{"":1,"":1}', 1, 7],
  ])('%s', (_, text, line, column) => {
    expect(faultOf(text)).toEqual(['JSON_DUPLICATE_KEY', line, column])
  })

  test('where the choice is none that there is', () => {
    const options = { duplicateKeys: 'Refuse' } as object
    expect(faultOf('{"a":1,"a":2}', options)).toEqual(['JSON_DUPLICATE_KEY', 1, 8])
  })

  test('or lets the last one win', () => {
    expect(decodeJson('{"a":1,"b":2,"a":3}', { duplicateKeys: 'last' })).toEqual({ a: 3, b: 2 })
  })
})

describe('refuses a name that reaches for a prototype', () => {
  test.each([
    ['__proto__', '{"__proto__":{"admin":true}}', 1, 2],
    ['constructor', '{"a":{"constructor":1}}', 1, 7],
    ['prototype', '[0,{"prototype":1}]', 1, 5],
    ['__proto__ escaped', String.raw`{"\u005f\u005fproto\u005f\u005f":1}`, 1, 2],
    ['constructor escaped', String.raw`{"a":1,"c\u006fnstructor":1}`, 1, 8],
  ])('%s', (_, text, line, column) => {
    expect(faultOf(text)).toEqual(['JSON_FORBIDDEN_KEY', line, column])
    expect(faultOf(text, { duplicateKeys: 'last' })).toEqual(['JSON_FORBIDDEN_KEY', line, column])
  })
})

describe('a number that a double cannot hold', () => {
  test.each<[string, string, JsonValue, JsonValue]>([
    ['a whole number of 20 digits', '[12345678901234567890]', [12_345_678_901_234_567_000], ['12345678901234567890']],
    ['a fraction of 20 digits', '[0.12345678901234567891]', [0.12345678901234568], ['0.12345678901234567891']],
    ['2 to the 53rd plus one', '{"a":9007199254740993}', { a: 9_007_199_254_740_992 }, { a: '9007199254740993' }],
    [
      '2 to the 90th, printed with fewer digits',
      '[1237940039285380274899124224]',
      [2 ** 90],
      ['1237940039285380274899124224'],
    ],
    ['one that becomes zero', '[1e-400]', [0], ['1e-400']],
  ])('such as %s is rounded, refused or kept as text', (_, text, rounded, kept) => {
    expect(decodeJson(text)).toEqual(rounded)
    expect(decodeJson(text, { inexactNumbers: 'text' })).toEqual(kept)
    expect(faultOf(text, { inexactNumbers: 'refuse' })[0]).toBe('JSON_NUMBER_RANGE')
  })

  test('is not rounded to infinity', () => {
    expect(faultOf('{"a":\n[1e400]}')).toEqual(['JSON_NUMBER_RANGE', 2, 2])
    expect(faultOf('-1e400')).toEqual(['JSON_NUMBER_RANGE', 1, 1])
    expect(decodeJson('[1e400]', { inexactNumbers: 'text' })).toEqual(['1e400'])
  })

  test.each([
    ['a short fraction', '0.1'],
    ['2 to the 53rd', '9007199254740992'],
    ['an exponent', '1e21'],
    ['trailing zeros', '1.5000000000000000000000'],
    ['zero with an exponent', '0e99999'],
    ['minus zero', '-0.0'],
  ])('is not %s', (_, text) => {
    expect(decodeJson(text, { inexactNumbers: 'refuse' })).toBe(Number(text))
  })

  test.each([
    ['an id beyond 2 to the 53rd', '{"id":9007199254740993}', undefined],
    ['one below zero', '[-12345678901234567890]', undefined],
    ['2 to the 53rd', '9007199254740992', 2 ** 53],
    ['a fraction of 17 digits', '0.10000000000000001', 0.1],
    ['a power of ten', '1.2345678901234567891e18', 1_234_567_890_123_456_800],
    ['16 digits that fit', '4111111111111111', 4_111_111_111_111_111],
  ])('is refused, or kept as text, only where it is whole, if so chosen: %s', (_, text, value) => {
    if (value === undefined) expect(faultOf(text, { inexactNumbers: 'refuse-whole' })[0]).toBe('JSON_NUMBER_RANGE')
    else expect(decodeJson(text, { inexactNumbers: 'refuse-whole' })).toBe(value)
    expect(faultOf('[1e400]', { inexactNumbers: 'refuse-whole' })[0]).toBe('JSON_NUMBER_RANGE')
    const kept = JSON.parse(text.replace(/-?9007199254740993|-?12345678901234567890/, '"$&"')) as JsonValue
    expect(decodeJson(text, { inexactNumbers: 'text-whole' })).toEqual(value ?? kept)
    expect(faultOf('[1e400]', { inexactNumbers: 'text-whole' })[0]).toBe('JSON_NUMBER_RANGE')
    expect(faultOf(`[1${'0'.repeat(400)}]`, { inexactNumbers: 'text-whole' })[0]).toBe('JSON_NUMBER_RANGE')
  })

  test('is not a run of digits in a string', () => {
    const text = '{"12345678901234567890":"12345678901234567890"}'
    expect(decodeJson(text, { inexactNumbers: 'text' })).toEqual({ '12345678901234567890': '12345678901234567890' })
  })

  test('is told from one that is not a number at all', () => {
    expect(faultOf('[12345678901234567890x]', { inexactNumbers: 'text' })).toEqual(['JSON_SYNTAX', 1, 22])
  })
})
