import { describe, expect, test } from 'bun:test'

import { ConfigError, DecodeError } from '@sluice/errors'

import { decodeCsv, type DecodeCsvOptions } from './index.ts'

/** A word that stands where a fault is, and that no message may repeat. */
const MARK = 'do-not-quote-me'

/** What a text is refused with: code, line and column. */
function refusal(input: Uint8Array | string, options: DecodeCsvOptions = {}): unknown {
  try {
    decodeCsv(input, options)
  } catch (error) {
    if (error instanceof DecodeError) return [error.code, error.position?.line, error.position?.column]
    throw error
  }
  return 'accepted'
}

describe('RFC 4180 section 2', () => {
  test.each([
    [
      'rule 1: each row is on its own line',
      'aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n',
      [
        ['aaa', 'bbb', 'ccc'],
        ['zzz', 'yyy', 'xxx'],
      ],
    ],
    [
      'rule 2: the last line may have no end',
      'aaa,bbb,ccc\r\nzzz,yyy,xxx',
      [
        ['aaa', 'bbb', 'ccc'],
        ['zzz', 'yyy', 'xxx'],
      ],
    ],
    ['rule 4: blanks are part of a value', ' aaa , bbb\t', [[' aaa ', ' bbb\t']]],
    ['rule 4: the last value is followed by no separator, so that one more means one more value', 'a,', [['a', '']]],
    [
      'rule 5: a value may be quoted',
      '"aaa","bbb","ccc"\r\nzzz,yyy,xxx',
      [
        ['aaa', 'bbb', 'ccc'],
        ['zzz', 'yyy', 'xxx'],
      ],
    ],
    [
      'rule 6: quoted, it may hold line ends, separators and quotes',
      '"aaa","b\r\nbb","ccc"\r\nzzz,"y,y""y",xxx',
      [
        ['aaa', 'b\r\nbb', 'ccc'],
        ['zzz', 'y,y"y', 'xxx'],
      ],
    ],
    ['rule 7: a quote within is doubled', '"aaa","b""bb","ccc"', [['aaa', 'b"bb', 'ccc']]],
  ])('%s', (_, input, expected) => {
    expect(decodeCsv(input)).toEqual(expected)
  })

  test('rule 3: the first line may be a header', () => {
    const input = 'field_name,field2\r\naaa,bbb\r\nzzz,yyy\r\n'
    expect(decodeCsv(input, { header: true })).toEqual([
      { field_name: 'aaa', field2: 'bbb' },
      { field_name: 'zzz', field2: 'yyy' },
    ])
  })
})

describe('reads', () => {
  test.each([
    ['nothing as no row', '', {}, []],
    ['a byte order mark alone as no row', '\ufeff', {}, []],
    ['an empty line as one empty value', '\n', {}, [['']]],
    ['an empty last line as no row', 'a\n', {}, [['a']]],
    ['an empty line before the last as a row of one empty value', 'a\n\n', {}, [['a'], ['']]],
    ['empty lines as nothing when that is asked for', '\r\na\n\n\r\nb\n\n', { emptyLines: 'skip' }, [['a'], ['b']]],
    ['quoted emptiness as a value even then', '""\n', { emptyLines: 'skip' }, [['']]],
    ['only separators as empty values', ',,', {}, [['', '', '']]],
    ['a quoted empty value at the end', 'a,""', {}, [['a', '']]],
    ['line ends of both kinds in one text', 'a\r\nb\nc', {}, [['a'], ['b'], ['c']]],
    ['a value that is one quote', '""""', {}, [['"']]],
    ['a value that is quotes around nothing', '""""""', {}, [['""']]],
    ['each kind of line end within quotes', '"\r","\n","\r\n"', {}, [['\r', '\n', '\r\n']]],
    ['a quoted line end directly before one that ends the row', '"a\r\n"\r\n"\n"\n', {}, [['a\r\n'], ['\n']]],
    ['a byte order mark at the start as none of the value', '\ufeffa,b', {}, [['a', 'b']]],
    ['a byte order mark before a quote', '\ufeff"a","b"', {}, [['a', 'b']]],
    ['a byte order mark elsewhere as a character', '"\ufeffa"\n\ufeffb', {}, [['\ufeffa'], ['\ufeffb']]],
    ['no formula, number or boolean: text', '=1+1,007,true,+46', {}, [['=1+1', '007', 'true', '+46']]],
    ['a line that begins like a comment', '#a,b', {}, [['#a', 'b']]],
    ['another separator', 'a;"b;c";d,e', { separator: ';' }, [['a', 'b;c', 'd,e']]],
    ['a tab as separator beside quotes', '"a"\t"b"\t\t c\n', { separator: '\t' }, [['a', 'b', '', ' c']]],
    ['a blank as separator beside quotes', '"a" "b c"  d', { separator: ' ' }, [['a', 'b c', '', 'd']]],
    ['another delimiter', "'a,''b',\"c\"", { delimiter: "'" }, [["a,'b", '"c"']]],
    ['a delimiter that means something to regular expressions', '|a||b|,c', { delimiter: '|' }, [['a|b', 'c']]],
    ['a separator that does', 'a.b.c', { separator: '.' }, [['a', 'b', 'c']]],
    ['characters of two units', '😀,"😀\n"', {}, [['😀', '😀\n']]],
    ['names of prototypes as values', '__proto__,constructor', {}, [['__proto__', 'constructor']]],
  ] as const satisfies readonly (readonly [string, string, DecodeCsvOptions, readonly (readonly string[])[]])[])(
    '%s',
    (_, input, options, expected) => {
      expect<unknown>(decodeCsv(input, options)).toEqual(expected)
    },
  )

  test('rows of any length where that is allowed', () => {
    expect(decodeCsv('a,b\n\nc,d,e\n', { rowLengths: 'allow' })).toEqual([['a', 'b'], [''], ['c', 'd', 'e']])
  })
})

