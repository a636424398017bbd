import { decodeCsv, encodeCsv } from '@sluice/csv-codec'
import { parseRetryAfter } from '@sluice/http-client'
import { decodeJson } from '@sluice/json-codec'
import { decodeXml, encodeXml } from '@sluice/xml-codec'

import { xmlDisagreement } from '../contract/xml-agreement.ts'
import { type Target, textOf } from './target.ts'

const JSON_CORPUS = [
  '{"phone":"01234567890","id":12345678901234567890,"tags":["a",null,true,false,-1.5e-3]}',
  '[[[[{"a":{"b":[{}]}}]]]]',
  '"\\u0041\\ud83d\\ude00\\n\\"å😀"',
  '{"a":1,\n"\\u0061":2}',
  '{"__proto__":{},"constructor":1}',
  ' \t\r\n[ 0 , 1e400 , -0 , 0.1 ] ',
  '\ufeff{}',
  '{"a":"\\":","b" : 1}',
]
const JSON_TOKENS = [
  '{', '}', '[', ']', ':', ',', '"', '\\', '\\u0000', '\\ud800', '\\"', 'null', 'true', 'tru', 'NaN', 'Infinity', '-', '0', '00', '1e', '1E+9', '1e999',
  '0.', '.5', '9007199254740993', '"a":', '"a":1,', '"__proto__":1,', '"\\u005f_proto__":1', '//', '/*', "'", '\u0000', '\u001f', '\u007f', '\u2028', '\ufeff', '\n', ' ',
] // prettier-ignore

const XML_CORPUS = [
  '<?xml version="1.0" encoding="UTF-8"?>\n<result><success>1</success><list><row><id>1</id></row><row/></list></result>',
  '<s:a xmlns:s="urn:x" b=\'1\'><!-- c --><?p i?><![CDATA[<&>]]>&lt;&#65;&#x1F600;</s:a>',
  '<a> x <b/> y <b c="&quot;"/> </a>\n<!-- end -->',
  '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  '<a b="1" b="2"/>',
  '<a>&nbsp;</a>',
  '<constructor/>',
  '\ufeff<größe>å</größe>',
]
const XML_TOKENS = [
  '<a>', '</a>', '<a/>', '<', '>', '/>', '</', '&', ';', '&amp;', '&#', '&#x', '&#0;', '&#xD800;', '&a;', '<!--', '-->', '--', '<![CDATA[', ']]>', '<?', '?>', '<?xml version="1.0"?>',
  '<!DOCTYPE a>', '<!', ' b="1"', " c='2'", '=', '"', "'", ' ', '\r', '\n', '\t', '\u0000', '\u0085', '\u00a0', '\u2028', '\u3000', '\ufeff', '\ufffe', '·', '𐀀', ':', 'toString', '__proto__', 'x',
] // prettier-ignore
const XML_BYTES = [
  '<?xml version="1.0" encoding="ISO-8859-1"?><a>\u00e5</a>',
  '<?xml version="1.0" encoding="windows-1252"?><a>\u0080</a>',
].map((text) => new Uint8Array(Buffer.from(text, 'latin1')))
const XML_WIDE = ['\ufeff<a b="1">å😀</a>', '<?xml version="1.0" encoding="UTF-16LE"?><a/>'].map(
  (text) => new Uint8Array(Buffer.from(text, 'utf16le')),
)

const CSV_CORPUS = [
  '"NAME","PHONE"\r\n"Peña, ""Ana""","+46701234567"\r\n',
  'a,b\n1,\n"x\ny",2\n',
  '\ufeffa;b\r\n=1+1;@x\r\n',
  'a,a\n1,2,3\n\n',
  '"a"b,"c\n',
]
const CSV_TOKENS = [
  '"',
  '""',
  ',',
  ';',
  '\r',
  '\n',
  '\r\n',
  '"\n"',
  '",""',
  '\u0000',
  '\ufeff',
  ' ',
  '\t',
  '=',
  'å',
  '|',
]

/** Whether UTF-8 and then JSON.parse take these bytes, and what for. */
function parsedByEngine(input: Uint8Array): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(input)) }
  } catch {
    return null
  }
}

/** Codes for what is no JSON at all; the other ones are about JSON that is not wanted. */
const NOT_JSON: ReadonlySet<string> = new Set(['JSON_SYNTAX', 'JSON_ENCODING'])

export const decoders: readonly Target[] = [
  {
    name: 'decodeJson',
    corpus: JSON_CORPUS,
    tokens: JSON_TOKENS,
    run: (input) => decodeJson(input),
    judge(input, verdict) {
      const parsed = parsedByEngine(input)
      if (!verdict.accepted) return parsed !== null && NOT_JSON.has(verdict.code) ? 'refuses JSON' : null
      if (parsed === null) return 'accepts what JSON.parse does not'
      return JSON.stringify(parsed.value) === JSON.stringify(verdict.value)
        ? null
        : 'reads another value than JSON.parse'
    },
  },
  {
    name: 'decodeJson, numbers as text, last name',
    corpus: JSON_CORPUS,
    tokens: JSON_TOKENS,
    run: (input) => decodeJson(textOf(input), { inexactNumbers: 'text', duplicateKeys: 'last' }),
    judge(input, verdict) {
      const isJson = parsedByEngine(new TextEncoder().encode(textOf(input))) !== null
      if (verdict.accepted) return isJson ? null : 'accepts what JSON.parse does not'
      return isJson && NOT_JSON.has(verdict.code) ? 'refuses JSON' : null
    },
  },
  {
    name: 'decodeXml, text',
    corpus: XML_CORPUS,
    tokens: XML_TOKENS,
    run: (input) => decodeXml(textOf(input)),
    judge: (input) => xmlDisagreement(textOf(input)),
  },
  {
    name: 'decodeXml, bytes',
    corpus: [...XML_CORPUS, ...XML_BYTES, ...XML_WIDE],
    tokens: [
      ...XML_TOKENS,
      'encoding="UTF-8"',
      'encoding="utf-16"',
      ' encoding="ISO-8859-1"',
      'US-ASCII',
      'windows-1252',
    ],
    run: (input) => decodeXml(input),
    judge(input, verdict) {
      if (!verdict.accepted) return null
      const document = decodeXml(input)
      const again = decodeXml(encodeXml(document))
      return JSON.stringify(again) === JSON.stringify(document) ? null : 'reads what it cannot write'
    },
  },
  {
    name: 'decodeCsv',
    corpus: CSV_CORPUS,
    tokens: CSV_TOKENS,
    run: (input) => decodeCsv(input),
    judge(input, verdict) {
      if (!verdict.accepted) return null
      const rows = decodeCsv(input)
      const again = decodeCsv(encodeCsv(rows, { formulas: 'leave' }))
      return JSON.stringify(again) === JSON.stringify(rows) ? null : 'reads what it cannot write'
    },
  },
  {
    name: 'parseRetryAfter',
    corpus: ['120', 'Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'],
    tokens: ['0', '9', '-', '+', '.', 'e', ' ', ':', ',', 'GMT', 'UTC', '29 Feb', '99', '0000', '\t', '\u00a0'],
    run: (input) => parseRetryAfter(textOf(input), Date.UTC(2026, 10, 22)),
    judge(_input, verdict) {
      if (!verdict.accepted) return 'throws, and has no reason to'
      const { value } = verdict
      return value === null || (Number.isSafeInteger(value) && Number(value) >= 0) ? null : 'returns no time'
    },
  },
]
