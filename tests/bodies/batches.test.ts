import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { gzipSync } from 'node:zlib'
import {
  type Bodies,
  MAX_BATCH_BYTES,
  MAX_BODY_BYTES,
  MAX_ITEMS,
  type ShownEvent,
  startBodies,
  storedEvents,
} from './gateway.ts'

interface Item {
  readonly index: number
  readonly status: number
  readonly eventId?: string
  readonly deliveries?: readonly { readonly id: string }[]
  readonly problem?: { readonly code: string; readonly errors?: readonly { readonly path: string }[] }
}
interface Answer {
  readonly items: readonly Item[]
  readonly code?: string
}

let gateway: Bodies
beforeAll(async () => {
  gateway = await startBodies()
})
afterAll(() => gateway.stop())

const lead = (number: number, more = {}) => ({ email: `lead-${number}@x.test`, ...more })
const leads = (count: number) => Array.from({ length: count }, (_, index) => lead(index))
const array = (values: readonly unknown[]) => JSON.stringify(values)
const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
const NDJSON = { 'content-type': 'application/x-ndjson' }
const STRICT = { prefer: 'handling=strict' }
const BAD = { email: 'nobody' }

async function post(source: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  const response = await gateway.post(source, body, headers)
  return { response, status: response.status, answer: (await response.json()) as Answer }
}
const told = ({ items }: Answer): readonly unknown[] =>
  items.map(({ index, status, problem }) => [index, status, problem?.code ?? null])
const ids = ({ items }: Answer) => items.map(({ eventId, deliveries }) => [eventId, deliveries?.map(({ id }) => id)])

