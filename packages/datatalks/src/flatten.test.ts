import { describe, expect, test } from 'bun:test'
import { SchemaError } from '@sluice/errors'
import type { JsonValue } from '@sluice/json-codec'

import { flatten, type FlattenOptions } from './flatten.ts'

type Nested = { readonly [name: string]: JsonValue }

describe('flatten makes', () => {
  const cases: [name: string, nested: Nested, options: FlattenOptions, expected: object][] = [
    [
      'flat data of flat data',
      { email: 'a@b.se', age: 32, tags: ['A'] },
      {},
      { email: 'a@b.se', age: 32, tags: ['A'] },
    ],
    [
      'dotted names of members of objects',
      { contact: { name: 'Ada', address: { city: 'Lund', zip: '22100' } }, id: 1 },
      {},
      { 'contact.name': 'Ada', 'contact.address.city': 'Lund', 'contact.address.zip': '22100', id: 1 },
    ],
    [
      'lists of text of lists of scalars',
      { sizes: [36, '38', 1.5], none: [] },
      {},
      { sizes: ['36', '38', '1.5'], none: [] },
    ],
    [
      'nothing of null, where it is told to',
      { a: null, b: { c: null }, d: ['x', null] },
      { nulls: 'omit' },
      { d: ['x'] },
    ],
    [
      'words of booleans, where it is told to',
      { a: true, b: [false, 'x'] },
      { booleans: 'yes-no' },
      { a: 'Yes', b: ['No', 'x'] },
    ],
    [
      'a plain member of a name that objects reserve',
      JSON.parse('{"__proto__":{"x":"1"}}'),
      {},
      { '__proto__.x': '1' },
    ],
  ]
  test.each(cases)('%s', (_, nested, options, expected) => {
    expect<object>(flatten(nested, options)).toEqual(expected)
  })
})

describe('flatten refuses', () => {
  const cases: [name: string, nested: Nested, options: FlattenOptions, paths: string[]][] = [
    ['null', { a: { b: null } }, {}, ['a.b']],
    ['a boolean', { a: true }, {}, ['a']],
    ['null and a boolean in a list', { a: ['x', null, true] }, {}, ['a[1]', 'a[2]']],
    ['an object in a list', { orders: [{ id: 1 }] }, {}, ['orders[0]']],
    ['a list in a list', { a: [['x']] }, { nulls: 'omit' }, ['a[0]']],
    ['an object without members', { a: {} }, {}, ['a']],
    ['data without members', {}, {}, ['']],
    ['two members of one name', { 'a.b': 1, a: { b: 2 } }, {}, ['a.b']],
    ['two members of one name, whatever their order', { a: { b: 2 }, 'a.b': 1 }, {}, ['a.b']],
    ['everything at once', { a: null, b: [{}], c: true }, {}, ['a', 'b[0]', 'c']],
  ]
  test.each(cases)('%s', (_, nested, options, paths) => {
    expect(issuesOf(nested, options)).toEqual(paths)
  })

  test('what has no end', () => {
    const endless: { [name: string]: JsonValue } = {}
    endless['a'] = endless
    expect(issuesOf(endless, {})).toEqual([Array.from({ length: 64 }, () => 'a').join('.')])
  })
})

function issuesOf(nested: Nested, options: FlattenOptions): string[] {
  try {
    flatten(nested, options)
  } catch (error) {
    if (error instanceof SchemaError) return error.issues.map(({ path }) => path)
    throw error
  }
  throw new Error('the data was taken')
}
