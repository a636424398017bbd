import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { once } from 'node:events'
import { eventually } from '../stories/eventually.ts'
import { type Bodies, INGEST, type ShownEvent, startBodies, storedEvents } from './gateway.ts'

let gateway: Bodies
beforeAll(async () => {
  gateway = await startBodies()
})
afterAll(() => gateway.stop())

/** Whatever came in, no object anywhere has a member that it was not given. */
afterEach(() => {
  const bare: Readonly<Record<string, unknown>> = {}
  expect([bare['polluted'], bare['isAdmin'], Object.keys(Object.prototype)]).toEqual([undefined, undefined, []])
})

const utf16 = (text: string, mark: boolean): Uint8Array => Buffer.from(`${mark ? '\ufeff' : ''}${text}`, 'utf16le')
const LEAD = '{"email":"ada@x.test"}'

async function refusal(source: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  const response = await gateway.post(source, body, headers)
  const { code } = (await response.json()) as { code?: string }
  return [response.status, code]
}

async function payload(source: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const response = await gateway.post(source, body, headers)
  expect(response.status).toBe(202)
  const { eventId } = (await response.json()) as { eventId: string }
  return (await gateway.read<ShownEvent>(`/v1/events/${eventId}`)).deliveries[0]?.payload
}

describe('names that reach for a prototype are refused', () => {
  test.each([
    ['__proto__', '{"__proto__":{"polluted":1}}'],
    ['__proto__, escaped', String.raw`{"\u005f_proto__":{"polluted":1}}`],
    [
      '__proto__, every character escaped',
      String.raw`{"\u005f\u005f\u0070\u0072\u006f\u0074\u006f\u005f\u005f":{"polluted":1}}`,
    ],
    ['constructor', '{"constructor":{"prototype":{"polluted":1}}}'],
    ['prototype', '{"a":[{"prototype":{"polluted":1}}]}'],
    ['__proto__ in depth', '{"a":{"b":[[{"__proto__":{"polluted":1}}]]}}'],
  ])('%s, also where the source takes anything', async (_, body) => {
    for (const source of ['anything', 'expressed'])
      expect(await refusal(source, body)).toEqual([400, 'JSON_FORBIDDEN_KEY'])
  })

  test('in XML and in a form too', async () => {
    const xml = '<c><a><__proto__><polluted>1</polluted></__proto__></a></c>'
    expect(await refusal('anything', xml, { 'content-type': 'application/xml' })).toEqual([400, 'XML_FORBIDDEN_NAME'])
    const attribute = '<c constructor="1"/>'
    expect(await refusal('anything', attribute, { 'content-type': 'text/xml' })).toEqual([400, 'XML_FORBIDDEN_NAME'])
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(await refusal('anything', 'constructor=1', form)).toEqual([400, 'FORM_FORBIDDEN_NAME'])
  })
})

describe('what a mapping merges carelessly pollutes nothing', () => {
  test.each([
    ['a name with a zero-width space', '__proto\u200b__'],
    ['a name in wide characters', '\uff3f\uff3fproto\uff3f\uff3f'],
    ['a name with a blank', '__proto__ '],
    ['brackets, as some form parsers read them', '__proto__[polluted]'],
    ['dots, as some mergers read them', '__proto__.polluted'],
    ['names of the prototype that are harmless', 'hasOwnProperty'],
    ['a setter of old', '__defineSetter__'],
  ])('%s', async (_, name) => {
    const body = JSON.stringify({ [name]: 'x' })
    const expected = { data: { email: 'a@x.test', [name]: 'x' }, group_key: 'g' }
    expect(await payload('anything', body)).toEqual(expected)
    expect(await payload('expressed', body)).toEqual(expected)
  })
})

