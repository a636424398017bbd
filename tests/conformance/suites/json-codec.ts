import { decodeJson, encodeJson, type JsonValue } from '@sluice/json-codec'
import { codeOf, equal, errorOf, utf8 } from '../check.ts'
import { cases, type Suite, vectors } from '../suite.ts'

const IMAGE = `{
  "Image": {
      "Width":  800,
      "Height": 600,
      "Title":  "View from 15th Floor",
      "Thumbnail": {
          "Url":    "http://www.example.com/image/481989943",
          "Height": 125,
          "Width":  100
      },
      "Animated" : false,
      "IDs": [116, 943, 234, 38793]
    }
}`

const PLACES = `[
  {
     "precision": "zip",
     "Latitude":  37.7668,
     "Longitude": -122.3959,
     "Address":   "",
     "City":      "SAN FRANCISCO",
     "State":     "CA",
     "Zip":       "94107",
     "Country":   "US"
  }
]`

/** The types rule out what a value that came in as `any` may still be. */
const encodeAnything: (value: never) => string = encodeJson

const nested = (levels: number): JsonValue => (levels === 0 ? 1 : [nested(levels - 1)])

/** What `decodeJson` throws: code, line and column. */
async function faultOf(input: Uint8Array | string, options = {}): Promise<unknown[]> {
  const error = await errorOf(() => decodeJson(input, options))
  if (error === undefined || !('code' in error) || !('position' in error)) return [error?.message ?? 'accepted']
  const { line, column } = (error.position ?? {}) as { line?: number; column?: number }
  return [error.code, line, column]
}

