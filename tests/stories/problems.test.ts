import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { SANDBOX_KEYS } from '@sluice/gateway/bun'
import { contactOf, type Running, startRunning, temporaryFolder } from './running.ts'
import { unnamed } from './unnamed.ts'

const INGEST = { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_INGEST_TOKEN}` }
const ADMIN = { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}` }
const JSON_TYPE = { 'content-type': 'application/json' }
const MIB = 1_048_576
const CONTACT = JSON.stringify(contactOf(1))

/** A word that stands in bodies and headers, and that no answer may repeat. */
const MARK = 'do-not-quote-me'

interface Sent {
  readonly path: string
  readonly init: RequestInit
}

const demo = (body: BodyInit, headers: Readonly<Record<string, string>> = JSON_TYPE): Sent => ({
  path: '/webhooks/demo',
  init: { method: 'POST', headers: { ...INGEST, ...headers }, body },
})
const json = (body: string): Sent => demo(body)
const xml = (body: BodyInit, type = 'application/xml'): Sent => demo(body, { 'content-type': type })
const read = (path: string, headers: Readonly<Record<string, string>> = ADMIN): Sent => ({ path, init: { headers } })

/** A body that arrives in pieces, with no length declared. */
function inPieces(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
}

const PROBLEMS: readonly [name: string, sent: Sent, status: number, code: string][] = [
  [
    'JSON that is not compressed as it says',
    demo(Uint8Array.of(31, 139), { ...JSON_TYPE, 'content-encoding': 'gzip' }),
    400,
    'BODY_ENCODING_INVALID',
  ],
  [
    'JSON as plain text that claims a coding',
    demo(CONTACT, { ...JSON_TYPE, 'content-encoding': 'br' }),
    415,
    'CONTENT_ENCODING_UNSUPPORTED',
  ],
  [
    'JSON in a character set that it cannot have',
    demo(CONTACT, { 'content-type': 'application/json; charset = "utf-16"' }),
    415,
    'CONTENT_TYPE_UNSUPPORTED',
  ],
  ['a suffix without a type', demo(CONTACT, { 'content-type': '+json' }), 415, 'CONTENT_TYPE_UNSUPPORTED'],
  ...['events', 'deliveries', 'attempts'].map((list): [string, Sent, number, string] => [
    `${list} of a time that ends before it begins`,
    read(`/v1/${list}?since=2026-11-22T12:00:00Z&until=2026-11-22T11:59:59Z`),
    400,
    'PARAMETER_INVALID',
  ]),
  [
    'another method on an event',
    { path: '/v1/events/x', init: { method: 'DELETE', headers: ADMIN } },
    405,
    'METHOD_NOT_ALLOWED',
  ],
  ['JSON that ends early', json(`{"email":"${MARK}`), 400, 'JSON_SYNTAX'],
  ['JSON with a comment', json(`{/*${MARK}*/}`), 400, 'JSON_SYNTAX'],
  ['no body at all', json(''), 400, 'JSON_SYNTAX'],
  ['JSON with one name twice', json(`{"email":"${MARK}","email":"b"}`), 400, 'JSON_DUPLICATE_KEY'],
  ['JSON with one name twice, once escaped', json(`{"email":"${MARK}","\\u0065mail":"b"}`), 400, 'JSON_DUPLICATE_KEY'],
  ['JSON with __proto__', json(`{"__proto__":{"${MARK}":1}}`), 400, 'JSON_FORBIDDEN_KEY'],
  ['JSON with constructor, deep inside', json(`{"a":[{"constructor":"${MARK}"}]}`), 400, 'JSON_FORBIDDEN_KEY'],
  ['JSON 65 levels deep', json(`${'['.repeat(65)}${']'.repeat(65)}`), 400, 'JSON_TOO_DEEP'],
  ['JSON with a number beyond a double', json(`{"${MARK}":1e400}`), 400, 'JSON_NUMBER_RANGE'],
  ['JSON that is not UTF-8', demo(Uint8Array.of(0x22, 0xe9, 0x22)), 400, 'JSON_ENCODING'],
  ['XML that is not well formed', xml(`<contact><email>${MARK}</phone></contact>`), 400, 'XML_SYNTAX'],
  ['XML with a document type', xml(`<!DOCTYPE c [<!ENTITY e "${MARK}">]><c>&e;</c>`), 400, 'XML_DOCTYPE'],
  ['XML with an unknown entity', xml('<c>&do-not-quote-me;</c>'), 400, 'XML_ENTITY'],
  ['XML with an attribute twice', xml(`<c a="${MARK}" a="2"/>`), 400, 'XML_DUPLICATE_ATTRIBUTE'],
  ['XML with __proto__', xml(`<c><__proto__>${MARK}</__proto__></c>`), 400, 'XML_FORBIDDEN_NAME'],
  ['XML 65 levels deep', xml(`${'<a>'.repeat(65)}${'</a>'.repeat(65)}`), 400, 'XML_TOO_DEEP'],
  [
    'XML that is not UTF-8 as it says',
    xml(Uint8Array.of(0x3c, 0x63, 0x3e, 0xe9, 0x3c, 0x2f, 0x63, 0x3e)),
    400,
    'XML_ENCODING',
  ],
  [
    'XML whose declaration contradicts its content type',
    xml('<?xml version="1.0" encoding="ISO-8859-1"?><c/>', 'application/xml; charset=utf-8'),
    400,
    'XML_ENCODING',
  ],
  [
    'an idempotency key with a blank',
    demo(CONTACT, { ...JSON_TYPE, 'idempotency-key': 'a b' }),
    400,
    'IDEMPOTENCY_KEY_INVALID',
  ],
  [
    'an idempotency key of 256 characters',
    demo(CONTACT, { ...JSON_TYPE, 'idempotency-key': 'k'.repeat(256) }),
    400,
    'IDEMPOTENCY_KEY_INVALID',
  ],
  ['a limit of 0', read('/v1/deliveries?limit=0'), 400, 'PARAMETER_INVALID'],
  ['a state that there is not', read(`/v1/deliveries?state=${MARK}`), 400, 'PARAMETER_INVALID'],
  ['a cursor that this API did not give', read(`/v1/deliveries?cursor=${MARK}`), 400, 'CURSOR_INVALID'],
  [
    'an unknown source',
    { path: `/webhooks/${MARK}`, init: { method: 'POST', headers: INGEST, body: CONTACT } },
    404,
    'SOURCE_UNKNOWN',
  ],
  ['an unknown event', read(`/v1/events/${MARK}`), 404, 'EVENT_UNKNOWN'],
  ['an unknown delivery', read(`/v1/deliveries/${MARK}`), 404, 'DELIVERY_UNKNOWN'],
  ['an unknown path', read(`/${MARK}`), 404, 'NOT_FOUND'],
  ['a webhook that is read instead of posted', read('/webhooks/demo', INGEST), 405, 'METHOD_NOT_ALLOWED'],
  ['a body larger than 1 MiB, by its declared length', json(`"${'a'.repeat(MIB)}"`), 413, 'BODY_TOO_LARGE'],
  [
    'a body larger than 1 MiB that comes in pieces',
    demo(inPieces(Array.from({ length: 5 }, () => new Uint8Array(MIB / 4).fill(0x61)))),
    413,
    'BODY_TOO_LARGE',
  ],
  ['a form with files', demo('email=a', { 'content-type': 'multipart/form-data' }), 415, 'CONTENT_TYPE_UNSUPPORTED'],
  ['plain text', demo(CONTACT, { 'content-type': 'text/plain' }), 415, 'CONTENT_TYPE_UNSUPPORTED'],
  [
    'JSON in another encoding',
    demo(CONTACT, { 'content-type': 'application/json; charset=utf-16' }),
    415,
    'CONTENT_TYPE_UNSUPPORTED',
  ],
  ['JSON that is no contact', json(`{"email":"${MARK}"}`), 422, 'SCHEMA_MISMATCH'],
]

