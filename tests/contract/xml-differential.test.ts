import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'

import { differentialRuns } from './differential-effort.ts'
import { xmlDisagreement } from './xml-agreement.ts'

/** Two parsers that share no code must give the same verdict on every document, and read the same from it. */

const name = fc.constantFrom(
  'a',
  'b',
  'c',
  'a:b',
  '_',
  'é',
  'a\u1680',
  'a\u1680b',
  'x-1',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'text',
)
const reference = fc.constantFrom('&amp;', '&lt;', '&gt;', '&quot;', '&apos;', '&#65;', '&#x1F600;', '&#13;', '&#x9;')
const words = fc.constantFrom(
  'a',
  ' ',
  '\n',
  '\r\n',
  '\t',
  '>',
  ']]',
  "'",
  '"',
  'é',
  '😀',
  '\u0085',
  '\u2028',
  '\u1680',
  '=',
  '/',
)
const text = fc.array(fc.oneof(reference, words), { maxLength: 5 }).map((parts) => parts.join(''))
const attribute = fc.oneof(
  fc.tuple(name, text).map(([key, value]) => `${key}="${value.replaceAll('"', '')}"`),
  fc.tuple(name, text).map(([key, value]) => `${key} =\n'${value.replaceAll("'", '')}'`),
)
const attributes = fc
  .array(attribute, { maxLength: 3 })
  .map((list) => list.map((each, index) => ` ${'n'.repeat(index)}${each}`).join(''))
const beside = fc.oneof(
  text,
  text.map((content) => `<![CDATA[${content.replaceAll(']]', '')}<&]]>`),
  fc.constantFrom(
    '<!---->',
    '<!-- a - b <c> & -->',
    '<?x?>',
    '<?x y?z ?>',
    '<![CDATA[]]>',
    '<![CDATA[]]]]><![CDATA[>]]>',
  ),
)
const element = fc.letrec<{ element: string }>((tie) => ({
  element: fc
    .tuple(
      name,
      attributes,
      fc.array(fc.oneof({ maxDepth: 4 }, beside, tie('element')), { maxLength: 4 }),
      fc.boolean(),
    )
    .map(([tag, list, content, isShort]) =>
      isShort && content.length === 0 ? `<${tag}${list} />` : `<${tag}${list}>${content.join('')}</${tag} >`,
    ),
})).element
const prolog = fc.constantFrom(
  '',
  '\ufeff',
  '<?xml version="1.0"?>',
  "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n",
  '<!-- c -->\n<?p i?>',
)
const wellFormed = fc
  .tuple(prolog, element, fc.constantFrom('', '\n', '<!-- c -->', '<?p?>'))
  .map((all) => all.join(''))

/** What attackers and broken writers make documents of. */
const PIECES = [
  '<a>', '</a>', '<a/>', '<b', '/>', '>', '<', '</', '</b>', '<b>', ' ', '\n', '\r', '\t', '=', '"', "'", '"1"', ' x="1"', " x='2'", ' y=1',
  '&', ';', '&amp;', '&lt', '&#', '&#0;', '&#x0;', '&#xD800;', '&#xFFFE;', '&#x110000;', '&#99999999999;', '&#X41;', '&#x41;', '&nbsp;', '&a;', '&#;', '&;',
  '<!--', '-->', '--', '->', '<!-->', '<!--->', '<![CDATA[', ']]>', ']]', '<![cdata[', '<?', '?>', '<?xml version="1.0"?>', '<?XML ?>', '<?xml-x?>', '<?x', '<?a:b ?>',
  '<!', '<!DOCTYPE a>', '<!ELEMENT a ANY>', '%', 'é', '·', '̀', '-', '.', ':', '0', '𐀀', '\u0000', '\u0001', '\u007f', '\u0085', '\u2028', '\ufffe', '\ufffd', '\ud800', '\ufeff', '\u00a0', '\u1680', '\u3000',
  'xmlns="u"', ' xmlns:p="u"', 'p:q', 'xml:space="preserve"', '__proto__', 'constructor', 'text',
] // prettier-ignore
const hostile = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join(''))

const damaged = fc
  .tuple(wellFormed, fc.nat(), fc.nat(3), fc.constantFrom('', ...PIECES))
  .map(([document, at, length, inserted]) => {
    const index = at % (document.length + 1)
    return document.slice(0, index) + inserted + document.slice(index + length)
  })

const documents: [name: string, document: fc.Arbitrary<string>, runs: number][] = [
  ['well-formed documents', wellFormed, 2000],
  ['damaged documents', damaged, 4000],
  ['hostile pieces', hostile, 4000],
  ['hostile pieces within an element', hostile.map((content) => `<r>${content}</r>`), 4000],
  ['hostile pieces within a start tag', hostile.map((content) => `<r ${content}/>`), 3000],
  ['hostile pieces in a declaration', hostile.map((content) => `<?xml version="1.0"${content}?><r/>`), 1000],
]

test.each(documents)('both parsers agree on %s', (_name, document, runs) => {
  fc.assert(
    fc.property(document, (each) => {
      expect(xmlDisagreement(each)).toBeNull()
    }),
    differentialRuns(runs),
  )
})

describe('both parsers agree on', () => {
  test.each([
    ['a version of two digits', '<?xml version="1.10"?><a/>'],
    ['another major version', '<?xml version="2.0"?><a/>'],
    ['no version', '<?xml encoding="UTF-8"?><a/>'],
    ['an encoding that begins with a digit', '<?xml version="1.0" encoding="8859-1"?><a/>'],
    ['an encoding after standalone', '<?xml version="1.0" standalone="yes" encoding="UTF-8"?><a/>'],
    ['no blank between version and encoding', '<?xml version="1.0"encoding="UTF-8"?><a/>'],
    ['another word for standalone', '<?xml version="1.0" standalone="YES"?><a/>'],
    ['a declaration in upper case', '<?XML version="1.0"?><a/>'],
    ['a blank before the declaration', ' <?xml version="1.0"?><a/>'],
    ['a second byte order mark', '\ufeff\ufeff<a/>'],
    ['a CR as reference in a text with CRLF', '<a>\r\n&#13;\r</a>'],
    ['a CR as reference in an attribute', '<a b="&#13;&#10;&#9;\r\n\t"/>'],
    ['a > in an attribute', '<a b=">"/>'],
    ['a ]]> in an attribute', '<a b="]]>"/>'],
    ['a quote in the other quotes', `<a b='"' c="'"/>`],
    ['an end tag with an attribute', '<a></a b="1">'],
    ['a blank before an end tag’s name', '<a></ a>'],
    ['a colon alone', '<:/>'],
    ['two colons', '<a:b:c/>'],
    ['an undeclared prefix', '<p:a/>'],
    ['a surrogate pair as two references', '<a>&#xD83D;&#xDE00;</a>'],
    ['leading zeroes in a reference', '<a>&#000000000000000065;&#x0000000000000041;</a>'],
    ['an element named as a key of the library', '<a><text>1</text><cdata>2</cdata></a>'],
  ])('%s', (_name, document) => {
    expect(xmlDisagreement(document)).toBeNull()
  })
})
