import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { WORLD_START_MS } from '../world/world.ts'
import { ADMIN, KEYS_CONFIG, type KeysWorld, openKeysWorld, type ShownKey } from './keys-world.ts'

let keys: KeysWorld
beforeEach(async () => {
  keys = await openKeysWorld()
})
afterEach(() => keys.world.stop())

const inSeconds = (seconds: number) => keys.world.advanceTo(keys.world.nowMs() + seconds * 1000)
const bearerOf = (key: string) => ({ authorization: `Bearer ${key}` })
const reading = async (key: string) => (await keys.call('GET', '/v1/events', undefined, key)).status

describe('a key that the API made', () => {
  test('is told once, and does what its scope says and nothing else', async () => {
    const { status, headers, body } = await keys.call<{ key: ShownKey; secret: string }>('POST', '/v1/keys', {
      name: 'watcher',
      scopes: ['read'],
    })
    expect([status, headers.get('cache-control')]).toEqual([201, 'no-store'])
    expect(body.secret).toMatch(/^slk_[0-9A-Za-z]{49}$/)
    expect(body.key).toMatchObject({ name: 'watcher', scopes: ['read'], state: 'active', createdBy: 'admin' })
    expect(body.key.secrets).toMatchObject([{ prefix: body.secret.slice(0, 8), createdBy: 'admin', endsAt: null }])

    expect(await reading(body.secret)).toBe(200)
    for (const [method, path] of [
      ['POST', '/v1/keys'],
      ['POST', `/v1/keys/${body.key.id}/rotate`],
      ['POST', `/v1/keys/${body.key.id}/revoke`],
      ['POST', '/v1/destinations/mail/pause'],
      ['PUT', '/v1/destinations/mail/aliases/welcome'],
      ['DELETE', '/v1/destinations/mail/aliases/welcome'],
    ] as const) {
      const answer = await keys.call(method, path, {}, body.secret)
      expect([path, answer.status, answer.body['code']]).toEqual([path, 403, 'FORBIDDEN'])
    }
    expect((await keys.post('/webhooks/crm', bearerOf(body.secret))).status).toBe(403)
    for (const path of ['/v1/keys', `/v1/keys/${body.key.id}`]) {
      expect((await keys.call('GET', path)).text).not.toContain(body.secret)
    }
  })

  test('with the scope ingest posts to its sources, and reaches nothing else', async () => {
    const { secret } = await keys.made({ name: 'crm', scopes: ['ingest'], sources: ['crm'] })
    expect((await keys.post('/webhooks/crm', bearerOf(secret))).status).toBe(202)
    expect((await keys.post('/webhooks/crm', { 'x-api-key': secret })).status).toBe(202)
    expect(await keys.post('/webhooks/shop', bearerOf(secret))).toMatchObject({ status: 403 })
    // A source with another scheme does not know it at all.
    expect(await keys.post('/webhooks/open', bearerOf(secret))).toMatchObject({ status: 401 })
    expect(await reading(secret)).toBe(403)
    const { secret: everywhere } = await keys.made({ name: 'all', scopes: ['ingest'] })
    for (const name of ['crm', 'shop'])
      expect((await keys.post(`/webhooks/${name}`, bearerOf(everywhere))).status).toBe(202)
    // Who may operate may hand something in, who may read may not.
    expect((await keys.post('/webhooks/crm', bearerOf(ADMIN))).status).toBe(202)
    expect((await keys.post('/webhooks/crm', bearerOf('reader-of-everything'))).status).toBe(403)
  })

  test('with the scope ingest makes the calls of the upstreams, unless it is for some sources only', async () => {
    const start = async (key: string) => {
      const lead = { fields: { NAME: 'Ada', EMAIL: 'ada@example.com' } }
      const { status, body } = await keys.call('POST', '/v1/danaconnect/conversations/1001/starts', lead, key)
      return [status, body['code']]
    }
    const { secret } = await keys.made({ name: 'all', scopes: ['ingest'] })
    const { secret: bound } = await keys.made({ name: 'crm', scopes: ['ingest'], sources: ['crm'] })
    for (const key of [bound, 'reader-of-everything']) expect(await start(key)).toEqual([403, 'FORBIDDEN'])
    expect(keys.world.effects('danaconnect')).toBe(0)
    expect(await start(secret)).toEqual([201, undefined])
    expect(keys.world.effects('danaconnect')).toBe(1)
  })

  test('ends when it expires, and when it is revoked', async () => {
    const expiresAt = new Date(keys.world.nowMs() + 60_000).toISOString()
    const brief = await keys.made({ name: 'brief', scopes: ['read'], expiresAt })
    const gone = await keys.made({ name: 'gone', scopes: ['read'] })
    expect(await keys.call('POST', `/v1/keys/${gone.key.id}/revoke`)).toMatchObject({
      status: 200,
      body: { state: 'revoked', revokedBy: 'admin', revokedAt: new Date(WORLD_START_MS).toISOString() },
    })
    expect([await reading(gone.secret), await reading(brief.secret)]).toEqual([401, 200])
    await inSeconds(60)
    expect(await reading(brief.secret)).toBe(401)
    expect(await keys.call('GET', `/v1/keys/${brief.key.id}`)).toMatchObject({ body: { state: 'expired' } })
    expect(await keys.call('POST', `/v1/keys/${gone.key.id}/rotate`, {})).toMatchObject({ body: { code: 'KEY_ENDED' } })
    // Another key of that name is another key.
    await keys.made({ name: 'gone', scopes: ['read'] })
    expect(await reading(gone.secret)).toBe(401)
  })

  test('is rotated with an overlap that is shown', async () => {
    const { key, secret } = await keys.made({ name: 'crm', scopes: ['ingest'] })
    const { body } = await keys.call<{ key: ShownKey; secret: string }>('POST', `/v1/keys/${key.id}/rotate`, {
      overlapSeconds: 600,
    })
    const endsAt = new Date(WORLD_START_MS + 600_000).toISOString()
    expect(body.key.secrets).toMatchObject([
      { prefix: body.secret.slice(0, 8), endsAt: null },
      { prefix: secret.slice(0, 8), endsAt },
    ])
    const accepted = async () =>
      Promise.all([secret, body.secret].map(async (one) => (await keys.post('/webhooks/crm', bearerOf(one))).status))
    expect(await accepted()).toEqual([202, 202])
    await inSeconds(600)
    expect(await accepted()).toEqual([401, 202])
    const again = await keys.call<{ secret: string }>('POST', `/v1/keys/${key.id}/rotate`, { overlapSeconds: 0 })
    expect((await keys.post('/webhooks/crm', bearerOf(body.secret))).status).toBe(401)
    expect((await keys.post('/webhooks/crm', bearerOf(again.body.secret))).status).toBe(202)
  })

  test('is made once, also when the request is repeated, and its secret is not kept for that', async () => {
    const request = {
      method: 'POST',
      body: JSON.stringify({ name: 'crm', scopes: ['read'] }),
    }
    const headers = { ...bearerOf(ADMIN), 'content-type': 'application/json', 'idempotency-key': 'make-crm' }
    const first = await keys.send<{ secret: string }>('/v1/keys', headers, request)
    expect(first.status).toBe(201)
    const second = await keys.send<Readonly<Record<string, unknown>>>('/v1/keys', headers, request)
    expect([second.status, second.body['code']]).toEqual([409, 'IDEMPOTENCY_ANSWER_NOT_KEPT'])
    const kept = keys.world.database.all('SELECT * FROM answers')
    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toContain(first.body.secret)
    expect((await keys.call<{ keys: readonly unknown[] }>('GET', '/v1/keys')).body.keys).toHaveLength(4)
  })

  test('says when it was used, to the hour', async () => {
    const { key, secret } = await keys.made({ name: 'watcher', scopes: ['read'] })
    const used = async () => (await keys.call<ShownKey>('GET', `/v1/keys/${key.id}`)).body.lastUsedAt
    expect(await used()).toBeNull()
    await reading(secret)
    const first = new Date(WORLD_START_MS).toISOString()
    expect(await used()).toBe(first)
    await inSeconds(1800)
    await reading(secret)
    expect(await used()).toBe(first)
    await inSeconds(1800)
    await reading(secret)
    expect(await used()).toBe(new Date(WORLD_START_MS + 3_600_000).toISOString())
  })
})

