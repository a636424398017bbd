import { decodeXml, type DecodeXmlOptions, encodeXml, type XmlValue } from '@sluice/xml-codec'
import { codeOf, equal, errorOf, latin1, utf8 } from '../check.ts'
import { cases, type Suite, vectors } from '../suite.ts'

const declared = (encoding: string, content: string) =>
  latin1(`<?xml version="1.0" encoding="${encoding}"?><a>${content}</a>`)

function utf16(text: string, order: 'big' | 'little', mark: boolean): Uint8Array {
  const marked = mark ? `\ufeff${text}` : text
  const units = Array.from({ length: marked.length }, (_, index) => marked.charCodeAt(index))
  return Uint8Array.from(
    units.flatMap((unit) => {
      const bytes = [unit >> 8, unit & 0xff]
      return order === 'big' ? bytes : bytes.toReversed()
    }),
  )
}

/** What `decodeXml` throws: code, line and column. */
async function faultOf(text: string, options: DecodeXmlOptions = {}): Promise<unknown[]> {
  const error = await errorOf(() => decodeXml(text, options))
  if (error === undefined || !('code' in error) || !('position' in error)) return [error?.message ?? 'accepted']
  const { line, column } = (error.position ?? {}) as { line?: number; column?: number }
  return [error.code, line, column]
}

