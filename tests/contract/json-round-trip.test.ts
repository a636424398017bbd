import { expect, test } from 'bun:test'

import { decodeJson, encodeJson, type JsonValue } from '@sluice/json-codec'
import * as fc from 'fast-check'

import { differentialRuns } from './differential-effort.ts'

/** Names that are read again: three are not, wherever they stand. */
const name = fc
  .oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'a', 'toString', 'valueOf', '1', '"', '\\', ':', '\ud800'))
  .filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text))

/** Every number that JSON has: its only zero is 0. */
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  fc.constantFrom(5e-324, 1.7976931348623157e308, 2 ** 53, 1e21, 1e-7, 0.1 + 0.2),
)
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('{"a":1}', '":"', '\\"', '\u2028', '\ud800', '\udc00\ud800', '\0', '\u007f', '\ufeff', '__proto__'),
)
const value = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 20 },
    fc.constantFrom(null, true, false),
    number,
    text,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(name, tie('value'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value

/** Members in their order; apart from that, equal in depth. */
function order(read: JsonValue): unknown {
  if (Array.isArray(read)) return read.map(order)
  if (typeof read !== 'object' || read === null) return null
  return Object.entries(read).map(([key, member]) => [key, order(member)])
}

test.each<[string, (encoded: string) => JsonValue]>([
  ['a string', (encoded) => decodeJson(encoded)],
  ['bytes', (encoded) => decodeJson(new TextEncoder().encode(encoded))],
  ['a string whose names may repeat', (encoded) => decodeJson(encoded, { duplicateKeys: 'last' })],
  ['a string whose numbers must be exact', (encoded) => decodeJson(encoded, { inexactNumbers: 'refuse' })],
])('what is encoded is decoded to the same value, from %s', (_name, decode) => {
  fc.assert(
    fc.property(value, (given) => {
      const read = decode(encodeJson(given))
      expect(read).toEqual(given)
      expect(order(read)).toEqual(order(given))
    }),
    differentialRuns(1000),
  )
})