describe('what is refused of a key', () => {
  test.each([
    ['no name', { scopes: ['read'] }, 'PARAMETER_INVALID'],
    ['a name with a line break', { name: 'a\n{"level":"error"}', scopes: ['read'] }, 'PARAMETER_INVALID'],
    ['a name that looks like another', { name: 'аdmin', scopes: ['read'] }, 'PARAMETER_INVALID'],
    ['a name that is longer than is read', { name: 'a'.repeat(64), scopes: ['read'] }, 'PARAMETER_INVALID'],
    ['no scope', { name: 'a', scopes: [] }, 'PARAMETER_INVALID'],
    ['a scope that there is not', { name: 'a', scopes: ['root'] }, 'PARAMETER_INVALID'],
    ['sources of a key that may not post', { name: 'a', scopes: ['read'], sources: ['crm'] }, 'PARAMETER_INVALID'],
    ['a source that there is not', { name: 'a', scopes: ['ingest'], sources: ['nil'] }, 'PARAMETER_INVALID'],
    ['a source that takes no keys', { name: 'a', scopes: ['ingest'], sources: ['open'] }, 'PARAMETER_INVALID'],
    ['a time that has passed', { name: 'a', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }, 'PARAMETER_INVALID'],
    ['a rate of nothing', { name: 'a', scopes: ['read'], ratePerMinute: 0 }, 'PARAMETER_INVALID'],
    ['a secret of its own', { name: 'a', scopes: ['read'], secret: 'x' }, 'PARAMETER_INVALID'],
    ['the name of one of the configuration', { name: 'admin', scopes: ['read'] }, 'KEY_NAME_TAKEN'],
  ])('%s', async (_, body, code) => {
    const answer = await keys.call('POST', '/v1/keys', body)
    expect([answer.status, answer.body['code']]).toEqual([code === 'KEY_NAME_TAKEN' ? 409 : 400, code])
    expect(await keys.call('GET', '/v1/keys')).toMatchObject({ body: { keys: [{}, {}, {}], nextCursor: null } })
  })

  test('a name twice', async () => {
    await keys.made({ name: 'crm', scopes: ['ingest'] })
    expect(await keys.call('POST', '/v1/keys', { name: 'crm', scopes: ['ingest'] })).toMatchObject({ status: 409 })
  })

  test('the configuration declares those that let somebody in, and the API leaves them alone', async () => {
    const { body } = await keys.call<{ keys: readonly ShownKey[] }>('GET', '/v1/keys')
    expect(body.keys).toMatchObject([
      { id: 'config:admin', configured: true, scopes: ['operate'], secrets: [] },
      { id: 'config:reader', configured: true, ratePerMinute: 60_000 },
      { id: 'config:shop', configured: true, sources: ['shop'], ratePerMinute: 3 },
    ])
    expect(JSON.stringify(body)).not.toContain(ADMIN)
    for (const verb of ['revoke', 'rotate']) {
      expect(await keys.call('POST', `/v1/keys/config:admin/${verb}`, {})).toMatchObject({
        status: 409,
        body: { code: 'KEY_CONFIGURED' },
      })
    }
    expect(await keys.call('GET', '/v1/keys/config:admin')).toMatchObject({ status: 200, body: { name: 'admin' } })
    for (const id of ['config:nobody', 'key_01KAPQ3Z8N4T6V9X2B5D7F0G1M', "' OR 1=1 --"]) {
      const path = `/v1/keys/${encodeURIComponent(id)}`
      expect(await keys.call('GET', path)).toMatchObject({ status: 404, body: { code: 'KEY_UNKNOWN' } })
      expect(await keys.call('POST', `${path}/revoke`)).toMatchObject({ status: 404, body: { code: 'KEY_UNKNOWN' } })
    }
  })

  test('the last key that may operate, where the configuration has none: unless that is said', async () => {
    const { key, secret } = await keys.made({ name: 'operator', scopes: ['operate'] })
    keys.world.kill()
    await keys.world.restart((settings) => {
      const configured = KEYS_CONFIG(settings)
      return { ...configured, keys: configured.keys.filter(({ scopes }) => !scopes.includes('operate')) }
    })
    expect(await keys.call('GET', '/v1/keys')).toMatchObject({ status: 401 })
    const revoke = (body: unknown) => keys.call('POST', `/v1/keys/${key.id}/revoke`, body, secret)
    expect(await revoke({})).toMatchObject({ status: 409, body: { code: 'KEY_LAST_OPERATOR' } })
    expect(await revoke({ evenIfLast: true })).toMatchObject({ status: 200, body: { revokedBy: 'operator' } })
    expect(await revoke({ evenIfLast: true })).toMatchObject({ status: 401 })
  })
})
