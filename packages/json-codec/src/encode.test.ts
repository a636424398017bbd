import { expect, test } from 'bun:test'

import { EncodeError } from '@sluice/errors'

import { decodeJson } from './decode.ts'
import { encodeJson } from './encode.ts'
import type { JsonValue } from './value.ts'

test.each<[string, JsonValue, string]>([
  ['null', null, 'null'],
  ['a number', 1.5, '1.5'],
  ['a text with quotes', 'a"b\n', String.raw`"a\"b\n"`],
  ['half a surrogate pair', '\ud800', String.raw`"\ud800"`],
  ['members in their order', { b: 1, a: [true, {}] }, '{"b":1,"a":[true,{}]}'],
])('encodes %s, and decodes it to the same', (_, value, expected) => {
  expect(encodeJson(value)).toBe(expected)
  expect(decodeJson(expected)).toEqual(value)
})

test('encodes an object without a prototype', () => {
  const bare: { [key: string]: JsonValue } = Object.create(null)
  bare['a'] = 1
  expect(encodeJson(bare)).toBe('{"a":1}')
})

const nested = (levels: number): JsonValue => (levels === 0 ? 1 : [nested(levels - 1)])

test('encodes 512 levels, and decodes them to the same', () => {
  expect(decodeJson(encodeJson(nested(512)), { maxDepth: 512 })).toEqual(nested(512))
})

/** What the types rule out, and a value that came in as `any` may still be. */
const cycle: unknown[] = []
cycle.push(cycle)

test.each<[string, unknown]>([
  ['NaN', Number.NaN],
  ['an infinity', [1, Number.POSITIVE_INFINITY]],
  ['undefined', undefined],
  ['a member that is undefined', { a: undefined }],
  ['undefined in an array', [1, undefined]],
  // oxlint-disable-next-line no-sparse-arrays
  ['a hole', [1, , 2]],
  ['513 levels', nested(513)],
  ['a function', { a: () => 1 }],
  ['a big integer', { a: 1n }],
  ['a date', { a: new Date(0) }],
  ['a map', new Map([['a', 1]])],
  ['a cycle', cycle],
])('refuses %s instead of changing it in silence', (_, value) => {
  const encode: (value: never) => string = encodeJson
  let code = 'accepted'
  try {
    encode(value as never)
  } catch (error) {
    if (error instanceof EncodeError) code = error.code
  }
  expect(code).toBe('JSON_VALUE')
})