describe('characters of a name are what they are', () => {
  test('composed and decomposed, with and without zero width, they are different names', async () => {
    const names = ['é', 'e\u0301', 'e', 'e\u200d', 'E']
    const sent = Object.fromEntries(names.map((name, index) => [name, String(index)]))
    expect(await payload('anything', JSON.stringify(sent))).toEqual({
      data: { email: 'a@x.test', ...sent },
      group_key: 'g',
    })
  })

  test('no look-alike stands in for a field', async () => {
    // The first letter is Cyrillic.
    expect(await refusal('single', '{"еmail":"ada@x.test"}')).toEqual([422, 'SCHEMA_MISMATCH'])
    expect(await refusal('single', '{"email\u200b":"ada@x.test"}')).toEqual([422, 'SCHEMA_MISMATCH'])
  })

  test('half a surrogate pair is kept as it was sent, and stored and read without harm', async () => {
    const body = String.raw`{"email":"a@x.test","\ud800":"\udfff"}`
    const response = await gateway.post('anything', body)
    expect(response.status).toBe(202)
    const { eventId } = (await response.json()) as { eventId: string }
    expect((await gateway.read<ShownEvent>(`/v1/events/${eventId}`)).body).toBe(body)
  })

  test('half a surrogate pair in UTF-8 is no UTF-8', async () => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')])
    expect(await refusal('anything', body)).toEqual([400, 'JSON_ENCODING'])
  })

  test('a byte order mark is none of it', async () => {
    expect((await gateway.post('single', `\ufeff${LEAD}`)).status).toBe(202)
    expect(await refusal('single', `{"\ufeffemail":"ada@x.test"}`)).toEqual([422, 'SCHEMA_MISMATCH'])
  })
})

describe('numbers', () => {
  test.each([
    ['1e400', 'JSON_NUMBER_RANGE'],
    ['-1e400', 'JSON_NUMBER_RANGE'],
    [`1${'0'.repeat(400)}`, 'JSON_NUMBER_RANGE'],
    ['NaN', 'JSON_SYNTAX'],
    ['Infinity', 'JSON_SYNTAX'],
    ['01', 'JSON_SYNTAX'],
    ['+1', 'JSON_SYNTAX'],
    ['0x10', 'JSON_SYNTAX'],
  ])('%s is refused', async (number, code) => {
    expect(await refusal('anything', `{"a":[${number}]}`)).toEqual([400, code])
  })

  test('that are next to nothing are rounded for a mapping, and kept as they were sent', async () => {
    const body = '{"b":-0,"c":1e-400}'
    const response = await gateway.post('anything', body)
    const { eventId } = (await response.json()) as { eventId: string }
    const event = await gateway.read<ShownEvent>(`/v1/events/${eventId}`)
    expect(event.body).toBe(body)
    expect(event.deliveries[0]?.payload).toEqual({
      data: { email: 'a@x.test', b: 0, c: 0 },
      group_key: 'g',
    })
  })

  test('of 60,000 digits are no exception', async () => {
    expect(await refusal('anything', `[${'1'.repeat(60_000)}]`)).toEqual([400, 'JSON_NUMBER_RANGE'])
    expect((await gateway.post('anything', `{"a":0.${'1'.repeat(60_000)}}`)).status).toBe(202)
  })
})

