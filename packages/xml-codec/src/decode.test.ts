import { describe, expect, test } from 'bun:test'

import { ConfigError, DecodeError } from '@sluice/errors'

import { decodeXml, type DecodeXmlOptions } from './decode.ts'
import type { XmlValue } from './value.ts'

const valueOf = (text: string, options: DecodeXmlOptions = {}) => decodeXml(text, options).value

function faultOf(input: Uint8Array | string, options: DecodeXmlOptions = {}): unknown[] {
  try {
    decodeXml(input, options)
  } catch (error) {
    if (error instanceof DecodeError) return [error.code, error.position?.line, error.position?.column]
    throw error
  }
  return ['accepted']
}

describe('decodes', () => {
  test.each<[string, string, XmlValue]>([
    ['an empty element', '<a/>', ''],
    ['an empty element in two tags', '<a></a>', ''],
    ['text', '<a>b c</a>', 'b c'],
    ['digits, with their leading zero', '<a>01234567890</a>', '01234567890'],
    [
      'what looks like a number in another notation',
      '<a><b>1e5</b><c>0x1F</c><d>1.0</d></a>',
      { b: '1e5', c: '0x1F', d: '1.0' },
    ],
    ['what looks like a truth value', '<a>true</a>', 'true'],
    ['children in their order', '<a><c>1</c><b>2</b></a>', { c: '1', b: '2' }],
    ['children among blanks', '<a>\n  <b>1</b>\n</a>', { b: '1' }],
    ['children that repeat, at the place of the first', '<a><b>1</b><c/><b>2</b></a>', { b: ['1', '2'], c: '' }],
    ['attributes', `<a b="1" c='2'/>`, { '@b': '1', '@c': '2' }],
    ['attributes beside text', '<a b="1"> x </a>', { '@b': '1', '#text': ' x ' }],
    ['attributes beside blanks', '<a b="1"> </a>', { '@b': '1', '#text': ' ' }],
    ['attributes beside children', '<a b="1"> <c/> </a>', { '@b': '1', c: '' }],
    ['an attribute and a child of one name', '<a b="1"><b>2</b></a>', { '@b': '1', b: '2' }],
    ['text beside children', '<a>x<b/>y</a>', { b: '', '#text': 'xy' }],
    ['blanks of a leaf, exactly', '<a> \t x\n\n </a>', ' \t x\n\n '],
    ['a leaf of blanks', '<a>  </a>', '  '],
    ['line ends of every kind', '<a>1\r\n2\r3\n4</a>', '1\n2\n3\n4'],
    ['a carriage return that was escaped', '<a>1&#13;&#xD;2</a>', '1\r\r2'],
    ['the five entities', '<a>&lt;&gt;&amp;&quot;&apos;</a>', `<>&"'`],
    ['an entity once, not twice', '<a>&amp;lt;</a>', '&lt;'],
    ['references to characters', '<a>&#65;&#x42;&#x1F600;&#0000067;</a>', 'AB😀C'],
    ['references with more zeroes than digits', '<a>&#000000000000065;&#x000000000000042;</a>', 'AB'],
    ['a declaration of a later version', '<?xml version="1.10"?><a>1</a>', '1'],
    ['references in attributes', '<a b="&lt;&#10;&quot;"/>', { '@b': '<\n"' }],
    ['blanks in attributes as spaces', '<a b="1\t2\n3\r\n4"/>', { '@b': '1 2 3 4' }],
    ['signs of markup in attributes', `<a b="/>'" c='"->'/>`, { '@b': `/>'`, '@c': '"->' }],
    ['a CDATA section as it is', '<a><![CDATA[<b>&amp;]]></a>', '<b>&amp;'],
    ['CDATA sections among text', '<a>1<![CDATA[2]]>&amp;<![CDATA[]]]]><![CDATA[>]]>3</a>', '12&]]>3'],
    ['a CDATA section beside children', '<a><![CDATA[x]]><b/></a>', { b: '', '#text': 'x' }],
    ['text around a comment as one', '<a>1<!-- <b> & -->2</a>', '12'],
    ['text around an instruction as one', `<a>1<?do it's <b> & ?>2</a>`, '12'],
    ['comments and instructions outside the root', '<!-- x --><?p?>\n<a>1</a>\n<!-- y --><?p q?>', '1'],
    ['a declaration', `<?xml version='1.0' encoding="UTF-8" standalone="yes" ?>\n<a>1</a>`, '1'],
    [
      'names with a prefix, as they are',
      '<s:a xmlns:s="urn:x"><s:b>1</s:b></s:a>',
      { '@xmlns:s': 'urn:x', 's:b': '1' },
    ],
    ['names of other scripts', '<größe><навн>1</навн></größe>', { навн: '1' }],
    ['names that Object.prototype has', '<a toString="1"><valueOf>2</valueOf></a>', { '@toString': '1', valueOf: '2' }],
    ['blanks within tags', '<a\n b = "1"\t><c ></c\n></a >', { '@b': '1', c: '' }],
    ['a byte order mark', '\ufeff<a>1</a>', '1'],
  ])('%s', (_, text, expected) => {
    expect(valueOf(text)).toEqual(expected)
  })

  test('the name of the root', () => {
    expect(decodeXml('<result><success>1</success></result>')).toEqual({ name: 'result', value: { success: '1' } })
  })

  test('keys in the order of the document', () => {
    expect(Object.keys(valueOf('<a z="1" y="2">t<c/><b/><c/></a>'))).toEqual(['@z', '@y', 'c', 'b', '#text'])
  })
})