describe('every problem over HTTP', () => {
  const folder = temporaryFolder()
  let running: Running

  beforeAll(async () => {
    running = await startRunning({ sandboxUrl: 'http://127.0.0.1:9', dataPath: folder.path })
  })

  afterAll(async () => {
    await running?.gateway.stop()
    folder.remove()
  })

  const send = ({ path, init }: Sent): Promise<Response> => fetch(`${running.url}${path}`, init)

  test.each([...PROBLEMS])('%s', async (_name, sent, status, code) => {
    const response = await send(sent)
    const text = await response.text()
    const problem = JSON.parse(text) as { type: string; title: string; status: number; code: string }
    expect({ status: response.status, code: problem.code }).toEqual({ status, code })
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(problem.status).toBe(status)
    expect(problem.type).toBe(`urn:sluice:problem:${code}`)
    expect(text).not.toContain(MARK)
  })

  test('nothing of all that was stored', async () => {
    const response = await send(read('/v1/deliveries'))
    expect(await response.json()).toEqual({ deliveries: [], nextCursor: null })
  })

  test('a contact that is wrong in several places: each path, and no value', async () => {
    const wrong = { email: MARK, phone: MARK, firstName: '', lastName: 7, tags: ['fine', 8] }
    const response = await send(json(JSON.stringify(wrong)))
    const text = await response.text()
    const { errors } = JSON.parse(text) as { errors: readonly { path: string }[] }
    expect(errors.map(({ path }) => path)).toEqual(['email', 'phone', 'firstName', 'lastName', 'tags[1]'])
    expect(text).not.toContain(MARK)
  })

  describe('whatever is wrong with a credential, the answer is the same 401', () => {
    const UNAUTHENTICATED =
      '{"type":"urn:sluice:problem:UNAUTHENTICATED","title":"The request is not authenticated.","status":401,"code":"UNAUTHENTICATED"}'
    const post = (path: string, headers: Readonly<Record<string, string>>, body = CONTACT): Sent => ({
      path,
      init: { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body },
    })
    const rows: readonly [name: string, sent: Sent][] = [
      ['a webhook without a token', post('/webhooks/demo', {})],
      ['a webhook with another token', post('/webhooks/demo', { authorization: `Bearer ${MARK}` })],
      ['a webhook with the key of the API', post('/webhooks/demo', ADMIN)],
      ['a webhook with another scheme', post('/webhooks/demo', { authorization: 'Basic c2FuZGJveA==' })],
      ['a webhook with an unreadable header', post('/webhooks/demo', { authorization: 'Bearer' })],
      [
        'a webhook with a wrong token and a body that cannot be read',
        post('/webhooks/demo', { authorization: `Bearer ${MARK}` }, '{'),
      ],
      ['a signed source without a signature', post('/webhooks/signup', {})],
      ['the API without a key', read('/v1/deliveries', {})],
      ['the API with another key', read('/v1/deliveries', { authorization: `Bearer ${MARK}` })],
      ['the API with the token of a source', read('/v1/deliveries', INGEST)],
      ['an event without a key', read('/v1/events/evt_1', {})],
    ]
    test.each([...rows])('%s', async (_name, sent) => {
      const response = await send(sent)
      expect(response.status).toBe(401)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(unnamed(await response.text())).toBe(UNAUTHENTICATED)
    })
  })

  test('no log line quotes what was sent', () => {
    expect(running.log.length).toBeGreaterThan(0)
    expect(running.log.filter((line) => line.includes(MARK))).toEqual([])
    expect(running.log.filter((line) => (JSON.parse(line) as { level: string }).level === 'error')).toEqual([])
  })
})
