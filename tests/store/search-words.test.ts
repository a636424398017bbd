import { describe, expect, test } from 'bun:test'
import { openSqlite } from '@sluice/gateway/bun'
import { createSqliteStore, type Store } from '@sluice/gateway/store'
import { assert, asyncProperty, constantFrom, integer, oneof, string, stringMatching } from 'fast-check'
import { bytes, delivery, event } from './fixtures.ts'

const PAGE = { match: {}, limit: 50, maxBytes: 1_000_000 }
const RUNS = { numRuns: 300 }

let ids = 0
const newId = (prefix: string) => `${prefix}_${String((ids += 1)).padStart(6, '0')}`
const open = (): Store =>
  createSqliteStore({ database: openSqlite(':memory:'), newId, defer: (work) => void setTimeout(work, 0) })

const find = async (store: Store, words: string): Promise<readonly string[]> =>
  (await store.searchEvents({ ...PAGE, words })).rows.map(({ row: { id } }) => id)

/** Pieces of which a query is made that means something to FTS5. */
const syntax = constantFrom(
  '"',
  "'",
  '*',
  ' AND ',
  ' OR ',
  ' NOT ',
  'NEAR(',
  ')',
  '(',
  '^',
  ':',
  '-',
  '+',
  '{',
  '}',
  ',',
  '\0',
  'words',
  'rowid',
)
const typed = oneof(
  string({ unit: 'binary', maxLength: 200 }),
  string({ unit: oneof(syntax, string({ unit: 'grapheme', maxLength: 3 })), maxLength: 60 }),
)

describe('a body that was made to be slow', () => {
  const FIND = 'Ada ada@example.com +46 70-123 45 67'
  test.each([
    ['a word without an end', 'a.'.repeat(400_000)],
    ['addresses without an end', 'a@'.repeat(400_000)],
    ['digits without an end', '1 '.repeat(400_000)],
    ['tags without an end', `<a>${'<'.repeat(800_000)}`],
    ['dots at the end of an address', `a@b${'.'.repeat(800_000)}x`],
    ['marks without an end', 'e' + '\u0301\u0323'.repeat(130_000)],
    ['base64 without an end', btoa('\xff'.repeat(600_000))],
    ['fields without an end', JSON.stringify(Object.fromEntries(Array.from({ length: 150_000 }, (_, at) => [at, at])))],
  ])('is in the index all the same, and found by what stands at its beginning: %s', async (_, body) => {
    const store = open()
    await store.accept(event('1', { contentType: 'text/plain', body: bytes(`${FIND} ${body}`) }))
    await store.accept(event('2', { body: bytes(body) }))
    while ((await store.indexStep({ limit: 10, maxBytes: 1_000_000 })).isBehind);
    for (const words of ['ada', 'ada@example.com', '0701234567']) expect(await find(store, words)).toEqual(['evt_1'])
  })
})

describe('a text that is too long for the index', () => {
  const LONG = 'x '.repeat(300_000)
  const open1 = async (body: string, contentType = 'text/plain', deliveries = [delivery('1', 'alpha')]) => {
    const store = open()
    await store.accept(event('1', { contentType, body: bytes(body), deliveries }))
    return store
  }

  test('is found by its beginning alone, and its deliveries by what they carry', async () => {
    const carried = [{ ...delivery('1', 'alpha'), payload: { name: 'carried' } }]
    const store = await open1(`first ${LONG} last`, 'text/plain', carried)
    expect(await find(store, 'first')).toEqual(['evt_1'])
    expect(await find(store, 'carried')).toEqual(['evt_1'])
    expect(await find(store, 'last')).toEqual([])
  })

  test('is found by as many words as are kept', async () => {
    const words = Array.from({ length: 12_000 }, (_, index) => `w${index}`).join(' ')
    const store = await open1(words)
    expect(await find(store, 'w1')).toEqual(['evt_1'])
    expect(await find(store, 'w11999')).toEqual([])
  })

  test('of XML is found by what CDATA holds', async () => {
    const store = await open1('<a><![CDATA[Ada > Bo]]><b>Cy</b></a>', 'application/xml')
    for (const name of ['ada', 'bo', 'cy']) expect(await find(store, name)).toEqual(['evt_1'])
    expect(await find(store, 'cdata')).toEqual([])
  })
})

describe('what a person types', () => {
  test('never fails, and finds nothing that does not hold it', async () => {
    const store = open()
    await store.accept(event('1', { body: bytes('"kept apart"') }))
    const property = asyncProperty(typed, async (words) => {
      for (const id of await find(store, words)) {
        expect(id).toBe('evt_1')
        // All that is found by is one of the words of the one event, or the beginning of one.
        expect(words.toLowerCase()).toMatch(/kept|apart|kep\*|apa\*|apar\*|demo|dem\*/)
      }
    })
    await assert(property, RUNS)
  })

  test('is found where it was sent, whatever letters it has', async () => {
    const store = open()
    let number = 0
    const property = asyncProperty(string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), async (name) => {
      if (!/[\p{L}\p{N}]/u.test(name.normalize('NFKD'))) return
      const id = `${(number += 1)}`
      await store.accept(event(id, { source: 's', body: bytes(JSON.stringify({ name: `unique${number} ${name}` })) }))
      expect(await find(store, `unique${number} ${name}`)).toEqual([`evt_${id}`])
      expect(await find(store, `${name.toUpperCase()} unique${number}`)).toEqual([`evt_${id}`])
    })
    await assert(property, RUNS)
  })

  test('as an email address finds that one, and none that only looks like it', async () => {
    const store = open()
    let number = 0
    const email = stringMatching(/^[a-z0-9][a-z0-9.+_-]{0,20}[a-z0-9]@[a-z0-9]{1,10}\.(com|se|co\.uk)$/)
    const property = asyncProperty(email, async (address) => {
      number += 1
      await store.accept(event(`${number}`, { body: bytes(JSON.stringify({ mail: `Ada <${address}>.` })) }))
      expect(await find(store, address)).toContain(`evt_${number}`)
      expect(await find(store, address.toUpperCase())).toContain(`evt_${number}`)
      expect(await find(store, `${address}x`)).not.toContain(`evt_${number}`)
    })
    await assert(property, RUNS)
  })

  test('as a phone number finds it however it is written, on either side', async () => {
    const store = open()
    const ways: readonly ((rest: string) => string)[] = [
      (rest) => `+46 70-${rest.slice(0, 3)} ${rest.slice(3, 5)} ${rest.slice(5)}`,
      (rest) => `004670${rest}`,
      (rest) => `4670${rest}`,
      (rest) => `070${rest}`,
      (rest) => `070-${rest.slice(0, 3)} ${rest.slice(3)}`,
      (rest) => `(070) ${rest.slice(0, 3)}.${rest.slice(3)}`,
      (rest) => `+46 (0)70 ${rest}`,
    ]
    let number = 0
    const way = constantFrom(...ways)
    const property = asyncProperty(integer({ min: 0, max: 9_999_999 }), way, way, async (rest, sent, asked) => {
      number += 1
      const digits = String(rest).padStart(7, '0')
      await store.accept(event(`${number}`, { body: bytes(JSON.stringify({ tel: sent(digits), n: 1 })) }))
      expect(await find(store, asked(digits))).toContain(`evt_${number}`)
      const other = String((rest + 1) % 10_000_000).padStart(7, '0')
      expect(await find(store, asked(other))).not.toContain(`evt_${number}`)
    })
    await assert(property, RUNS)
  })
})