describe('lists', () => {
  const rows = { lists: ['result.list'] }

  test.each<[string, string, XmlValue]>([
    ['of several rows', '<result><list><row>1</row><row>2</row></list></result>', { list: ['1', '2'] }],
    ['of one row', '<result><list><row><id>1</id></row></list></result>', { list: [{ id: '1' }] }],
    [
      'of rows with several names, in their order',
      '<result><list><a>1</a><b>2</b><a>3</a></list></result>',
      { list: ['1', '2', '3'] },
    ],
    ['of no row', '<result><list> </list></result>', { list: [] }],
    ['of no row in one tag', '<result><list/></result>', { list: [] }],
    ['that are absent', '<result><total>0</total></result>', { total: '0' }],
    ['with text, which is not dropped', '<result><list>none<row>1</row></list></result>', { list: ['1', 'none'] }],
  ])('%s', (_, text, expected) => {
    expect(valueOf(text, rows)).toEqual(expected)
  })

  test('do not lose their attributes in silence', () => {
    expect(faultOf('<result><list total="2"><row>1</row></list></result>', rows)[0]).toBe('XML_FORBIDDEN_NAME')
    expect(faultOf('<result><list xmlnsx="u"/></result>', rows)[0]).toBe('XML_FORBIDDEN_NAME')
  })

  test('may declare namespaces, which are no data', () => {
    const text = '<result><list xmlns="u" xmlns:p="v"><row>1</row></list></result>'
    expect(valueOf(text, rows)).toEqual({ list: ['1'] })
  })

  test('are told by their whole path', () => {
    expect(valueOf('<result><x><list><row>1</row></list></x></result>', rows)).toEqual({ x: { list: { row: '1' } } })
  })

  test('may be the root, and lie in one another', () => {
    const options = { lists: ['rows', 'rows.row'] }
    expect(valueOf('<rows><row><c>1</c><c>2</c></row><row/></rows>', options)).toEqual([['1', '2'], []])
  })
})

