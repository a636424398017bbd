import {
  type CsvValue,
  decodeCsv,
  type DecodeCsvOptions,
  decodeCsvStream,
  encodeCsv,
  encodeCsvBytes,
  type EncodeCsvBytesOptions,
  encodeCsvStream,
} from '@sluice/csv-codec'
import { codeOf, equal, errorOf, latin1, utf8 } from '../check.ts'
import { cases, type Suite, vectors } from '../suite.ts'

/** Chooses the form of the call that its types ask for. */
function decode(input: Uint8Array | string, { header, ...options }: DecodeCsvOptions): unknown[] {
  return header === true ? decodeCsv(input, { ...options, header }) : decodeCsv(input, options)
}

/** What decoding throws: code, line and column. */
async function faultOf(input: Uint8Array | string, options: DecodeCsvOptions): Promise<unknown[]> {
  const error = await errorOf(() => decode(input, options))
  if (error === undefined || !('code' in error) || !('position' in error)) return [error?.message ?? 'accepted']
  const { line, column } = (error.position ?? {}) as { line?: number; column?: number }
  return [error.code, line, column]
}

/** Makes a stream of pieces of so many bytes, which cut characters, quotes and line ends wherever they fall. */
function streamOf(bytes: Uint8Array, pieceBytes: number): ReadableStream<Uint8Array> {
  let offset = 0
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) controller.close()
      else controller.enqueue(bytes.slice(offset, offset + pieceBytes))
      offset += pieceBytes
    },
  })
}

async function allOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer())
}

const MIXED = 'name;note\r\n"Zoë";"a;b\r\n""c"" 😀"\r\nØ;€\r\n'
const MIXED_ROWS = [
  ['name', 'note'],
  ['Zoë', 'a;b\r\n"c" 😀'],
  ['Ø', '€'],
]

