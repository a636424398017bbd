import { afterEach, beforeEach, expect, test } from 'bun:test'
import { type KeysWorld, openKeysWorld } from './keys-world.ts'

let keys: KeysWorld
beforeEach(async () => {
  keys = await openKeysWorld()
})
afterEach(() => keys.world.stop())

const rateOf = ({ status, headers }: { status: number; headers: Headers }) => [
  status,
  headers.get('ratelimit-policy'),
  headers.get('ratelimit'),
  headers.get('retry-after'),
]

test('every answer to a request with a key says what is left, and 429 when there is more', async () => {
  const { secret } = await keys.made({ name: 'slow', scopes: ['read'], ratePerMinute: 4 })
  const ask = (method: string, path: string, body?: unknown) => keys.call(method, path, body, secret)
  const policy = '"key";q=4;w=60'
  expect(rateOf(await ask('GET', '/v1/events'))).toEqual([200, policy, '"key";r=3;t=15', null])
  expect(rateOf(await ask('GET', '/v1/events/evt_0'))).toEqual([404, policy, '"key";r=2;t=30', null])
  expect(rateOf(await ask('GET', '/v1/events?limit=x'))).toEqual([400, policy, '"key";r=1;t=45', null])
  expect(rateOf(await ask('POST', '/v1/keys', {}))).toEqual([403, policy, '"key";r=0;t=60', null])
  const refused = await ask('GET', '/v1/events')
  expect(rateOf(refused)).toEqual([429, policy, '"key";r=0;t=15', '15'])
  expect(refused.body).toMatchObject({ code: 'RATE_LIMITED', status: 429 })
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  // Other keys have a rate of their own.
  expect((await keys.call('GET', '/v1/events')).headers.get('ratelimit-policy')).toBe('"key";q=60000;w=60')
  await keys.world.advanceTo(keys.world.nowMs() + 15_000)
  expect((await ask('GET', '/v1/events')).status).toBe(200)
  expect((await ask('GET', '/v1/events')).status).toBe(429)
})

test('what is above the rate of a sender is not stored, and it is told when to send it again', async () => {
  const send = () => keys.post('/webhooks/shop', { 'x-api-key': 'key-of-the-shop' })
  for (const left of [2, 1, 0]) {
    const { status, headers } = await send()
    expect([status, headers.get('ratelimit')]).toEqual([202, `"key";r=${left};t=${20 * (3 - left)}`])
  }
  expect(rateOf(await send())).toEqual([429, '"key";q=3;w=60', '"key";r=0;t=20', '20'])
  const { body } = await keys.call<{ events: readonly unknown[] }>('GET', '/v1/events')
  expect(body.events).toHaveLength(3)
})

test('both secrets of a key share its rate', async () => {
  const { key, secret } = await keys.made({ name: 'slow', scopes: ['read'], ratePerMinute: 2 })
  const { body } = await keys.call<{ secret: string }>('POST', `/v1/keys/${key.id}/rotate`, {})
  const statuses = []
  for (const one of [secret, body.secret, secret])
    statuses.push((await keys.call('GET', '/v1/events', undefined, one)).status)
  expect(statuses).toEqual([200, 200, 429])
})