describe('refuses', () => {
  const faults: readonly (readonly [
    name: string,
    input: string,
    expected: readonly [string, number, number],
    DecodeCsvOptions?,
  ])[] = [
    ['a quote that is not closed, where it opens', `a\nb,"${MARK}\n\n`, ['CSV_ROW_LENGTH', 2, 3]],
    ['a quote that is not closed in an even row', `a,a\nb,"${MARK}\n\n`, ['CSV_SYNTAX', 2, 3]],
    ['a quote alone', '"', ['CSV_SYNTAX', 1, 1]],
    ['three quotes', '"""', ['CSV_SYNTAX', 1, 1]],
    ['text after a closing quote', `"a"${MARK}`, ['CSV_SYNTAX', 1, 4]],
    ['a blank after a closing quote', '"a" ,b', ['CSV_SYNTAX', 1, 4]],
    ['a blank before the end of a line', '"a" \nb', ['CSV_SYNTAX', 1, 4]],
    ['a blank before an opening quote', 'a, "b"', ['CSV_SYNTAX', 1, 4]],
    ['a quote within a bare value', `${MARK}"`, ['CSV_SYNTAX', 1, 16]],
    ['a quote escaped with a backslash', '"a\\"b"', ['CSV_SYNTAX', 1, 5]],
    ['CR alone between rows', 'a\rb', ['CSV_SYNTAX', 1, 2]],
    ['CR alone at the end', 'a\n"b"\r', ['CSV_SYNTAX', 2, 4]],
    ['CR twice', 'a\r\r\nb', ['CSV_SYNTAX', 1, 2]],
    ['NUL in a bare value', 'a\n\0b', ['CSV_NUL', 2, 1]],
    ['NUL in quotes', '"\n\r\n\r \0"', ['CSV_NUL', 4, 2]],
    ['a row with fewer values, where it ends', `a,b\n${MARK}\n`, ['CSV_ROW_LENGTH', 2, 16]],
    ['a last row with fewer values', 'a,b\r\nc', ['CSV_ROW_LENGTH', 2, 2]],
    ['a row with more values, where they begin', `a,b\nc,d,${MARK}`, ['CSV_ROW_LENGTH', 2, 5]],
    ['an empty line among rows of two', 'a,b\n\nc,d', ['CSV_ROW_LENGTH', 2, 1]],
    ['fewer columns than are expected', 'a,b\n', ['CSV_ROW_LENGTH', 1, 4], { expectColumns: 3 }],
    ['more columns than are expected', 'a,b\n', ['CSV_ROW_LENGTH', 1, 3], { expectColumns: 1 }],
    [
      'other columns than are expected, though rows may differ',
      'a,b\n',
      ['CSV_ROW_LENGTH', 1, 4],
      { expectColumns: 3, rowLengths: 'allow' },
    ],
    [
      'more columns than are expected, though rows may differ',
      'a,b\n',
      ['CSV_ROW_LENGTH', 1, 3],
      { expectColumns: 1, rowLengths: 'allow' },
    ],
    ['more rows than are accepted', '1\n2\n3', ['CSV_TOO_MANY_ROWS', 3, 1], { maxRows: 2 }],
    [
      'more rows than are accepted after a header',
      'h\n1\n2',
      ['CSV_TOO_MANY_ROWS', 3, 1],
      { maxRows: 1, header: true },
    ],
    ['an empty line beyond them', '1\n2\n\n', ['CSV_TOO_MANY_ROWS', 3, 1], { maxRows: 2 }],
    ['more columns than are accepted', '1,2\n3,4,', ['CSV_TOO_MANY_COLUMNS', 2, 5], { maxColumns: 2 }],
    ['a value that is too large', 'a,bcd,e', ['CSV_FIELD_TOO_LARGE', 1, 3], { maxFieldBytes: 2 }],
    ['a quoted one', 'a,"b""d",e', ['CSV_FIELD_TOO_LARGE', 1, 3], { maxFieldBytes: 2 }],
    ['one whose characters take more than one byte', 'a,€', ['CSV_FIELD_TOO_LARGE', 1, 3], { maxFieldBytes: 2 }],
    ['one whose characters take two units', '😀', ['CSV_FIELD_TOO_LARGE', 1, 1], { maxFieldBytes: 3 }],
  ]

  test.each(faults.map(([name, input, expected, options]) => [name, input, expected, options] as const))(
    '%s',
    (_, input, expected, options) => {
      expect(refusal(input, options)).toEqual(expected)
    },
  )

  test.each(faults.map(([name, input, , options]) => [name, input, options] as const))(
    '%s, and does not say what stands there',
    (_, input, options) => {
      let shown = ''
      try {
        decodeCsv(input, options ?? {})
      } catch (error) {
        shown = `${String(error)} ${error instanceof Error ? String(error.cause) : ''}`
      }
      expect(shown).toStartWith('DecodeError: CSV: ')
      expect(shown).not.toContain(MARK)
    },
  )

  test('a text that is too large, counted in bytes', () => {
    expect([refusal('éé', { maxBytes: 3 }), refusal('éé', { maxBytes: 4 })]).toEqual([
      ['CSV_TOO_LARGE', undefined, undefined],
      'accepted',
    ])
  })
})