/** What the package promises on every runtime: above all encodings, regular expressions over Unicode, and large inputs. */
export const suite: Suite = () => [
  ...vectors<[text: string, name: string, value: XmlValue]>(
    'XML 1.0',
    [
      ['section 2.1', '<?xml version="1.0"?> <greeting>Hello, world!</greeting> ', 'greeting', 'Hello, world!'],
      ['section 2.5', '<a><!-- declarations for <head> & <body> --></a>', 'a', ''],
      [
        'section 2.7',
        '<a><![CDATA[<greeting>Hello, world!</greeting>]]></a>',
        'a',
        '<greeting>Hello, world!</greeting>',
      ],
      ['section 3.1', '<termdef id="dt-dog" term="dog"/>', 'termdef', { '@id': 'dt-dog', '@term': 'dog' }],
      [
        'section 3.1, empty',
        '<IMG align="left"\n src="http://www.w3.org/Icons/WWW/w3c_home" />',
        'IMG',
        { '@align': 'left', '@src': 'http://www.w3.org/Icons/WWW/w3c_home' },
      ],
      ['section 3.3.3, line ends', '<e a="\n\nxyz"/>', 'e', { '@a': '  xyz' }],
      ['section 3.3.3, references', '<e a="&#xd;&#xd;A&#xa;&#xa;B&#xd;&#xa;"/>', 'e', { '@a': '\r\rA\n\nB\r\n' }],
      [
        'section 4.1',
        '<p>Type <key>less-than</key> (&#x3C;) to save options.</p>',
        'p',
        { key: 'less-than', '#text': 'Type  (<) to save options.' },
      ],
      ['section 2.11', '<a>1\r\n2\r3\n4</a>', 'a', '1\n2\n3\n4'],
    ],
    (_, text, name, value) => equal(decodeXml(text), { name, value }),
  ),
  ...vectors<[text: string, code: string]>(
    'XML 1.0 forbids',
    [
      ['section 2.5, a comment that ends with --->', '<a><!-- B+, B, or B---></a>', 'XML_SYNTAX'],
      ['section 2.4, ]]> in text', '<a>]]></a>', 'XML_SYNTAX'],
      ['section 3.1, an attribute twice', '<a b="1" b="1"/>', 'XML_DUPLICATE_ATTRIBUTE'],
      ['section 4.1, an entity that nobody declared', '<p>&docdate;</p>', 'XML_ENTITY'],
      ['section 2.2, U+FFFE', '<a>\ufffe</a>', 'XML_SYNTAX'],
    ],
    async (_, text, code) => equal((await faultOf(text))[0], code),
  ),
  ...cases<[bytes: Uint8Array, value: string]>(
    'reads',
    [
      ['UTF-8 by its mark', Uint8Array.from([0xef, 0xbb, 0xbf, ...utf8('<a>€</a>')]), '€'],
      ['UTF-8 by its declaration', declared('utf-8', '\xc3\xa9'), 'é'],
      ['ISO-8859-1', declared('ISO-8859-1', '\xe9\xff'), 'éÿ'],
      ['ISO-8859-1 where windows-1252 differs', declared('iso-8859-1', '\x80\x85\x9f'), '\u0080\u0085\u009f'],
      ['windows-1252', declared('windows-1252', '\x80\x85\x9f\xe9'), '€…Ÿé'],
      [
        'windows-1252 where it is undefined',
        declared('windows-1252', '\x81\x8d\x8f\x90\x9d'),
        '\u0081\u008d\u008f\u0090\u009d',
      ],
      ['big-endian UTF-16 by its mark', utf16('<a>é€😀</a>', 'big', true), 'é€😀'],
      ['little-endian UTF-16 by its mark', utf16('<a>é€😀</a>', 'little', true), 'é€😀'],
      [
        'big-endian UTF-16 by its declaration',
        utf16('<?xml version="1.0" encoding="UTF-16BE"?><a>é</a>', 'big', false),
        'é',
      ],
      ['ISO-8859-1 of 50,000 bytes', declared('iso-8859-1', '\xe9'.repeat(50_000)), 'é'.repeat(50_000)],
    ],
    (_, bytes, value) => equal(decodeXml(bytes).value, value),
  ),
  ...cases<[bytes: Uint8Array]>(
    'refuses the bytes of',
    [
      ['a Latin-1 letter in UTF-8', declared('utf-8', '\xe9')],
      ['an overlong form', declared('utf-8', '\xc0\xbc')],
      ['a surrogate in UTF-8', declared('utf-8', '\xed\xa0\x80')],
      ['single bytes that declare UTF-16', declared('UTF-16', 'b')],
      ['UTF-16 that declares UTF-8', utf16('<?xml version="1.0" encoding="UTF-8"?><a/>', 'little', true)],
      ['UTF-16 with half a unit', Uint8Array.from([...utf16('<a/>', 'little', true), 0x20])],
      ['UTF-16 with half a pair', utf16('<a>\ud83d</a>', 'big', true)],
      ['UTF-32', Uint8Array.from([0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0])],
      ['UTF-7', declared('UTF-7', '+ADw-')],
      ['declared ASCII, above it', declared('us-ascii', '\xc3\xa9')],
      ['a declaration that does not end', utf8(`<?xml version="1.0"${' '.repeat(600)}encoding="utf-16"?><a/>`)],
    ],
    async (_, bytes) => equal(await codeOf(() => decodeXml(bytes)), 'XML_ENCODING'),
  ),
  ...cases<[text: string, value: XmlValue]>(
    'decodes',
    [
      ['digits as text', '<a><b>01234567890</b><c>1e5</c></a>', { b: '01234567890', c: '1e5' }],
      ['attributes beside text', '<a b="1"> x </a>', { '@b': '1', '#text': ' x ' }],
      ['an element that repeats', '<a><b>1</b><b>2</b></a>', { b: ['1', '2'] }],
      ['names of other scripts', '<größe><навн>1</навн></größe>', { навн: '1' }],
      ['names of Object.prototype', '<a toString="1"><valueOf>2</valueOf></a>', { '@toString': '1', valueOf: '2' }],
      ['an entity once, not twice', '<a>&amp;lt;</a>', '&lt;'],
      ['references beyond the first plane', '<a>&#x1F600;&#128512;</a>', '😀😀'],
    ],
    (_, text, value) => equal(decodeXml(text).value, value),
  ),
  ...cases<[list: string, value: XmlValue]>(
    'a list',
    [
      ['of none', '<list/>', { list: [] }],
      ['of one', '<list><row>1</row></list>', { list: ['1'] }],
      ['of two, whatever their names', '<list><row>1</row><other>2</other></list>', { list: ['1', '2'] }],
    ],
    (_, list, value) => equal(decodeXml(`<r>${list}</r>`, { lists: ['r.list'] }).value, value),
  ),
  ...cases<[text: string, options: DecodeXmlOptions, fault: unknown[]]>(
    'refuses',
    [
      ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', {}, ['XML_DOCTYPE', 1, 1]],
      ['wrong nesting', '<a><b></a></b>', {}, ['XML_SYNTAX', 1, 7]],
      ['a name with an ogham space', '<a\u1680b>x</a\u1680b>', {}, ['XML_SYNTAX', 1, 3]],
      ['a second root', '<a/><b/>', {}, ['XML_SYNTAX', 1, 5]],
      ['a reference to NUL', '<a>&#0;</a>', {}, ['XML_ENTITY', 1, 4]],
      ['a reference to half a pair', '<a>&#xD83D;</a>', {}, ['XML_ENTITY', 1, 4]],
      ['__proto__', '<a>\n<__proto__/></a>', {}, ['XML_FORBIDDEN_NAME', 2, 1]],
      ['more bytes than the limit', '<a>é</a>', { maxBytes: 8 }, ['XML_TOO_LARGE', undefined, undefined]],
      ['more levels than the limit', '<a><b><c/></b></a>', { maxDepth: 2 }, ['XML_TOO_DEEP', 1, 7]],
      ['100,000 levels', '<a>'.repeat(100_000), {}, ['XML_TOO_DEEP', 1, 193]],
      ['more nodes than the limit', '<a b="1" c="2"/>', { maxNodes: 2 }, ['XML_TOO_MANY_NODES', 1, 9]],
      ['more attributes than the limit', '<a b="1" c="2"/>', { maxAttributes: 1 }, ['XML_TOO_MANY_ATTRIBUTES', 1, 9]],
    ],
    async (_, text, options, fault) => equal(await faultOf(text, options), fault),
  ),
  {
    name: 'half a megabyte is decoded, in bytes',
    isVector: false,
    run: () => {
      const row = '<row id="7"><name>Zoë &amp; Søn</name><phone>01234567890</phone></row>'
      const { value } = decodeXml(utf8(`<r>${row.repeat(7000)}</r>`), { lists: ['r'] })
      equal(Array.isArray(value) && [value.length, value.at(-1)], [
        7000,
        { '@id': '7', name: 'Zoë & Søn', phone: '01234567890' },
      ])
    },
  },
  {
    name: 'the deepest that may be asked for is decoded and encoded',
    isVector: false,
    run: async () => {
      const text = `${'<a>'.repeat(512)}x${'</a>'.repeat(512)}`
      const document = decodeXml(text, { maxDepth: 512 })
      equal(encodeXml(document), text)
      equal(await codeOf(() => encodeXml({ name: 'a', value: { a: document.value } })), 'XML_VALUE')
      equal(await codeOf(() => decodeXml(text, { maxDepth: 513 })), 'CONFIG_INVALID')
    },
  },
  ...cases<[value: XmlValue, text: string]>(
    'encodes, and decodes to the same,',
    [
      ['signs of markup', `<&>"'`, `<a>&lt;&amp;&gt;"'</a>`],
      ['blanks in text', '\t\r\n', '<a>\t&#13;\n</a>'],
      ['blanks in attributes', { '@b': ' \t\r\n' }, '<a b=" &#9;&#13;&#10;"/>'],
      ['children in their order', { c: '1', b: { d: '2' } }, '<a><c>1</c><b><d>2</d></b></a>'],
      ['an array', { b: ['1', '2'] }, '<a><b>1</b><b>2</b></a>'],
      ['characters beyond ASCII', 'é😀\u{10ffff}', '<a>é😀\u{10ffff}</a>'],
    ],
    (_, value, text) => {
      equal(encodeXml({ name: 'a', value }), text)
      equal(decodeXml(text), { name: 'a', value })
    },
  ),
  ...cases<[value: XmlValue, code: string]>(
    'refuses to encode',
    [
      ['NUL', '\0', 'XML_CHARACTER'],
      ['half a surrogate pair', 'a\ud800', 'XML_CHARACTER'],
      ['U+FFFF', '\uffff', 'XML_CHARACTER'],
      ['a name with markup', { 'b><c': '' }, 'XML_NAME'],
      ['constructor', { constructor: '1' }, 'XML_NAME'],
    ],
    async (_, value, code) => equal(await codeOf(() => encodeXml({ name: 'a', value })), code),
  ),
]
