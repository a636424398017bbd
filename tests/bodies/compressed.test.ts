import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { type Bodies, MAX_BODY_BYTES, type ShownEvent, startBodies, storedEvents } from './gateway.ts'

let gateway: Bodies
beforeAll(async () => {
  gateway = await startBodies()
})
afterAll(() => gateway.stop())

const LEAD = '{ "email": "ada@x.test" }'
const gzip = (text: string | Uint8Array) => gzipSync(Buffer.from(text))
/** What inflates to much more than any source takes, and is wrong at its very end: only who inflates all of it can tell. */
const bomb = (bytes: number) => Buffer.concat([gzip(new Uint8Array(bytes)).subarray(0, -8), Buffer.alloc(8, 1)])

const post = (coding: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}) =>
  gateway.post('single', body, { 'content-encoding': coding, ...headers })

describe('a compressed body', () => {
  test.each<[string, string, Uint8Array]>([
    ['gzip', 'gzip', gzip(LEAD)],
    ['gzip by its old name', 'X-GZip', gzip(LEAD)],
    ['deflate', 'deflate', deflateSync(LEAD)],
    ['identity', 'identity', Buffer.from(LEAD)],
    ['two codings, the last of them the outer one', 'deflate, gzip', gzip(deflateSync(LEAD))],
    ['a list with blanks and identity', ' gzip , identity ', gzip(LEAD)],
  ])('is taken: %s', async (_, coding, body) => {
    const response = await post(coding, body)
    expect(response.status).toBe(202)
    const { eventId } = (await response.json()) as { eventId: string }
    const event = await gateway.read<ShownEvent>(`/v1/events/${eventId}`)
    // What is kept is what was meant, so that it can be read and replayed.
    expect([event.body, event.contentType]).toEqual([LEAD, 'application/json'])
  })

  test('is the same message however well it is compressed', async () => {
    const answers = [gzipSync(LEAD, { level: 1 }), gzipSync(LEAD, { level: 9 }), gzipSync(LEAD, { level: 0 })].map(
      async (body) => (await post('gzip', body, { 'idempotency-key': 'levels' })).text(),
    )
    expect(new Set(await Promise.all(answers)).size).toBe(1)
  })

  test.each<[string, string, Uint8Array, number, string]>([
    ['cut off', 'gzip', gzip(LEAD).subarray(0, -3), 400, 'BODY_ENCODING_INVALID'],
    ['with another checksum', 'gzip', bomb(10), 400, 'BODY_ENCODING_INVALID'],
    ['with something behind it', 'gzip', Buffer.concat([gzip(LEAD), Buffer.from('{}')]), 400, 'BODY_ENCODING_INVALID'],
    ['that is not compressed', 'gzip', Buffer.from(LEAD), 400, 'BODY_ENCODING_INVALID'],
    ['that is empty', 'gzip', new Uint8Array(), 400, 'BODY_ENCODING_INVALID'],
    ['deflated without its zlib header', 'deflate', deflateRawSync(LEAD), 400, 'BODY_ENCODING_INVALID'],
    ['compressed once of two times', 'gzip, gzip', gzip(LEAD), 400, 'BODY_ENCODING_INVALID'],
    ['that inflates beyond the limit', 'gzip', gzip(new Uint8Array(MAX_BODY_BYTES + 1)), 413, 'BODY_TOO_LARGE'],
    ['that is a bomb', 'gzip', bomb(100_000_000), 413, 'BODY_TOO_LARGE'],
    ['that is a bomb within a bomb', 'gzip, gzip', gzip(bomb(100_000_000)), 413, 'BODY_TOO_LARGE'],
    ['of a coding that there is not', 'br', Buffer.from(LEAD), 415, 'CONTENT_ENCODING_UNSUPPORTED'],
    ['of three codings', 'gzip, gzip, gzip', gzip(gzip(gzip(LEAD))), 415, 'CONTENT_ENCODING_UNSUPPORTED'],
  ])('is refused: one %s', async (_, coding, body, status, code) => {
    const response = await post(coding, body)
    const problem = (await response.json()) as { code: string }
    expect([response.status, problem.code]).toEqual([status, code])
    expect(response.headers.get('accept-encoding')).toBe(status === 415 ? 'gzip, deflate' : null)
  })

  test('of a sender that was not verified is not inflated', async () => {
    const response = await post('gzip', Buffer.from('no gzip at all'), { authorization: 'Bearer wrong' })
    expect(response.status).toBe(401)
  })

  test('that is refused leaves nothing behind', async () => {
    const before = await storedEvents(gateway)
    await post('gzip', bomb(100_000_000), { 'idempotency-key': 'bomb' })
    expect(await storedEvents(gateway)).toBe(before)
    // Nor its key.
    expect((await post('gzip', gzip(LEAD), { 'idempotency-key': 'bomb' })).status).toBe(202)
  })

  test('that is as large as is allowed when it is inflated is taken', async () => {
    const padded = LEAD.padEnd(MAX_BODY_BYTES, ' ')
    expect((await post('gzip', gzip(padded))).status).toBe(202)
    expect((await post('gzip', gzip(`${padded} `))).status).toBe(413)
  })
})