describe('limits', () => {
  test.each([
    ['maxRows', '1\n2\n', { maxRows: 2 }],
    ['maxRows, the header not counted', 'h\n1\n2\n', { maxRows: 2, header: true }],
    ['maxRows, skipped lines not counted', '\n1\n\n2\n\n', { maxRows: 2, emptyLines: 'skip' }],
    ['maxColumns', '1,2\n3,4', { maxColumns: 2 }],
    ['maxFieldBytes', '"a""",x\n"€",y', { maxFieldBytes: 3 }],
    ['maxFieldBytes of a pair', '😀\né', { maxFieldBytes: 4 }],
    ['maxBytes', 'a\nb', { maxBytes: 3 }],
  ] as const satisfies readonly (readonly [string, string, DecodeCsvOptions])[])(
    'allow exactly %s',
    (_, input, options) => {
      expect(decodeCsv(input, options).length).toBe(2)
    },
  )

  test.each([
    ['bytes', `${'a'.repeat(1000)}\n`.repeat(10_476), 'CSV_TOO_LARGE'],
    ['rows', 'a\n'.repeat(100_001), 'CSV_TOO_MANY_ROWS'],
    ['columns', ','.repeat(256), 'CSV_TOO_MANY_COLUMNS'],
    ['bytes of a value', 'a'.repeat(65_537), 'CSV_FIELD_TOO_LARGE'],
  ])('of %s exist without being asked for', (_, input, code) => {
    expect(refusal(input)).toMatchObject({ 0: code })
  })
})

