import { describe, expect, test } from 'bun:test'

import { ConfigError } from '@sluice/errors'

import {
  type CsvRecord,
  type CsvValue,
  decodeCsv,
  type DecodeCsvOptions,
  decodeCsvStream,
  encodeCsvBytes,
  encodeCsvStream,
} from './index.ts'

interface Source {
  readonly stream: ReadableStream<Uint8Array>
  /** How many pieces were asked for. */
  pulls(): number
  cancelled(): boolean
}

function sourceOf(pieces: readonly Uint8Array[], failure?: Error): Source {
  let [pulls, isCancelled] = [0, false]
  const source: UnderlyingDefaultSource<Uint8Array> = {
    pull(controller) {
      const piece = pieces[pulls++]
      if (piece !== undefined) controller.enqueue(piece)
      else if (failure === undefined) controller.close()
      else controller.error(failure)
    },
    cancel() {
      isCancelled = true
    },
  }
  const stream = new ReadableStream(source, { highWaterMark: 0 })
  return { stream, pulls: () => pulls, cancelled: () => isCancelled }
}

/** Rows, or the fault that ended them. */
async function outcome(pieces: readonly Uint8Array[], options: DecodeCsvOptions): Promise<unknown> {
  try {
    return await Array.fromAsync(decodeCsvStream(sourceOf(pieces).stream, options))
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('reading in pieces is reading the whole', () => {
  const rows = [
    ['é', 'a"\r\n'],
    ['😀', ''],
  ]
  test.each([
    ['a mark, characters of many bytes, quotes, line ends', utf8('\ufeff"é","a""\r\n"\r\n😀,\r\n'), {}, rows],
    ['no end of the last line', utf8('é,"a""\r\n"\n😀,""'), {}, rows],
    [
      'a mark where it is none',
      utf8('€,\ufeff\n€,\ufeff'),
      {},
      [
        ['€', '\ufeff'],
        ['€', '\ufeff'],
      ],
    ],
    [
      'single bytes that a mark begins with',
      Uint8Array.of(0xff, 0x2c, 0xfe),
      { encoding: 'windows-1252' },
      [['ÿ', 'þ']],
    ],
    ['a mark alone', utf8('\ufeff'), {}, []],
    ['two bytes, fewer than a mark has', utf8('ab'), {}, [['ab']]],
    ['single bytes', Uint8Array.of(0x80, 0x2c, 0x22, 0xe9, 0x22), { encoding: 'windows-1252' }, [['€', 'é']]],
    ['a fault of syntax', utf8('é\r\n"é\r\n"x\n'), {}, 'CSV: text after a closing quote at line 3, column 2'],
    ['CR alone', utf8('é\r\n"é"\ré'), {}, 'CSV: CR alone at line 2, column 4'],
    ['an open quote', utf8('é,"\r\n😀'), {}, 'CSV: a quote that is not closed at line 1, column 3'],
    ['a row too short', utf8('é,b\r\n\r\n'), {}, 'CSV: fewer than 2 values in a row at line 2, column 1'],
    [
      'a value too large',
      utf8('a,"b\n😀"'),
      { maxFieldBytes: 5 },
      'CSV: a value of more than 5 bytes at line 1, column 3',
    ],
    [
      'another encoding',
      Uint8Array.of(0xc3, 0xa9, 0x0a, 0xe2, 0x82, 0x61, 0x0a),
      {},
      'CSV: bytes that utf-8 does not have at line 2, column 1',
    ],
    [
      'a character cut off',
      Uint8Array.of(0x61, 0x0a, 0xf0, 0x9f, 0x98),
      {},
      'CSV: bytes that utf-8 does not have at line 2, column 1',
    ],
    [
      'a mark of another encoding',
      utf8('\ufeffa'),
      { encoding: 'iso-8859-1' },
      'CSV: a byte order mark of another encoding at line 1, column 1',
    ],
    ['too many bytes', utf8('abc'), { maxBytes: 2 }, 'CSV: larger than 2 bytes'],
  ] as const satisfies readonly (readonly [string, Uint8Array, DecodeCsvOptions, unknown])[])(
    '%s, cut once or twice anywhere, or between all bytes',
    async (_, bytes, options, expected) => {
      const cuts = [...bytes.keys(), bytes.length]
      for (const first of cuts) {
        for (const second of cuts.slice(first)) {
          const pieces = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)]
          expect<unknown>(await outcome(pieces, options)).toEqual(expected)
        }
      }
      expect<unknown>(
        await outcome(
          Array.from(bytes, (byte) => Uint8Array.of(byte)),
          options,
        ),
      ).toEqual(expected)
    },
  )

  test('by name, when there is a header', async () => {
    const pieces = Array.from(utf8('NÅ,b\r\n1,2\r\n3,4'), (byte) => Uint8Array.of(byte))
    const records: CsvRecord[] = await Array.fromAsync(decodeCsvStream(sourceOf(pieces).stream, { header: true }))
    expect(records).toEqual([
      { NÅ: '1', b: '2' },
      { NÅ: '3', b: '4' },
    ])
  })

  test('when the sender uses its buffer again', async () => {
    const buffer = new Uint8Array(1)
    const bytes = utf8('\ufeffé,"é"')
    let sent = 0
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const byte = bytes[sent++]
          if (byte === undefined) return controller.close()
          buffer[0] = byte
          controller.enqueue(buffer)
        },
      },
      { highWaterMark: 0 },
    )
    expect(await Array.fromAsync(decodeCsvStream(stream))).toEqual([['é', 'é']])
  })

  test('when the whole is longer than what is decoded at a time', () => {
    const text = `${'é'.repeat(40_000)},a\n`
    expect(decodeCsv(utf8(`x${text}`), { maxFieldBytes: 80_001 })).toEqual([[`x${'é'.repeat(40_000)}`, 'a']])
  })
})

