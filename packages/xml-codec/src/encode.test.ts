import { describe, expect, test } from 'bun:test'

import { EncodeError } from '@sluice/errors'

import { decodeXml } from './decode.ts'
import { encodeXml } from './encode.ts'
import type { XmlValue } from './value.ts'

describe('encodes', () => {
  test.each<[string, XmlValue, string]>([
    ['an empty text', '', '<a/>'],
    ['a text', ' b ', '<a> b </a>'],
    ['an empty object', {}, '<a/>'],
    ['children in their order', { c: '1', b: { d: '2' } }, '<a><c>1</c><b><d>2</d></b></a>'],
    ['an array as repeated elements', { b: ['1', { c: '2' }] }, '<a><b>1</b><b><c>2</c></b></a>'],
    ['an empty array as nothing', { b: [], c: '' }, '<a><c/></a>'],
    ['attributes', { '@b': '1', '@c': '' }, '<a b="1" c=""/>'],
    ['attributes beside text and children', { '@b': '1', '#text': 't', c: '' }, '<a b="1">t<c/></a>'],
    ['signs of markup', `<&>"'`, `<a>&lt;&amp;&gt;"'</a>`],
    ['the end of a CDATA section', ']]>', '<a>]]&gt;</a>'],
    ['signs of markup in attributes', { '@b': `<&>"'` }, `<a b="&lt;&amp;&gt;&quot;'"/>`],
    ['blanks in text', '\t\r\n', '<a>\t&#13;\n</a>'],
    ['blanks in attributes', { '@b': '\t\r\n' }, '<a b="&#9;&#13;&#10;"/>'],
    ['characters beyond ASCII', 'é😀', '<a>é😀</a>'],
  ])('%s', (_, value, expected) => {
    expect(encodeXml({ name: 'a', value })).toBe(expected)
  })

  test('a declaration when asked to', () => {
    expect(encodeXml({ name: 'a', value: '1' }, { declaration: true })).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<a>1</a>',
    )
  })

  test('the payload of a batch as the vendor prints it', () => {
    const row = { description: 'Baba3', import_table: 'nesontest' }
    expect(encodeXml({ name: 'easycall', value: { ecnow_records: [row] } })).toBe(
      '<easycall><ecnow_records><description>Baba3</description><import_table>nesontest</import_table></ecnow_records></easycall>',
    )
  })
})

describe('refuses', () => {
  test.each<[string, XmlValue, string]>([
    ['a NUL', '\0', 'XML_CHARACTER'],
    ['a control character in an attribute', { '@b': '\u001f' }, 'XML_CHARACTER'],
    ['half a surrogate pair', 'a\ud800', 'XML_CHARACTER'],
    ['what is no character', '\uffff', 'XML_CHARACTER'],
    ['a name with a blank', { 'b c': '' }, 'XML_NAME'],
    ['a name with markup', { 'b><c': '' }, 'XML_NAME'],
    ['a name that begins with a digit', { '1': '' }, 'XML_NAME'],
    ['no name', { '': '' }, 'XML_NAME'],
    ['an attribute without a name', { '@': '' }, 'XML_NAME'],
    ['an attribute with markup in its name', { '@b="1" c': '' }, 'XML_NAME'],
    ['an attribute that is no text', { '@b': ['1'] }, 'XML_NAME'],
    ['a text that is no text', { '#text': { b: '' } }, 'XML_NAME'],
    ['an array for the root', ['1'], 'XML_NAME'],
    ['an array in an array', { b: [['1']] }, 'XML_NAME'],
    ['constructor as a name', { constructor: '1' }, 'XML_NAME'],
  ])('%s', (_, value, code) => {
    const encode = () => encodeXml({ name: 'a', value })
    expect(encode).toThrow(EncodeError)
    expect(encode).toThrow(expect.objectContaining({ code }))
  })

  test('a root that has no name', () => {
    expect(() => encodeXml({ name: '', value: '' })).toThrow(expect.objectContaining({ code: 'XML_NAME' }))
  })
})

/** What the types rule out, and a value that came in as `any` may still be. */
const cycle: Record<string, unknown> = {}
cycle['b'] = [cycle]
const nested = (levels: number): XmlValue => (levels === 1 ? 'x' : { a: nested(levels - 1) })

describe('instead of writing something else, refuses', () => {
  test.each<[string, unknown]>([
    ['a number', { b: 5 }],
    ['a truth value', { b: true }],
    ['null', { b: null }],
    ['undefined', { b: undefined }],
    ['a number in an array', { b: ['1', 2] }],
    // oxlint-disable-next-line no-sparse-arrays
    ['a hole in an array', { b: ['1', , '2'] }],
    ['a number as attribute', { '@b': 5 }],
    ['null as text', { '#text': null }],
    ['a function', { b: () => '1' }],
    ['a date', { b: new Date(0) }],
    ['a map', { b: new Map([['c', '1']]) }],
    ['null for the root', null],
    ['a cycle', cycle],
    ['513 levels', nested(513)],
  ])('%s', (_, value) => {
    const encode = () => encodeXml({ name: 'a', value: value as XmlValue })
    expect(encode).toThrow(EncodeError)
    expect(encode).toThrow(expect.objectContaining({ code: 'XML_VALUE' }))
  })

  test('but not 512 levels, nor an object without a prototype', () => {
    const bare: XmlValue = Object.assign(Object.create(null), { b: '1' })
    expect(encodeXml({ name: 'a', value: bare })).toBe('<a><b>1</b></a>')
    expect(encodeXml({ name: 'a', value: nested(512) })).toHaveLength(511 * 7 + 8)
  })
})

test.each<[string, XmlValue]>([
  ['every blank', { '@b': ' \t\r\n ', c: ' \t\r\n ' }],
  ['a text of blanks', ' '],
  ['signs of markup', { '@b': `<![CDATA[&amp;]]>`, c: '&#13;<!--' }],
  ['a phone number', { phone: '01234567890' }],
])('what is encoded with %s is decoded to the same', (_, value) => {
  expect(decodeXml(encodeXml({ name: 'a', value }))).toEqual({ name: 'a', value })
})