describe('with a header', () => {
  test.each([
    ['names are in any order', 'b,a\n1,2\n', undefined, [{ b: '1', a: '2' }]],
    ['names that are expected are there', 'a,b\n1,2\n', ['a', 'b'], [{ a: '1', b: '2' }]],
    ['the header alone is no row', 'a,b', undefined, []],
    ['a name may hold anything', '"a,""\n"\n1', undefined, [{ 'a,"\n': '1' }]],
    ['a byte order mark is no part of the first name', '\ufeffa\n1', ['a'], [{ a: '1' }]],
    ['a name of a method of objects is a key of its own', 'toString\n1', undefined, [{ toString: '1' }]],
  ] as const)('%s', (_, input, expectColumns, expected) => {
    const options = expectColumns === undefined ? {} : { expectColumns }
    expect<unknown>(decodeCsv(input, { ...options, header: true })).toEqual(expected)
  })

  test.each([
    ['there is none', '', {}, 'CSV_HEADER', 'CSV: no header at line 1, column 1'],
    [
      'a name is there twice',
      'a,b,a\n',
      {},
      'CSV_HEADER',
      'CSV: the name of column 3 is there twice at line 1, column 1',
    ],
    ['a name is empty', 'a,\n', {}, 'CSV_HEADER', 'CSV: the name of column 2 is empty at line 1, column 1'],
    [
      'a name is __proto__',
      '__proto__\n1',
      {},
      'CSV_HEADER',
      'CSV: the name of column 1 is forbidden at line 1, column 1',
    ],
    [
      'a name is constructor',
      'constructor\n1',
      {},
      'CSV_HEADER',
      'CSV: the name of column 1 is forbidden at line 1, column 1',
    ],
    [
      'a name is another than expected',
      `a,${MARK}\n`,
      { expectColumns: ['a', 'b'] },
      'CSV_HEADER',
      'CSV: the name of column 2 is not expected at line 1, column 1',
    ],
    [
      'a name is in another case',
      'A\n',
      { expectColumns: ['a'] },
      'CSV_HEADER',
      'CSV: the name of column 1 is not expected at line 1, column 1',
    ],
    [
      'it comes after empty lines that are skipped',
      '\n\r\na,a\n',
      { emptyLines: 'skip' },
      'CSV_HEADER',
      'CSV: the name of column 2 is there twice at line 3, column 1',
    ],
    [
      'a column is missing',
      'a\n',
      { expectColumns: ['a', 'b'] },
      'CSV_ROW_LENGTH',
      'CSV: fewer than 2 values in a row at line 1, column 2',
    ],
    [
      'a later row is at fault too',
      'a,a\n"',
      {},
      'CSV_HEADER',
      'CSV: the name of column 2 is there twice at line 1, column 1',
    ],
  ] as const satisfies readonly (readonly [string, string, DecodeCsvOptions, string, string])[])(
    'it is refused that %s',
    (_, input, options, code, message) => {
      expect(() => decodeCsv(input, { ...options, header: true })).toThrow(expect.objectContaining({ code, message }))
    },
  )
})

describe('options that cannot be', () => {
  test.each([
    ['a separator of two characters', { separator: '::' }],
    ['no separator', { separator: '' }],
    ['a separator that ends lines', { separator: '\n' }],
    ['a separator that the library would replace', { separator: '"', delimiter: "'" }],
    ['half a character as separator', { separator: '\ud83d' }],
    ['a delimiter of two characters', { delimiter: '""' }],
    ['a delimiter that ends lines', { delimiter: '\r' }],
    ['a dollar sign as delimiter', { delimiter: '$' }],
    ['a blank as delimiter', { delimiter: ' ' }],
    ['separator and delimiter the same', { separator: "'", delimiter: "'" }],
    ['expected names without a header', { expectColumns: ['a'] }],
  ])('%s', (_, options) => {
    expect(() => decodeCsv('a', options)).toThrow(ConfigError)
  })

  test.each<[string, object]>([
    ['an encoding that there is none', { encoding: 'UTF-8' }],
    ['an encoding named as what every object has', { encoding: 'toString' }],
    ['a size that is not a number', { maxBytes: Number.NaN }],
    ['rows that are not a number', { maxRows: Number.NaN }],
    ['fewer rows than none', { maxRows: -1 }],
    ['half a column', { maxColumns: 1.5 }],
    ['a value that is not a number of bytes', { maxFieldBytes: '10' }],
    ['columns that are not a number', { expectColumns: Number.NaN }],
  ])('%s', (_, options) => {
    expect(() => decodeCsv('a', options)).toThrow(ConfigError)
  })

  test('but any number of rows', () => {
    expect(decodeCsv('a\nb\n', { maxRows: Number.POSITIVE_INFINITY })).toEqual([['a'], ['b']])
  })

  test('uneven rows with a header', () => {
    expect(() => decodeCsv('a', { rowLengths: 'allow', header: true })).toThrow(ConfigError)
  })
})
