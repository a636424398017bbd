import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqlite } from '@sluice/gateway/bun'
import { ADMIN, type KeysWorld, openKeysWorld } from './keys-world.ts'
import { temporaryFolder } from './running.ts'

const UNAUTHENTICATED = {
  type: 'urn:sluice:problem:UNAUTHENTICATED',
  title: 'The request is not authenticated.',
  status: 401,
  code: 'UNAUTHENTICATED',
}

describe('whoever has no key', () => {
  const folder = temporaryFolder()
  const databasePath = join(folder.path, 'keys.sqlite')
  let keys: KeysWorld
  let secret: string
  let digest: string

  beforeAll(async () => {
    keys = await openKeysWorld({ databasePath })
    const made = await keys.made({ name: 'crm', scopes: ['ingest', 'read'] })
    secret = made.secret
    digest = new Bun.CryptoHasher('sha256').update(secret).digest('hex')
  })
  afterAll(() => {
    keys.world.stop()
    folder.remove()
  })

  const attempts = (): readonly [name: string, headers: Readonly<Record<string, string>>][] => [
    ['nothing', {}],
    ['an empty header', { authorization: '' }],
    ['the key alone', { authorization: secret }],
    ['another scheme', { authorization: `Basic ${btoa(`key:${secret}`)}` }],
    ['the scheme of nobody', { authorization: `Token ${secret}` }],
    ['a tab in place of a space', { authorization: `Bearer\t${secret}` }],
    ['two keys in one', { authorization: `Bearer ${secret} ${secret}` }],
    ['two headers', { authorization: `Bearer ${secret}, Bearer ${secret}` }],
    ['its digest', { authorization: `Bearer ${digest}` }],
    ['its first half', { authorization: `Bearer ${secret.slice(0, 26)}` }],
    ['its prefix', { authorization: `Bearer ${secret.slice(0, 8)}` }],
    ['one character more', { authorization: `Bearer ${secret}0` }],
    ['another last character', { authorization: `Bearer ${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}` }],
    ['other case', { authorization: `Bearer ${secret.toUpperCase()}` }],
    ['a pattern of SQL', { authorization: 'Bearer %' }],
    ['10 kB', { authorization: `Bearer ${'a'.repeat(10_240)}` }],
    ['10 kB that begin with it', { authorization: `Bearer ${secret.padEnd(10_240, '0')}` }],
    ['letters beyond ASCII', { authorization: `Bearer ${secret}\u00e9` }],
    ['a cookie', { cookie: `key=${secret}; authorization=Bearer ${secret}` }],
  ]

  test('gets one and the same 401 from the API, in whatever way it is tried', async () => {
    expect((await keys.send('/v1/events', { authorization: `bearer  ${secret}` })).status).toBe(200)
    for (const [name, headers] of attempts()) {
      const { status, body: said, headers: answered } = await keys.send('/v1/events', headers)
      const { instance: _, ...body } = said as Readonly<Record<string, unknown>>
      expect([name, status, body, answered.get('ratelimit')]).toEqual([name, 401, UNAUTHENTICATED, null])
    }
  })

  test('gets the same from a source that asks for a key, also by its own header', async () => {
    const own = attempts().flatMap(([name, headers]): [string, Record<string, string>][] => [
      [name, headers],
      [`x-api-key: ${name}`, { 'x-api-key': (headers['authorization'] ?? '').replace(/^Bearer /, '') }],
    ])
    const both = { 'x-api-key': secret, authorization: `Bearer ${secret}` }
    // The key alone is what that header takes.
    const tried = own.filter(([name]) => name !== 'x-api-key: the key alone')
    for (const [name, headers] of [...tried, ['two keys', both] as const]) {
      const { status, body: said } = await keys.post('/webhooks/crm', headers)
      const { instance: _, ...body } = said
      expect([name, status, body]).toEqual([name, 401, UNAUTHENTICATED])
    }
    expect(await keys.call('GET', '/v1/events')).toMatchObject({ body: { events: [] } })
  })

  test('gets it for a key in the address too', async () => {
    for (const name of ['key', 'api_key', 'apiKey', 'access_token', 'authorization', 'x-api-key', 'token']) {
      expect((await keys.send(`/v1/events?${name}=${secret}`, {})).status).toBe(401)
      expect((await keys.post(`/webhooks/crm?${name}=${secret}`, {})).status).toBe(401)
    }
  })

  test('finds a secret nowhere: not in the log, nor in any answer, nor in the file', async () => {
    const rotated = await keys.made({ name: 'rotated', scopes: ['read'] })
    const { body } = await keys.call<{ secret: string }>('POST', `/v1/keys/${rotated.key.id}/rotate`, {})
    await keys.send('/v1/events', { authorization: `Bearer ${body.secret}` })
    await keys.post('/webhooks/crm', { 'x-api-key': secret })
    await keys.call('POST', `/v1/keys/${rotated.key.id}/revoke`, {})
    const paths = ['/v1/keys', `/v1/keys/${rotated.key.id}`, '/v1/events', '/v1/deliveries', '/v1/destinations']
    const answers = await Promise.all(paths.map(async (path) => (await keys.call('GET', path)).text))
    keys.world.kill()
    const files = readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name), 'latin1'))
    const told = [...answers, ...keys.world.log, ...files]
    expect(told.some((text) => text.includes(digest))).toBe(true)
    for (const hidden of [secret, rotated.secret, body.secret, ADMIN]) {
      // Its form without the mark, and its halves: nothing of it is kept in another form.
      for (const part of [hidden, hidden.slice(8), hidden.slice(9, 25)]) {
        if (part.length > 5) expect(told.filter((text) => text.includes(part))).toEqual([])
      }
    }
    expect(keys.world.log.filter((line) => line.includes('key created'))).toHaveLength(2)
    await keys.world.restart()
    expect((await keys.send('/v1/events', { authorization: `Bearer ${secret}` })).status).toBe(200)
  })
})

test('a store that cannot note the use of a key keeps nobody out, and one that cannot be read says so', async () => {
  const database = openSqlite(':memory:')
  const keys = await openKeysWorld({ database })
  const { secret } = await keys.made({ name: 'watcher', scopes: ['read'] })
  database.run("CREATE TRIGGER full BEFORE UPDATE ON keys BEGIN SELECT RAISE(ABORT, 'no room'); END")
  expect((await keys.call('GET', '/v1/events', undefined, secret)).status).toBe(200)
  expect(keys.world.log.filter((line) => line.includes('use of a key not noted'))).toHaveLength(1)
  database.run('DROP TABLE key_secrets')
  expect(await keys.call('GET', '/v1/events', undefined, secret)).toMatchObject({ status: 503 })
  // The way in stays open.
  expect((await keys.call('GET', '/v1/events')).status).toBe(200)
  keys.world.stop()
})