/** What the package promises on every runtime: above all where it leans on the engine's parser and decoder. */
export const suite: Suite = () => [
  ...vectors<[text: string, value: JsonValue]>(
    'RFC 8259',
    [
      [
        'section 13, an object',
        IMAGE,
        {
          Image: {
            Width: 800,
            Height: 600,
            Title: 'View from 15th Floor',
            Thumbnail: { Url: 'http://www.example.com/image/481989943', Height: 125, Width: 100 },
            Animated: false,
            IDs: [116, 943, 234, 38793],
          },
        },
      ],
      [
        'section 13, an array',
        PLACES,
        [
          {
            precision: 'zip',
            Latitude: 37.7668,
            Longitude: -122.3959,
            Address: '',
            City: 'SAN FRANCISCO',
            State: 'CA',
            Zip: '94107',
            Country: 'US',
          },
        ],
      ],
      ['section 13, a text alone', '"Hello world!"', 'Hello world!'],
      ['section 13, a number alone', '42', 42],
      ['section 13, true alone', 'true', true],
      ['section 7, the G clef', String.raw`"\uD834\uDD1E"`, '\u{1D11E}'],
      ['section 8.3, a name', String.raw`{"a\\b":1}`, { 'a\\b': 1 }],
      ['section 8.3, the same name', String.raw`{"a\u005Cb":1}`, { 'a\\b': 1 }],
    ],
    (_, text, value) => equal([decodeJson(text), decodeJson(utf8(text))], [value, value]),
  ),
  ...cases<[text: string, value: JsonValue]>(
    'decodes',
    [
      ['blanks of every kind', '\t[\n1\r,\r\n2 ]', [1, 2]],
      ['every escape', String.raw`"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"`, '"\\/\b\f\n\r\té😀'],
      ['half a surrogate pair', String.raw`"\ud800"`, '\ud800'],
      ['line separators of JavaScript', '"\u2028\u2029"', '\u2028\u2029'],
      ['a byte order mark', '\ufeff{"a":1}', { a: 1 }],
      ['minus zero', '-0', -0],
      ['the smallest number', '5e-324', 5e-324],
      ['the largest number', '1.7976931348623157e308', 1.7976931348623157e308],
      ['a number that rounds to even', '9007199254740993', 9007199254740992],
      ['names in their order', '{"b":1,"a":2,"c":3}', { b: 1, a: 2, c: 3 }],
      ['names of Object.prototype', '{"toString":1,"valueOf":2}', { toString: 1, valueOf: 2 }],
      ['colons and brackets in strings', '{"a":"x: {[\\":","b":"\\\\"}', { a: 'x: {[":', b: '\\' }],
    ],
    (_, text, value) => equal([decodeJson(text), decodeJson(utf8(text))], [value, value]),
  ),
  ...cases(
    'refuses what is not JSON',
    [
      ['nothing', '', 1, 1],
      ['a word', 'PHP Fatal error', 1, 1],
      ['text after the value', '{"a":1} x', 1, 9],
      ['a name without quotes', '{\n  dataset: "1"}', 2, 3],
      ['a comma at the end', '[1,]', 1, 4],
      ['an object without an end', '{"a":{"b":1}', 1, 13],
      ['a line end in a string', '"a\nb"', 1, 3],
      ['a leading zero', '[01]', 1, 3],
      ['NaN', '[NaN]', 1, 2],
      ['a comment', '[1]//', 1, 4],
      ['a blank that JSON does not have', '[\u00a01]', 1, 2],
      ['a NUL', '[1]\0', 1, 4],
      ['a byte order mark within', '[\ufeff1]', 1, 2],
    ],
    async (_, text, line, column) => equal(await faultOf(text), ['JSON_SYNTAX', line, column]),
  ),
  ...cases(
    'refuses bytes that are not UTF-8',
    [
      ['a Latin-1 letter', [0x22, 0x61, 0xe9, 0x22], 1, 3],
      ['a character cut off', [0x22, 0xc3], 1, 2],
      ['an overlong form', [0x22, 0xc0, 0xaf, 0x22], 1, 2],
      ['a surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 1, 2],
      ['beyond Unicode', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 1, 2],
      ['on a later line', [0x5b, 0x0a, 0x22, 0xc3, 0xa9, 0xff, 0x22], 2, 3],
      ['UTF-16 with a mark', [0xff, 0xfe, 0x31, 0x00], 1, 1],
      ['UTF-16 without one', [0x5b, 0x00, 0x5d, 0x00], 1, 1],
    ],
    async (_, bytes, line, column) => equal(await faultOf(Uint8Array.from(bytes)), ['JSON_ENCODING', line, column]),
  ),
  ...cases<[text: string, options: object, fault: unknown[]]>(
    'refuses',
    [
      ['a name twice', '{"a":1,"a":2}', {}, ['JSON_DUPLICATE_KEY', 1, 8]],
      ['a name twice, once escaped', String.raw`{"a":1,"\u0061":2}`, {}, ['JSON_DUPLICATE_KEY', 1, 8]],
      ['__proto__', '{"__proto__":{"admin":true}}', {}, ['JSON_FORBIDDEN_KEY', 1, 2]],
      ['constructor, escaped', String.raw`{"c\u006fnstructor":1}`, {}, ['JSON_FORBIDDEN_KEY', 1, 2]],
      ['a number beyond a double', '[1e400]', {}, ['JSON_NUMBER_RANGE', 1, 2]],
      [
        'a number that a double rounds, when asked to',
        '[0.12345678901234567891]',
        { inexactNumbers: 'refuse' },
        ['JSON_NUMBER_RANGE', 1, 2],
      ],
      ['more bytes than the limit', '"é"', { maxBytes: 3 }, ['JSON_TOO_LARGE', undefined, undefined]],
      ['more levels than the limit', '[[{"a":1}]]', { maxDepth: 2 }, ['JSON_TOO_DEEP', 1, 3]],
      ['a million brackets', '['.repeat(1_000_000), {}, ['JSON_TOO_DEEP', 1, 65]],
    ],
    async (_, text, options, fault) => equal(await faultOf(text, options), fault),
  ),
  ...cases<[text: string, options: object, value: JsonValue]>(
    'when asked to',
    [
      ['lets the last of equal names win', '{"a":1,"b":2,"a":3}', { duplicateKeys: 'last' }, { a: 3, b: 2 }],
      [
        'keeps digits as text',
        '[12345678901234567890,1e-400,1]',
        { inexactNumbers: 'text' },
        ['12345678901234567890', '1e-400', 1],
      ],
    ],
    (_, text, options, value) => equal(decodeJson(text, options), value),
  ),
  {
    name: 'a megabyte is decoded, character by character where it has to be',
    isVector: false,
    run: () => {
      const item = '{"name":"Zoë :\\" x","n":12345678901234567890}'
      const text = `[${Array.from({ length: 20_000 }, () => item).join()}]`
      const items = decodeJson(text, { maxBytes: 2_000_000, inexactNumbers: 'text' })
      equal(Array.isArray(items) && [items.length, items[19_999]], [
        20_000,
        { name: 'Zoë :" x', n: '12345678901234567890' },
      ])
    },
  },
  {
    name: 'the deepest that may be asked for is encoded, decoded, and found faulty',
    isVector: false,
    run: async () => {
      const text = encodeJson(nested(512))
      equal(encodeJson(decodeJson(text, { maxDepth: 512 })), text)
      equal(await faultOf('['.repeat(512), { maxDepth: 512 }), ['JSON_SYNTAX', 1, 513])
      equal(await codeOf(() => decodeJson(text, { maxDepth: 513 })), 'CONFIG_INVALID')
    },
  },
  ...cases<[value: JsonValue, text: string]>(
    'encodes',
    [
      ['a text with quotes', 'a"b\n', String.raw`"a\"b\n"`],
      ['half a surrogate pair as an escape', '\ud800', String.raw`"\ud800"`],
      ['members in their order', { b: 1, a: [true, {}] }, '{"b":1,"a":[true,{}]}'],
      ['numbers in their shortest form', [1e21, 0.1, 1e-7, -0], '[1e+21,0.1,1e-7,0]'],
    ],
    (_, value, text) => equal(encodeJson(value), text),
  ),
  ...cases<[value: unknown]>(
    'refuses to encode',
    [
      ['NaN', Number.NaN],
      ['undefined', { a: undefined }],
      ['a big integer', 1n],
      ['a hole', Array.from({ length: 3 }).concat(1)],
      ['513 levels', nested(513)],
      ['a date', new Date(0)],
      ['a map', new Map()],
      ['bytes', new Uint8Array(1)],
    ],
    async (_, value) => equal(await codeOf(() => encodeAnything(value as never)), 'JSON_VALUE'),
  ),
]