describe('a stream that is read', () => {
  test('is asked for no piece before the rows of the last were taken', async () => {
    const source = sourceOf([utf8('a\nb\n'), utf8('c\n')])
    const rows = decodeCsvStream(source.stream)
    const pulls: number[] = [source.pulls()]
    for await (const row of rows) if (row.length > 0) pulls.push(source.pulls())
    expect(pulls).toEqual([0, 1, 1, 2])
  })

  test('is cancelled when no more rows are wanted', async () => {
    const source = sourceOf([utf8('a\n'), utf8('b\n')])
    const rows = decodeCsvStream(source.stream)
    await rows.next()
    await rows.return()
    expect([source.cancelled(), source.stream.locked]).toEqual([true, false])
  })

  test('is cancelled when a row is refused', async () => {
    const source = sourceOf([utf8('a"\n'), utf8('b\n')])
    await expect(decodeCsvStream(source.stream).next()).rejects.toMatchObject({ code: 'CSV_SYNTAX' })
    expect([source.cancelled(), source.stream.locked]).toEqual([true, false])
  })

  test('fails with what it failed with itself', async () => {
    const failure = new Error('cable')
    const rows = decodeCsvStream(sourceOf([utf8('a\n')], failure).stream)
    expect(await rows.next()).toEqual({ done: false, value: ['a'] })
    await expect(rows.next()).rejects.toBe(failure)
  })

  test('is not touched when the options cannot be', () => {
    const source = sourceOf([])
    expect(() => decodeCsvStream(source.stream, { separator: '' })).toThrow(ConfigError)
    expect(source.stream.locked).toBe(false)
  })
})

/** Lets everything happen that waits for nothing else. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) await Promise.resolve()
}

/** Rows that tell how many were taken, and whether they were ended. */
function countedRows(total: number): { rows: AsyncIterable<CsvValue[]>; taken: () => number; isEnded: () => boolean } {
  let [taken, isEnded] = [0, false]
  async function* generate(): AsyncGenerator<CsvValue[]> {
    try {
      while (taken < total) yield [taken++]
    } finally {
      isEnded = true
    }
  }
  return { rows: generate(), taken: () => taken, isEnded: () => isEnded }
}

describe('a stream that is written', () => {
  test('holds the bytes that the whole has', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => [index, 'é,"'])
    const options = { columns: ['a', 'b'], header: true, byteOrderMark: true } as const
    const bytes = new Uint8Array(await new Response(encodeCsvStream(rows, options)).arrayBuffer())
    expect(bytes).toEqual(encodeCsvBytes(rows, options))
    expect(decodeCsv(bytes, { header: true }).at(-1)).toEqual({ a: '999', b: 'é,"' })
  })

  test.each([
    ['nothing', {}, ''],
    ['a header alone', { columns: ['a'], header: true }, '"a"\r\n'],
  ])('holds %s where there are no rows', async (_, options, expected) => {
    expect(await new Response(encodeCsvStream([], options)).text()).toBe(expected)
  })

  test('takes rows only as it is read', async () => {
    const { rows, taken } = countedRows(1000)
    const reader = encodeCsvStream(rows).getReader()
    await turns()
    const before = taken()
    await reader.read()
    await turns()
    expect([before, taken()]).toEqual([0, 256])
  })

  test('ends the source of its rows when it is cancelled', async () => {
    const { rows, isEnded } = countedRows(1000)
    const reader = encodeCsvStream(rows).getReader()
    await reader.read()
    await reader.cancel()
    expect(isEnded()).toBe(true)
  })

  test('fails when a row is refused, and ends the source of its rows', async () => {
    let isEnded = false
    function* rows(): Generator<CsvValue[]> {
      try {
        for (let index = 0; index < 1000; index++) yield [index === 300 ? '=1' : index]
      } finally {
        isEnded = true
      }
    }
    const reader = encodeCsvStream(rows()).getReader()
    await reader.read()
    await expect(reader.read()).rejects.toMatchObject({
      code: 'CSV_FORMULA',
      message: 'CSV: a formula in row 301, column 1',
    })
    expect(isEnded).toBe(true)
  })

  test('is not made when the options cannot be', () => {
    expect(() => encodeCsvStream([], { header: true })).toThrow(ConfigError)
  })
})