test('every character of the Basic Multilingual Plane is kept whole in a name, or refused', () => {
  const wrong: string[] = []
  for (let code = 0; code <= 0xffff; code += 1) {
    const name = `a${String.fromCharCode(code)}b`
    // Within a tag these end the name.
    if (/[\t\n\r />]/.test(name)) continue
    for (const text of [`<${name}>x</${name}>`, `<r ${name}="x"/>`]) {
      if (faultOf(text)[0] !== 'accepted') continue
      const read = JSON.stringify(decodeXml(text))
      const whole = [`{"name":"${name}","value":"x"}`, `{"name":"r","value":{"@${name}":"x"}}`]
      if (!whole.includes(read)) wrong.push(code.toString(16))
    }
  }
  expect(wrong).toEqual([])
})

describe('repeated elements', () => {
  const tags = { repeated: ['contact.tags'] }

  test.each<[string, string, XmlValue]>([
    ['that occur once', '<contact><tags>a</tags></contact>', { tags: ['a'] }],
    ['that occur twice', '<contact><tags>a</tags><tags/></contact>', { tags: ['a', ''] }],
    ['that do not occur', '<contact><name>x</name></contact>', { name: 'x' }],
    ['of another path', '<contact><x><tags>a</tags></x></contact>', { x: { tags: 'a' } }],
  ])('%s', (_, text, expected) => {
    expect(valueOf(text, tags)).toEqual(expected)
  })
})

describe('refuses what is not well formed', () => {
  test.each([
    ['nothing', '', 1, 1],
    ['blanks', ' \n', 2, 1],
    ['a word', 'PHP Fatal error', 1, 1],
    ['words before the root', 'Warning: x\n<a/>', 1, 1],
    ['text after the root', '<a/>\nx', 2, 1],
    ['a reference after the root', '<a/>&amp;', 1, 5],
    ['a second root', '<a/><b/>', 1, 5],
    ['a second root after one with an end tag', '<a></a><b></b>', 1, 8],
    ['a root without an end', '<result><success>1</success>', 1, 29],
    ['a name where an end tag belongs', '<a><qid>Blogs<qid/></a>', 1, 20],
    ['end tags in the wrong order', '<a><b></a></b>', 1, 7],
    ['an end tag too many', '<a></a></a>', 1, 8],
    ['an end tag with attributes', '<a></a b="1">', 1, 4],
    ['an end tag without a name', '<a></></a>', 1, 4],
    ['an element of HTML without an end', '<html><hr></html>', 1, 11],
    ['a tag cut off', '<a><b', 1, 6],
    ['an attribute cut off', '<a b="1', 1, 3],
    ['an attribute without quotes', '<a b=1/>', 1, 3],
    ['an attribute without a value', '<a b/>', 1, 3],
    ['attributes without a blank between', '<a b="1"c="2"/>', 1, 9],
    ['a < in an attribute', '<a b="<"/>', 1, 3],
    ['a < in text', '<a>1 < 2</a>', 1, 6],
    ['a blank before a name', '< a/>', 1, 1],
    ['a name that begins with a digit', '<1a/>', 1, 1],
    ['a comment without an end', '<a><!-- x</a>', 1, 4],
    ['two hyphens in a comment', '<a><!-- x -- y --></a>', 1, 11],
    ['a comment that ends with three hyphens', '<a><!-- x ---></a>', 1, 11],
    ['a CDATA section without an end', '<a><![CDATA[x</a>', 1, 4],
    ['a CDATA section outside the root', '<![CDATA[x]]><a/>', 1, 1],
    ['the end of a CDATA section alone', '<a>x]]></a>', 1, 5],
    ['an instruction without an end', '<a><?x </a>', 1, 4],
    ['an instruction without a name', '<a><? x?></a>', 1, 4],
    ['a declaration after a blank', ' <?xml version="1.0"?><a/>', 1, 2],
    ['a declaration twice', '<?xml version="1.0"?><?xml version="1.0"?><a/>', 1, 22],
    ['a declaration without a version', '<?xml encoding="UTF-8"?><a/>', 1, 1],
    ['a declaration in capitals', '<?XML version="1.0"?><a/>', 1, 1],
    ['markup of a DTD', '<a><!ELEMENT b EMPTY></a>', 1, 4],
    ['a declaration whose encoding begins with a digit', '<?xml version="1.0" encoding="8859-1"?><a/>', 1, 1],
    ['a no-break space as white space in a tag', '<a\u00a0b="1"/>', 1, 3],
    ['a line separator as white space in a tag', '<a\u2028/>', 1, 3],
    ['an ideographic space before an equals sign', '<a b\u3000="1"/>', 1, 3],
    ['an ideographic space in an end tag', '<a></a\u3000>', 1, 4],
    ['a no-break space in a declaration', '<?xml\u00a0version="1.0"?><a/>', 1, 1],
    ['a no-break space after the name of an instruction', '<?x\u00a0y?><a/>', 1, 1],
    ['a name that begins with a byte order mark', '<\ufeffa/>', 1, 1],
    ['a name that ends with a byte order mark', '<a\ufeff/>', 1, 3],
    ['a name with an ogham space', '<a\u1680b>x</a\u1680b>', 1, 3],
    ['attributes told apart by ogham spaces', '<r a="1" a\u1680="2" a\u1680\u1680="3"/>', 1, 9],
    ['a control character', '<a>\u0001</a>', 1, 4],
    ['a character that is none', '<a>\n\ufffe</a>', 2, 1],
    ['half a surrogate pair', '<a>\ud800</a>', 1, 4],
  ])('such as %s', (_, text, line, column) => {
    expect(faultOf(text)).toEqual(['XML_SYNTAX', line, column])
  })

  test('without quoting it', () => {
    expect(() => decodeXml('<a>\n<password>hush</passwort></a>')).toThrow(
      'XML: an end tag that is not the one of the open element at line 2, column 15',
    )
  })
})