describe('a batch', () => {
  test.each([
    ['as an array', array(leads(3)), {}],
    ['as lines', lines(leads(3)), NDJSON],
    ['compressed', gzipSync(lines(leads(3))), { ...NDJSON, 'content-encoding': 'gzip' }],
  ])('is an event for each of its items: %s', async (_, body, headers) => {
    const before = await storedEvents(gateway)
    const { status, answer } = await post('batches', body, headers)
    expect([status, told(answer)]).toEqual([207, [0, 1, 2].map((index) => [index, 202, null])])
    expect(await storedEvents(gateway)).toBe(before + 3)
    const events = answer.items.map(({ eventId }) => gateway.read<ShownEvent>(`/v1/events/${eventId}`))
    for (const [index, event] of (await Promise.all(events)).entries()) {
      expect([event.body, event.contentType]).toEqual([JSON.stringify(lead(index)), 'application/json'])
      expect(event.deliveries).toMatchObject([
        { id: answer.items[index]?.deliveries?.[0]?.id, payload: { data: lead(index) } },
      ])
    }
  })

  test('keeps each item as its bytes were sent, and replays it', async () => {
    const odd = '{ "email":"ada@x.test",\n  "score" : 1.50 }'
    const { answer } = await post('batches', `[ ${odd} ]`)
    const { eventId } = answer.items[0] ?? {}
    expect((await gateway.read<ShownEvent>(`/v1/events/${eventId}`)).body).toBe(odd)
    const replayed = await fetch(`${gateway.url}/v1/events/${eventId}/replay`, {
      method: 'POST',
      headers: { authorization: 'Bearer an-admin-token', 'content-type': 'application/json' },
      body: JSON.stringify({ why: 'to see that it works' }),
    })
    expect(replayed.status).toBe(202)
  })

  test('of one, which is an event that was sent before under another type, is that event', async () => {
    const body = JSON.stringify(lead(1))
    const key = { 'idempotency-key': 'captured' }
    const first = await gateway.post('batches', body, key)
    const again = await post('batches', body, { ...NDJSON, ...key })
    expect(again.answer.items.map(({ eventId }) => eventId)).toEqual([((await first.json()) as Item).eventId])
  })

  test('with one wrong item is taken but for that one, and the log says so', async () => {
    const { status, answer, response } = await post('batches', array([lead(0), BAD, lead(2)]))
    expect([status, told(answer)]).toEqual([
      207,
      [
        [0, 202, null],
        [1, 422, 'SCHEMA_MISMATCH'],
        [2, 202, null],
      ],
    ])
    expect(answer.items[1]?.problem?.errors).toMatchObject([{ path: 'email' }])
    expect(response.headers.get('content-type')).toBe('application/json')
    const line = gateway.log.find((text) => text.includes('not taken whole'))
    expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'warn', source: 'batches', items: 3, kept: 2 })
  })

  test.each<[string, string, string]>([
    ['one name twice', '{"email":"a@x.test","email":"b@x.test"}', 'JSON_DUPLICATE_KEY'],
    ['a name that reaches for a prototype', '{"email":"a@x.test","\\u005f_proto__":{}}', 'JSON_FORBIDDEN_KEY'],
    ['a number that no double holds', '{"email":"a@x.test","score":1e400}', 'JSON_NUMBER_RANGE'],
    ['65 levels', `${'['.repeat(65)}${']'.repeat(65)}`, 'JSON_TOO_DEEP'],
    [
      'more bytes than one event may have',
      JSON.stringify({ email: 'a@x.test', more: 'x'.repeat(MAX_BODY_BYTES) }),
      'JSON_TOO_LARGE',
    ],
  ])('holds back nothing else for an item with %s', async (_, item, code) => {
    const ofArray = await post('batches', `[${JSON.stringify(lead(0))},${item}]`)
    const ofLines = await post('batches', `${item}\n${JSON.stringify(lead(0))}`, NDJSON)
    expect([ofArray.status, ofArray.answer.items[1]?.problem?.code]).toEqual([207, code])
    expect([ofLines.status, ofLines.answer.items[0]?.problem?.code]).toEqual([207, code])
  })

  test('of lines goes on after one that is no JSON; an array with such an item is no array', async () => {
    const ofLines = await post('batches', `{"email"\n${JSON.stringify(lead(1))}`, NDJSON)
    expect([ofLines.status, told(ofLines.answer)]).toEqual([
      207,
      [
        [0, 400, 'JSON_SYNTAX'],
        [1, 202, null],
      ],
    ])
    const before = await storedEvents(gateway)
    const ofArray = await post('batches', `[${JSON.stringify(lead(0))},{"email"]`)
    expect([ofArray.status, ofArray.answer.code]).toEqual([400, 'JSON_SYNTAX'])
    expect(await storedEvents(gateway)).toBe(before)
  })

  test('of which nothing can be taken is refused as a whole, so that nobody takes it for a success', async () => {
    const { status, answer, response } = await post('batches', array([BAD, BAD]))
    expect([status, answer.code, told(answer)]).toEqual([
      422,
      'BATCH_REFUSED',
      [
        [0, 422, 'SCHEMA_MISMATCH'],
        [1, 422, 'SCHEMA_MISMATCH'],
      ],
    ])
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  test('that says itself that it is empty is taken, and a file without a line is not', async () => {
    expect(await post('batches', '[]')).toMatchObject({ status: 207, answer: { items: [] } })
    expect(await post('batches', '\n', NDJSON)).toMatchObject({ status: 400, answer: { code: 'BATCH_EMPTY' } })
  })

  test('has limits of its own', async () => {
    expect((await post('batches', array(leads(MAX_ITEMS)))).status).toBe(207)
    const many = await post('batches', array(leads(MAX_ITEMS + 1)))
    expect([many.status, many.answer.code]).toEqual([413, 'BATCH_TOO_MANY_ITEMS'])
    const items = Array.from({ length: 4 }, (_, index) => lead(index, { more: 'x'.repeat(MAX_BODY_BYTES - 100) }))
    const padded = array(items).padEnd(MAX_BATCH_BYTES, ' ')
    expect((await post('batches', padded)).status).toBe(207)
    const large = await post('batches', `${padded} `)
    expect([large.status, large.answer.code]).toEqual([413, 'BODY_TOO_LARGE'])
    const inflated = await post('batches', gzipSync(`${padded} `), { 'content-encoding': 'gzip' })
    expect([inflated.status, inflated.answer.code]).toEqual([413, 'BODY_TOO_LARGE'])
  })
})

