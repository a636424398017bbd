import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SANDBOX_KEYS } from '@sluice/gateway/bun'
import { Webhook } from 'standardwebhooks'
import { type Message, parseHttpFile } from './http-file.ts'
import { NOW_MS, setScene } from './play.ts'
import { unnamed } from '../stories/unnamed.ts'

const FILE = readFileSync(join(import.meta.dir, 'signup/signed/1-received.http'), 'utf8')
const [SIGNED = { line: '', headers: {}, body: '' }] = parseHttpFile(FILE)
const ID = 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W'
const OTHER_SECRET = 'whsec_b3RoZXItc2VjcmV0LW9mLXNvbWVib2R5LWVsc2U='

const sign = (body: string, atMs: number, secret: string = SANDBOX_KEYS.SIGNUP_WEBHOOK_SECRET): string =>
  new Webhook(secret).sign(ID, new Date(atMs), body)

/** The request of the case with some headers or its body replaced; an empty header is left out. */
function changed(headers: Readonly<Record<string, string>>, body = SIGNED.body): Message {
  const kept = Object.entries({ ...SIGNED.headers, ...headers }).filter(([, value]) => value !== '')
  return { ...SIGNED, headers: Object.fromEntries(kept), body }
}

const at = (atMs: number, body = SIGNED.body): Message =>
  changed({ 'webhook-timestamp': String(Math.floor(atMs / 1000)), 'webhook-signature': sign(SIGNED.body, atMs) }, body)

test('the signature of the case is the one that the client of Standard Webhooks makes', () => {
  expect(sign(SIGNED.body, NOW_MS)).toBe(SIGNED.headers['webhook-signature'] ?? '')
})

describe('what the client of Standard Webhooks signs is accepted', () => {
  const accepted: readonly [name: string, received: Message][] = [
    ['now', at(NOW_MS)],
    ['300 s ago', at(NOW_MS - 300_000)],
    ['300 s ahead', at(NOW_MS + 300_000)],
    [
      'with a signature by another secret before it, as while a secret is replaced',
      changed({ 'webhook-signature': `${sign(SIGNED.body, NOW_MS, OTHER_SECRET)} ${sign(SIGNED.body, NOW_MS)}` }),
    ],
  ]
  test.each([...accepted])('%s', async (_name, received) => {
    const scene = await setScene('signup')
    const response = await scene.post(received)
    expect(response.status).toBe(202)
  })
})

describe('anything else gets one and the same 401, and is not stored', () => {
  const UNAUTHENTICATED =
    '{"type":"urn:sluice:problem:UNAUTHENTICATED","title":"The request is not authenticated.","status":401,"code":"UNAUTHENTICATED"}'
  const refused: readonly [name: string, received: Message, reason: string][] = [
    ['another secret', changed({ 'webhook-signature': sign(SIGNED.body, NOW_MS, OTHER_SECRET) }), 'AUTH_REJECTED'],
    ['a changed body', changed({}, SIGNED.body.replace('Ada', 'Eve')), 'AUTH_REJECTED'],
    ['one byte more', changed({}, `${SIGNED.body} `), 'AUTH_REJECTED'],
    ['another id', changed({ 'webhook-id': `${ID}x` }), 'AUTH_REJECTED'],
    ['301 s ago', at(NOW_MS - 301_000), 'AUTH_EXPIRED'],
    ['301 s ahead', at(NOW_MS + 301_000), 'AUTH_EXPIRED'],
    ['a new time with the old signature', changed({ 'webhook-timestamp': '1767323046' }), 'AUTH_REJECTED'],
    ['no signature', changed({ 'webhook-signature': '' }), 'AUTH_MISSING'],
    ['no id', changed({ 'webhook-id': '' }), 'AUTH_MISSING'],
    ['no time', changed({ 'webhook-timestamp': '' }), 'AUTH_MISSING'],
    ['a time that is no number', changed({ 'webhook-timestamp': 'yesterday' }), 'AUTH_MALFORMED'],
    [
      'a signature of another version',
      changed({ 'webhook-signature': sign(SIGNED.body, NOW_MS).replace('v1,', 'v2,') }),
      'AUTH_REJECTED',
    ],
    ['a signature that is not base64', changed({ 'webhook-signature': 'v1,***' }), 'AUTH_REJECTED'],
    [
      'the bearer token of another source',
      changed({ 'webhook-signature': '', authorization: `Bearer ${SANDBOX_KEYS.SLUICE_INGEST_TOKEN}` }),
      'AUTH_MISSING',
    ],
  ]
  test.each([...refused])('%s', async (_name, received, reason) => {
    const scene = await setScene('signup')
    const response = await scene.post(received)
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(unnamed(await response.text())).toBe(UNAUTHENTICATED)
    expect(await scene.store.countDeliveries()).toEqual([])
    expect(scene.log.map((line) => (JSON.parse(line) as { code: string }).code)).toEqual([reason])
  })
})