describe('refuses what is dangerous', () => {
  test.each([
    ['a document type', '<!DOCTYPE a><a/>', 'XML_DOCTYPE', 1, 1],
    ['a document type with an entity', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'XML_DOCTYPE', 1, 1],
    [
      'a document type with an external entity',
      '<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
      'XML_DOCTYPE',
      2,
      1,
    ],
    ['a document type in small letters', '<!doctype html><html/>', 'XML_DOCTYPE', 1, 1],
    ['a document type within the root', '<a><!DOCTYPE a></a>', 'XML_DOCTYPE', 1, 4],
    ['an entity that is not predefined', '<a>x&nbsp;</a>', 'XML_ENTITY', 1, 5],
    ['an entity in an attribute', '<a b="x&nbsp;"/>', 'XML_ENTITY', 1, 8],
    ['an ampersand alone', '<a>b & c</a>', 'XML_ENTITY', 1, 6],
    ['an ampersand at the end', '<a>b&</a>', 'XML_ENTITY', 1, 5],
    ['an entity without its semicolon', '<a>&amp</a>', 'XML_ENTITY', 1, 4],
    ['an entity named in capitals', '<a>&AMP;</a>', 'XML_ENTITY', 1, 4],
    ['a reference to NUL', '<a>&#0;</a>', 'XML_ENTITY', 1, 4],
    ['a reference to a control character', '<a>&#x1;</a>', 'XML_ENTITY', 1, 4],
    ['a reference to half a surrogate pair', '<a>&#xD83D;</a>', 'XML_ENTITY', 1, 4],
    ['a reference to no character', '<a>&#xFFFF;</a>', 'XML_ENTITY', 1, 4],
    ['a reference beyond Unicode', '<a>&#x110000;</a>', 'XML_ENTITY', 1, 4],
    ['a reference with a capital X', '<a>&#X41;</a>', 'XML_ENTITY', 1, 4],
    ['a reference without digits', '<a>&#;</a>', 'XML_ENTITY', 1, 4],
    ['an attribute twice', '<a b="1" b="2"/>', 'XML_DUPLICATE_ATTRIBUTE', 1, 9],
    ['an element named __proto__', '<a><__proto__/></a>', 'XML_FORBIDDEN_NAME', 1, 4],
    ['an element named constructor', '<constructor/>', 'XML_FORBIDDEN_NAME', 1, 1],
    ['an attribute named prototype', '<a prototype="1"/>', 'XML_FORBIDDEN_NAME', 1, 3],
  ] as const)('such as %s', (_, text, code, line, column) => {
    expect(faultOf(text)).toEqual([code, line, column])
  })
})

