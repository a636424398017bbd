import { describe, expect, test } from 'bun:test'
import { isWebhookSecret } from './secret.ts'
import { signStandardWebhook } from './sign.ts'

/** The example that the specification's libraries print. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
const AT_MS = 1_614_265_330_000
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='

describe('a message is signed', () => {
  test.each<[string, Uint8Array | string, string, number]>([
    ['as text', '{"test": 2432232314}', SECRET, AT_MS],
    ['as bytes', new TextEncoder().encode('{"test": 2432232314}'), SECRET, AT_MS],
    ['with a secret without its prefix', '{"test": 2432232314}', SECRET.slice('whsec_'.length), AT_MS],
    ['for the second in which it is sent', '{"test": 2432232314}', SECRET, AT_MS + 999],
  ])('%s', async (_name, body, secret, nowMs) => {
    expect(await signStandardWebhook({ id: ID, body }, secret, nowMs)).toEqual({
      'webhook-id': ID,
      'webhook-timestamp': '1614265330',
      'webhook-signature': SIGNATURE,
    })
  })

  test.each([
    ['another id', { id: `${ID}x`, body: 'a' }, SECRET, AT_MS],
    ['another body', { id: ID, body: 'b' }, SECRET, AT_MS],
    ['another time', { id: ID, body: 'a' }, SECRET, AT_MS + 1000],
    ['another secret', { id: ID, body: 'a' }, `whsec_${btoa('x'.repeat(24))}`, AT_MS],
  ] as const)('otherwise with %s', async (_name, message, secret, nowMs) => {
    const first = await signStandardWebhook({ id: ID, body: 'a' }, SECRET, AT_MS)
    const other = await signStandardWebhook(message, secret, nowMs)
    expect(other['webhook-signature']).not.toBe(first['webhook-signature'])
  })
})

describe('nothing is signed', () => {
  test.each([
    ['with a secret that is no base64', ID, 'whsec_canary!', AT_MS, 'secret'],
    ['with a secret that is too short', ID, `whsec_${btoa('x'.repeat(23))}`, AT_MS, 'secret'],
    ['with a secret that is too long', ID, `whsec_${btoa('x'.repeat(65))}`, AT_MS, 'secret'],
    ['without an id', '', SECRET, AT_MS, 'id'],
    ['with an id that holds a full stop', 'a.1', SECRET, AT_MS, 'id'],
    ['with an id that holds a line end', 'a\n', SECRET, AT_MS, 'id'],
    ['with an id of 256 characters', 'a'.repeat(256), SECRET, AT_MS, 'id'],
    ['before 1970', ID, SECRET, -1, 'time'],
    ['at no time', ID, SECRET, NaN, 'time'],
  ])('%s', async (_name, id, secret, nowMs, part) => {
    const signing = signStandardWebhook({ id, body: '' }, secret, nowMs)
    const error: unknown = await signing.then(
      () => null,
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ name: 'EncodeError', code: 'SIGNATURE_INPUT', retry: 'never' })
    expect(String(error)).toContain(`the ${part} is`)
    expect(String(error)).not.toContain('canary')
  })
})

test.each([
  ['24 bytes', btoa('x'.repeat(24)), true],
  ['64 bytes with the prefix', `whsec_${btoa('x'.repeat(64))}`, true],
  ['23 bytes', btoa('x'.repeat(23)), false],
  ['65 bytes', btoa('x'.repeat(65)), false],
  ['no base64', 'whsec_-', false],
  ['nothing', '', false],
])('whether it is a secret: %s', (_name, secret, expected) => {
  expect(isWebhookSecret(secret)).toBe(expected)
})
