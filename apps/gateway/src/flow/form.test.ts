import { describe, expect, test } from 'bun:test'
import { DecodeError } from '@sluice/errors'
import { RequestError } from '../problem.ts'
import { decodeForm } from './form.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const RULES = { maxBodyBytes: 1000, lists: ['tags', 'tags[]'], jsonFields: ['payload'] }
const decode = (text: string) => decodeForm(bytes(text), RULES)

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof RequestError || error instanceof DecodeError) return error.code
    throw error
  }
  return 'accepted'
}

describe('a form', () => {
  // The cases of the parser's own section, https://url.spec.whatwg.org/#urlencoded-parsing, and of its tests.
  test.each<[string, string, ReturnType<typeof decodeForm>]>([
    ['is its fields', 'test&a=b&c=d', { test: '', a: 'b', c: 'd' }],
    ['has nothing where it is empty', '', {}],
    ['has no field between two ampersands', '&&a=b&&', { a: 'b' }],
    ['is split at the first equals sign', 'a=b=c', { a: 'b=c' }],
    ['may name nothing', '=a', { '': 'a' }],
    ['writes blanks as plus signs, and plus signs escaped', 'a+b=c+d%2Be', { 'a b': 'c d+e' }],
    ['writes what it likes escaped, in either case', '%61%3D=%c3%A9%26', { 'a=': 'é&' }],
    ['may hold characters as they are', 'navn=Løv', { navn: 'Løv' }],
    ['keeps a percent sign that escapes nothing', 'a=100%&b=%zz%4', { a: '100%', b: '%zz%4' }],
    ['keeps a byte order mark', '%EF%BB%BFa=1', { '\ufeffa': '1' }],
    ['keeps brackets as a part of the name', 'a[b]=1&a[c]=2', { 'a[b]': '1', 'a[c]': '2' }],
    ['knows names of Object.prototype that are harmless', 'toString=1', { toString: '1' }],
    ['tells composed and decomposed characters apart', 'e%CC%81=1&%C3%A9=2', { 'e\u0301': '1', é: '2' }],
    ['makes a list of one where its source says so', 'tags=a&tags[]=b', { tags: ['a'], 'tags[]': ['b'] }],
    ['makes a list of many', 'tags=a&x=1&tags=b', { tags: ['a', 'b'], x: '1' }],
    ['may hold JSON where its source says so', 'payload=%7B%22a%22%3A%5B1%5D%7D', { payload: { a: [1] } }],
  ])('%s', (_, text, expected) => {
    expect(decode(text)).toEqual(expected)
  })

  test.each([
    ['a name that is given twice', 'a=1&a=1', 'FORM_REPEATED_NAME'],
    ['a name that is given twice, once escaped', 'a=1&%61=2', 'FORM_REPEATED_NAME'],
    ['__proto__', '__proto__=1', 'FORM_FORBIDDEN_NAME'],
    ['__proto__, escaped', '%5f_proto__=1', 'FORM_FORBIDDEN_NAME'],
    ['constructor without a value', 'constructor', 'FORM_FORBIDDEN_NAME'],
    ['half a character', 'a=%C3', 'FORM_ENCODING'],
    ['a surrogate', 'a=%ED%A0%80', 'FORM_ENCODING'],
    ['Latin-1 in a name', '%E9=1', 'FORM_ENCODING'],
    ['1001 fields', Array.from({ length: 1001 }, (_, index) => `f${index}`).join('&'), 'FORM_TOO_MANY_FIELDS'],
    ['1001 values of one list', 'tags&'.repeat(1001), 'FORM_TOO_MANY_FIELDS'],
    ['a field that should be JSON', 'payload={', 'JSON_SYNTAX'],
    ['a field of JSON with __proto__', 'payload={"__proto__":1}', 'JSON_FORBIDDEN_KEY'],
    ['a field of JSON with one name twice', 'payload={"a":1,"a":2}', 'JSON_DUPLICATE_KEY'],
  ])('is refused with %s', (_, text, code) => {
    expect(codeOf(() => decode(text))).toBe(code)
  })

  test('is refused for a repeated name without quoting what may be data', () => {
    const text = 'ada%40example.com=1&ada%40example.com=2'
    expect(() => decode(text)).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: '*' })] }))
  })

  test('of 1000 fields is taken', () => {
    expect(Object.keys(decode(Array.from({ length: 1000 }, (_, index) => `f${index}=`).join('&')))).toHaveLength(1000)
  })
})