describe('a character set', () => {
  test.each<[string, Uint8Array, string, number, string]>([
    ['UTF-16 that is declared', utf16(LEAD, true), 'application/json; charset=utf-16', 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['UTF-16 that is not declared', utf16(LEAD, true), 'application/json', 400, 'JSON_ENCODING'],
    ['UTF-16 without a mark', utf16(LEAD, false), 'application/json', 400, 'JSON_ENCODING'],
    ['UTF-16 that is declared as UTF-8', utf16(LEAD, false), 'application/json; charset=utf-8', 400, 'JSON_ENCODING'],
    ['UTF-7', Buffer.from('+AHs-+AH0-'), 'application/json; charset=utf-7', 415, 'CONTENT_TYPE_UNSUPPORTED'],
    ['UTF-7 that is not declared', Buffer.from('+AHs-+AH0-'), 'application/json', 400, 'JSON_SYNTAX'],
    ['UTF-7 in XML', Buffer.from('<c>+ADw-</c>'), 'application/xml; charset=utf-7', 400, 'XML_ENCODING'],
    [
      'two of them',
      Buffer.from(LEAD),
      'application/json; charset=utf-8; charset=utf-16',
      415,
      'CONTENT_TYPE_UNSUPPORTED',
    ],
    ['an empty one', Buffer.from('[]'), 'application/xml; charset=""', 400, 'XML_SYNTAX'],
  ])('is no way in: %s', async (_, body, type, status, code) => {
    expect(await refusal('single', body, { 'content-type': type })).toEqual([status, code])
  })
})

describe('a content type', () => {
  test.each([
    ['with parameters that mean nothing here', 'application/json; profile="a;b,c"; v=1', 202],
    ['with blanks and in capitals', ' Application/JSON ; Charset = "UTF-8" ', 202],
    ['with a suffix', 'application/cloudevents+json', 202],
    ['with an end but no parameter', 'application/json;', 202],
    ['that is two', 'application/json, application/xml', 415],
    ['that is twice the same', 'application/json, application/json', 415],
    ['that hides another behind a parameter', 'application/json; a=b, application/xml', 415],
    ['of a page', 'text/html', 415],
    ['of a form with files', 'multipart/form-data; boundary=x', 415],
    ['that says nothing', 'application/octet-stream', 415],
    ['that is only a suffix', '/x+json', 415],
  ])('%s', async (_, type, status) => {
    expect((await gateway.post('single', LEAD, { 'content-type': type })).status).toBe(status)
  })

  test('that is not there is refused', async () => {
    const headers = { authorization: `Bearer ${INGEST}` }
    const body = new Blob([LEAD])
    const response = await fetch(`${gateway.url}/webhooks/single`, { method: 'POST', headers, body })
    expect(response.status).toBe(415)
  })
})

/** Sends bytes as they are and returns what comes back until the connection is closed, or as much as is asked for. */
async function raw(text: string): Promise<string> {
  const { port } = new URL(gateway.url)
  const socket = connect(Number(port), '127.0.0.1')
  let received = ''
  let closed = false
  socket.on('data', (bytes) => (received += bytes.toString()))
  socket.on('close', () => (closed = true))
  socket.on('error', () => (closed = true))
  await once(socket, 'connect')
  socket.write(text)
  await eventually('it is answered', () => (closed || received.includes('\r\n\r\n') ? true : undefined))
  socket.destroy()
  return received.split('\r\n', 1)[0] ?? ''
}

const head = (method: string, ...lines: readonly string[]): string =>
  [
    `${method} /webhooks/single HTTP/1.1`,
    'host: gateway.test',
    `authorization: Bearer ${INGEST}`,
    'content-type: application/json',
    ...lines,
    '',
    '',
  ].join('\r\n')

describe('a length', () => {
  test.each<[string, string, RegExp]>([
    ['that is none, in chunks', `${head('POST', 'transfer-encoding: chunked')}16\r\n${LEAD}\r\n0\r\n\r\n`, / 202 /],
    ['of 0 with nothing behind it', head('POST', 'content-length: 0'), / 400 /],
    ['that is missing altogether', head('POST'), / 400 /],
    ['that is less than what comes', `${head('POST', 'content-length: 10')}${LEAD}`, / 400 /],
    ['that is no number', `${head('POST', 'content-length: abc')}${LEAD}`, / 400 /],
    ['that is negative', `${head('POST', 'content-length: -1')}${LEAD}`, / 400 /],
    ['that is two', `${head('POST', 'content-length: 22', 'content-length: 10')}${LEAD}`, / 400 /],
    [
      'beside chunks',
      `${head('POST', 'content-length: 22', 'transfer-encoding: chunked')}16\r\n${LEAD}\r\n0\r\n\r\n`,
      / 400 /,
    ],
    ['of a chunk that is none', `${head('POST', 'transfer-encoding: chunked')}zz\r\n${LEAD}\r\n0\r\n\r\n`, / 400 /],
    ['that is beyond the limit, before anything is sent', head('POST', 'content-length: 999999999999'), / 413 /],
    ['of a body on a GET', `${head('GET', 'content-length: 22')}${LEAD}`, / 405 /],
  ])('%s', async (_, text, status) => {
    const before = await storedEvents(gateway)
    expect(await raw(text)).toMatch(status)
    expect(await storedEvents(gateway)).toBe(before + (status.source.includes('202') ? 1 : 0))
  })
})

describe('depth', () => {
  test.each([
    ['JSON', '['.repeat(30_000), 'application/json', 'JSON_TOO_DEEP'],
    ['objects of JSON', '{"a":'.repeat(10_000), 'application/json', 'JSON_TOO_DEEP'],
    ['XML', '<a>'.repeat(20_000), 'application/xml', 'XML_TOO_DEEP'],
    [
      'JSON in a field of a form',
      `payload=${'['.repeat(30_000)}`,
      'application/x-www-form-urlencoded',
      'JSON_TOO_DEEP',
    ],
  ])('of %s is counted before anything else can run out', async (_, body, type, code) => {
    expect(await refusal('slack', body, { 'content-type': type })).toEqual([400, code])
  })
})