describe('limits', () => {
  test.each([
    ['the size, at the limit', '<a>é</a>', { maxBytes: 9 }, ['accepted']],
    ['the size, in bytes of UTF-8', '<a>é</a>', { maxBytes: 8 }, ['XML_TOO_LARGE', undefined, undefined]],
    ['the depth, at the limit', '<a><b><c/></b></a>', { maxDepth: 3 }, ['accepted']],
    ['the depth', '<a><b><c/></b></a>', { maxDepth: 2 }, ['XML_TOO_DEEP', 1, 7]],
    ['the nodes, at the limit', '<a b="1"><!----><c/><?d?><![CDATA[]]></a>', { maxNodes: 6 }, ['accepted']],
    ['the nodes', '<a b="1"><!----><c/><?d?><![CDATA[]]></a>', { maxNodes: 5 }, ['XML_TOO_MANY_NODES', 1, 26]],
    ['the nodes, attributes among them', '<a b="1" c="2"/>', { maxNodes: 2 }, ['XML_TOO_MANY_NODES', 1, 9]],
    ['the attributes of an element, at the limit', '<a b="1" c="2"><d e="3"/></a>', { maxAttributes: 2 }, ['accepted']],
    ['the attributes of an element', '<a b="1" c="2"/>', { maxAttributes: 1 }, ['XML_TOO_MANY_ATTRIBUTES', 1, 9]],
  ])('%s', (_, text, options, expected) => {
    expect(faultOf(text, options)).toEqual(expected)
  })

  test.each([
    ['maxBytes', Number.NaN],
    ['maxBytes', -1],
    ['maxNodes', Number.NaN],
    ['maxAttributes', -1],
    ['maxDepth', 2.5],
    ['maxDepth', 513],
    ['maxDepth', Number.POSITIVE_INFINITY],
  ])('such as %s are not %p', (limit, value) => {
    expect(() => decodeXml('<a/>', { [limit]: value })).toThrow(ConfigError)
  })

  test('let a document be 512 levels deep', () => {
    const nested = '<a>'.repeat(512) + '</a>'.repeat(512)
    expect(faultOf(nested, { maxDepth: 512 })).toEqual(['accepted'])
    expect(faultOf(`<a>${nested}</a>`, { maxDepth: 512 })[0]).toBe('XML_TOO_DEEP')
  })

  test.each([
    ['1 MiB', `<a>${'x'.repeat(1_048_570)}</a>`, 'XML_TOO_LARGE'],
    ['64 levels', '<a>'.repeat(65), 'XML_TOO_DEEP'],
    ['100,000 nodes', `<a>${'<b/>'.repeat(100_000)}</a>`, 'XML_TOO_MANY_NODES'],
    [
      '64 attributes',
      `<a${Array.from({ length: 65 }, (_, index) => ` a${index}=""`).join('')}/>`,
      'XML_TOO_MANY_ATTRIBUTES',
    ],
  ])('are %s unless told otherwise', (_, text, code) => {
    expect(faultOf(text)[0]).toBe(code)
  })

  test.each([
    ['a start tag of blanks', `<a${' '.repeat(1_000_000)}`],
    ['an attribute that never ends', `<a b="${'x'.repeat(1_000_000)}`],
    ['ampersands', `<a>${'&'.repeat(1_000_000)}`],
    ['comments that never end', `<a>${'<!--'.repeat(250_000)}`],
    ['attributes without end', `<a${' b="1"'.repeat(170_000)}`],
  ])('keep %s from taking longer than reading it', (_, text) => {
    // Linear work takes some 10 ms here; quadratic work takes minutes, and the runner ends it.
    expect(faultOf(text)[0]).not.toBe('accepted')
  })
})