describe('a source', () => {
  test('that takes batches takes single events too, within the limit of one', async () => {
    expect(await post('batches', JSON.stringify(lead(1)))).toMatchObject({
      status: 202,
      answer: { eventId: expect.any(String) },
    })
    const large = await post('batches', JSON.stringify(lead(1, { more: 'x'.repeat(MAX_BODY_BYTES) })))
    expect([large.status, large.answer.code]).toEqual([413, 'JSON_TOO_LARGE'])
  })

  test('that takes none takes an array for the shape of its event, and lines not at all', async () => {
    expect((await post('list', array(leads(2)))).answer).toMatchObject({
      deliveries: [{ operation: 'contacts.upsert' }],
    })
    const ofLines = await post('single', lines(leads(2)), NDJSON)
    expect([ofLines.status, ofLines.answer.code]).toEqual([415, 'CONTENT_TYPE_UNSUPPORTED'])
  })
})

describe('a batch that comes again', () => {
  test.each(['content k', `content ${'0'.repeat(64)}`, `content ${'0'.repeat(64)} 1`])(
    'has the bodies of its items compared, whatever their ids are: %s',
    async (id) => {
      const before = await storedEvents(gateway)
      const items = [lead(1, { id }), lead(1, { id }), lead(2, { id })]
      const { answer } = await post('identified', lines(items), NDJSON)
      expect(told(answer)).toEqual([
        [0, 202, null],
        [1, 202, null],
        [2, 422, 'IDEMPOTENCY_KEY_REUSED'],
      ])
      expect(answer.items[1]?.eventId).toBe(answer.items[0]?.eventId ?? '')
      expect(await storedEvents(gateway)).toBe(before + 1)
    },
  )

  test.each([
    ['by the key of the batch', 'batches', {}],
    ['by the id of each item', 'identified', { id: 'no' }],
  ])('creates nothing and gets the same ids: %s', async (name, source, more) => {
    const batch = Array.from({ length: 20 }, (_, index) => lead(index, 'id' in more ? { id: `${name}-${index}` } : {}))
    const key = { 'idempotency-key': `again ${name}`.replaceAll(' ', '-') }
    const before = await storedEvents(gateway)
    // Three at once, and one later.
    const all = await Promise.all([0, 1, 2].map(() => post(source, array(batch), key)))
    all.push(await post(source, lines(batch), { ...key, ...NDJSON }))
    expect(all.map(({ status }) => status)).toEqual([207, 207, 207, 207])
    expect(new Set(all.map(({ answer }) => JSON.stringify(ids(answer)))).size).toBe(1)
    expect(await storedEvents(gateway)).toBe(before + 20)
  })

  test('completes what was refused the first time', async () => {
    const key = { 'idempotency-key': 'mended' }
    const first = await post('batches', array([lead(1), BAD]), key)
    const again = await post('batches', array([lead(1), lead(2)]), key)
    expect([first.status, again.status]).toEqual([207, 207])
    expect(again.answer.items[0]?.eventId).toBe(first.answer.items[0]?.eventId ?? '')
  })

  test('with another item in a place is refused there alone', async () => {
    const key = { 'idempotency-key': 'changed' }
    await post('batches', array([lead(1), lead(2)]), key)
    const { status, answer } = await post('batches', array([lead(1), lead(3), lead(4)]), key)
    expect([status, told(answer)]).toEqual([
      207,
      [
        [0, 202, null],
        [1, 422, 'IDEMPOTENCY_KEY_REUSED'],
        [2, 202, null],
      ],
    ])
  })

  test('is known by its items wherever they stand, where they have ids', async () => {
    const items = [lead(1, { id: 'moved-1' }), lead(2, { id: 'moved-2' })]
    const first = await post('identified', array(items), { 'idempotency-key': 'moved-a' })
    const again = await post('identified', array(items.toReversed()), { 'idempotency-key': 'moved-b' })
    expect(ids(again.answer).toReversed()).toEqual(ids(first.answer))
  })

  test('without any key is another batch', async () => {
    const [first, again] = [await post('batches', array(leads(2))), await post('batches', array(leads(2)))]
    expect(ids(again.answer)).not.toEqual(ids(first.answer))
  })

  test('holds one item twice: by its id it is one event', async () => {
    const item = lead(1, { id: 'twice' })
    const { status, answer } = await post('identified', array([item, item, lead(2, { id: 'twice' })]))
    expect([status, told(answer)]).toEqual([
      207,
      [
        [0, 202, null],
        [1, 202, null],
        [2, 422, 'IDEMPOTENCY_KEY_REUSED'],
      ],
    ])
    expect(answer.items[1]?.eventId).toBe(answer.items[0]?.eventId ?? '')
  })
})