/** What the package promises on every runtime: above all encodings, streams and large inputs. */
export const suite: Suite = () => [
  ...vectors<[text: string, rows: string[][]]>(
    'RFC 4180 section 2',
    [
      [
        'rule 1',
        'aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n',
        [
          ['aaa', 'bbb', 'ccc'],
          ['zzz', 'yyy', 'xxx'],
        ],
      ],
      [
        'rule 2',
        'aaa,bbb,ccc\r\nzzz,yyy,xxx',
        [
          ['aaa', 'bbb', 'ccc'],
          ['zzz', 'yyy', 'xxx'],
        ],
      ],
      ['rule 4', 'aaa,bbb,ccc', [['aaa', 'bbb', 'ccc']]],
      [
        'rule 5',
        '"aaa","bbb","ccc"\r\nzzz,yyy,xxx',
        [
          ['aaa', 'bbb', 'ccc'],
          ['zzz', 'yyy', 'xxx'],
        ],
      ],
      [
        'rule 6',
        '"aaa","b\r\nbb","ccc"\r\nzzz,yyy,xxx',
        [
          ['aaa', 'b\r\nbb', 'ccc'],
          ['zzz', 'yyy', 'xxx'],
        ],
      ],
      ['rule 7', '"aaa","b""bb","ccc"', [['aaa', 'b"bb', 'ccc']]],
    ],
    (_, text, rows) => equal([decodeCsv(text), decodeCsv(utf8(text))], [rows, rows]),
  ),
  ...vectors('RFC 4180 section 2, rule 3', [['a header', 'field_name,other\r\naaa,bbb\r\n']], (_, text) =>
    equal(decodeCsv(text, { header: true }), [{ field_name: 'aaa', other: 'bbb' }]),
  ),
  ...cases<[input: Uint8Array | string, options: DecodeCsvOptions, rows: string[][]]>(
    'decodes',
    [
      ['nothing', '', {}, []],
      ['digits as text', '01234567890,1e5\n', {}, [['01234567890', '1e5']]],
      [
        'empty values',
        ',\r\n"",\r\n',
        {},
        [
          ['', ''],
          ['', ''],
        ],
      ],
      ['blanks as they are', ' a , b \r\n', {}, [[' a ', ' b ']]],
      ['other separators and quotes', "'a;b';c\n", { separator: ';', delimiter: "'" }, [['a;b', 'c']]],
      ['a byte order mark', '\ufeffa,b\r\n', {}, [['a', 'b']]],
      ['a byte order mark, in bytes', utf8('\ufeffa,b\r\n'), {}, [['a', 'b']]],
      ['ISO-8859-1', latin1('\xe9,\xff\r\n'), { encoding: 'iso-8859-1' }, [['é', 'ÿ']]],
      ['windows-1252', latin1('\x80,\x9f\r\n'), { encoding: 'windows-1252' }, [['€', 'Ÿ']]],
      ['characters beyond the first plane', utf8('😀,\u{10ffff}\n'), {}, [['😀', '\u{10ffff}']]],
      ['rows of unequal length, when allowed', 'a\nb,c\n', { rowLengths: 'allow' }, [['a'], ['b', 'c']]],
    ],
    (_, input, options, rows) => equal(decode(input, options), rows),
  ),
  ...cases<[input: Uint8Array | string, options: DecodeCsvOptions, code: string]>(
    'refuses',
    [
      ['a quote without an end', 'a,"b', {}, 'CSV_SYNTAX'],
      ['text after a closing quote', '"a"b\n', {}, 'CSV_SYNTAX'],
      ['a quote within a value', 'a"b\n', {}, 'CSV_SYNTAX'],
      ['a NUL', 'a\0b\n', {}, 'CSV_NUL'],
      ['rows of unequal length', 'a,b\nc\n', {}, 'CSV_ROW_LENGTH'],
      ['a name twice', 'a,a\n1,2\n', { header: true }, 'CSV_HEADER'],
      ['__proto__ as a name', '__proto__\n1\n', { header: true }, 'CSV_HEADER'],
      ['a Latin-1 letter', latin1('\xe9\n'), {}, 'CSV_ENCODING'],
      ['a character cut off', latin1('a\n\xc3'), {}, 'CSV_ENCODING'],
      ['a surrogate', latin1('\xed\xa0\x80\n'), {}, 'CSV_ENCODING'],
      ['more bytes than the limit', 'é\n', { maxBytes: 2 }, 'CSV_TOO_LARGE'],
      ['more rows than the limit', '1\n2\n3\n', { maxRows: 2 }, 'CSV_TOO_MANY_ROWS'],
      ['more columns than the limit', '1,2,3\n', { maxColumns: 2 }, 'CSV_TOO_MANY_COLUMNS'],
      ['a larger value than the limit', 'ééé\n', { maxFieldBytes: 5 }, 'CSV_FIELD_TOO_LARGE'],
    ],
    async (_, input, options, code) => equal((await faultOf(input, options))[0], code),
  ),
  ...cases<[pieceBytes: number]>(
    'a stream is what the whole is, in pieces of',
    [
      ['1 byte', 1],
      ['2 bytes', 2],
      ['3 bytes', 3],
      ['7 bytes', 7],
      ['1000 bytes', 1000],
    ],
    async (_, pieceBytes) =>
      equal(await allOf(decodeCsvStream(streamOf(utf8(MIXED), pieceBytes), { separator: ';' })), MIXED_ROWS),
  ),
  ...cases<[rows: CsvValue[][], options: EncodeCsvBytesOptions, text: string]>(
    'encodes',
    [
      ['every value in quotes', [['a', 1, true, null]], {}, '"a","1","true",""\r\n'],
      ['quotes within', [['a"b']], {}, '"a""b"\r\n'],
      ['quotes only where needed', [['a', 'b,c', 'd"e', 'f\ng']], { quotes: 'needed' }, 'a,"b,c","d""e","f\ng"\r\n'],
      ['another dialect', [['a;b', "c'd"]], { separator: ';', delimiter: "'", lineEnd: '\n' }, "'a;b';'c''d'\n"],
      ['a header', [['1']], { columns: ['n'], header: true }, '"n"\r\n"1"\r\n'],
      ['no row', [], {}, ''],
      ['a formula, prefixed', [['=1+1']], { formulas: 'prefix' }, `"'=1+1"\r\n`],
      ['a formula, left', [['=1+1']], { formulas: 'leave' }, '"=1+1"\r\n'],
      [
        'a phone number as it is',
        [['+46701234567']],
        { columns: [{ name: 'p', kind: 'phone' }] },
        '"+46701234567"\r\n',
      ],
    ],
    async (_, rows, options, text) => {
      equal(encodeCsv(rows, options), text)
      equal(encodeCsvBytes(rows, options), utf8(text))
      equal(await bytesOf(encodeCsvStream(rows, options)), utf8(text))
    },
  ),
  ...cases<[options: EncodeCsvBytesOptions, bytes: Uint8Array]>(
    'encodes é in',
    [
      ['UTF-8', {}, utf8('"é"\r\n')],
      ['UTF-8 with a mark', { byteOrderMark: true }, utf8('\ufeff"é"\r\n')],
      ['ISO-8859-1', { encoding: 'iso-8859-1' }, latin1('"\xe9"\r\n')],
      ['windows-1252', { encoding: 'windows-1252' }, latin1('"\xe9"\r\n')],
    ],
    async (_, options, bytes) => {
      equal(encodeCsvBytes([['é']], options), bytes)
      equal(await bytesOf(encodeCsvStream([['é']], options)), bytes)
    },
  ),
  ...cases<[value: CsvValue, options: EncodeCsvBytesOptions, code: string]>(
    'refuses to encode',
    [
      ['a formula', '=1+1', {}, 'CSV_FORMULA'],
      ['a formula of full width', '＝1', {}, 'CSV_FORMULA'],
      ['€ in ISO-8859-1', '€', { encoding: 'iso-8859-1' }, 'CSV_CHARACTER'],
      ['😀 in windows-1252', '😀', { encoding: 'windows-1252' }, 'CSV_CHARACTER'],
      ['half a surrogate pair', '\ud83d', {}, 'CSV_CHARACTER'],
      ['NaN', Number.NaN, {}, 'CSV_VALUE'],
    ],
    async (_, value, options, code) => equal(await codeOf(() => encodeCsvBytes([[value]], options)), code),
  ),
  {
    name: 'twenty thousand rows go through both streams, and none is written before it is asked for',
    isVector: false,
    run: async () => {
      let made = 0
      function* rows() {
        for (; made < 20_000; made += 1) yield [`Zoë ${made}`, 'a "quoted", text']
      }
      const stream = encodeCsvStream(rows())
      const reader = stream.getReader()
      await reader.read()
      equal(made < 20_000, true)
      reader.releaseLock()
      const rest = await allOf(decodeCsvStream(stream, { rowLengths: 'allow' }))
      equal([made, rest.at(-1)], [20_000, ['Zoë 19999', 'a "quoted", text']])
    },
  },
]