describe('all or nothing', () => {
  test.each<[string, string, readonly unknown[], Readonly<Record<string, string>>, readonly unknown[]]>([
    ['an item of another shape', 'batches', [lead(0), BAD], STRICT, [[1, 422, 'SCHEMA_MISMATCH']]],
    [
      'an item that cannot be mapped',
      'refusing',
      [lead(0), lead(1, { score: 0 })],
      STRICT,
      [[1, 422, 'MAPPING_REFUSED']],
    ],
    [
      'two items with one id',
      'identified',
      [lead(1, { id: 'strict' }), lead(2, { id: 'strict' })],
      STRICT,
      [[1, 422, 'IDEMPOTENCY_KEY_REUSED']],
    ],
    [
      'where the source asks for it',
      'strict',
      [lead(0), BAD, BAD],
      {},
      [
        [1, 422, 'SCHEMA_MISMATCH'],
        [2, 422, 'SCHEMA_MISMATCH'],
      ],
    ],
  ])('keeps nothing: %s', async (_, source, items, headers, expected) => {
    const before = await storedEvents(gateway)
    const { status, answer, response } = await post(source, array(items), headers)
    expect([status, answer.code, told(answer)]).toEqual([422, 'BATCH_REFUSED', [...expected]])
    expect(response.headers.get('preference-applied')).toBe(headers['prefer'] ?? null)
    expect(await storedEvents(gateway)).toBe(before)
  })

  test('keeps nothing for an item that is known with another body, and keeps all once that is mended', async () => {
    await post('identified', array([lead(1, { id: 'known' })]))
    const before = await storedEvents(gateway)
    const refused = await post('identified', array([lead(2, { id: 'new' }), lead(9, { id: 'known' })]), STRICT)
    expect([refused.status, told(refused.answer)]).toEqual([422, [[1, 422, 'IDEMPOTENCY_KEY_REUSED']]])
    expect(await storedEvents(gateway)).toBe(before)
    const taken = await post('identified', array([lead(2, { id: 'new' }), lead(1, { id: 'known' })]), STRICT)
    expect([taken.status, taken.response.headers.get('preference-applied')]).toEqual([207, 'handling=strict'])
    expect(await storedEvents(gateway)).toBe(before + 1)
  })

  test.each([
    ['respond-async, handling="Strict"; foo=1', 422],
    ['handling=strict, handling=lenient', 422],
    ['handling=lenient', 207],
    ['handling=strictly', 207],
    ['x-handling=strict', 207],
  ])('is asked for by `Prefer: %s`', async (prefer, status) => {
    expect((await post('batches', array([lead(0), BAD]), { prefer })).status).toBe(status)
  })

  test('is not what a source asks for where its sender asks for less', async () => {
    const { status, response } = await post('strict', array([lead(0), BAD]), { prefer: 'handling=lenient' })
    expect([status, response.headers.get('preference-applied')]).toEqual([207, 'handling=lenient'])
  })
})

describe('a batch whose mapping fails', () => {
  test('has a dead delivery for the item, or refuses it alone', async () => {
    const { status, answer } = await post('refusing', array([lead(0), lead(1, { score: 0 })]))
    expect([status, told(answer)]).toEqual([
      207,
      [
        [0, 202, null],
        [1, 422, 'MAPPING_REFUSED'],
      ],
    ])
  })
})
