import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { ADMIN, type KeysWorld, LEAD, openKeysWorld } from './keys-world.ts'

let keys: KeysWorld
beforeEach(async () => {
  keys = await openKeysWorld()
})
afterEach(() => keys.world.stop())

/** Sends a lead to the source of the CRMs, under an idempotency key. */
const send = async (secret: string, idempotencyKey: string, lead: object = LEAD) => {
  const headers = { 'x-api-key': secret, 'content-type': 'application/json', 'idempotency-key': idempotencyKey }
  const { status, body } = await keys.send<Readonly<Record<string, unknown>>>('/webhooks/crm', headers, {
    method: 'POST',
    body: JSON.stringify(lead),
  })
  return { status, code: body['code'], eventId: body['eventId'] }
}
const sender = (name: string) => keys.made({ name, scopes: ['ingest'], sources: ['crm'] })

describe('two senders of a source with keys', () => {
  test('may use the same idempotency key: each event is its own', async () => {
    const [one, other] = [await sender('crm-a'), await sender('crm-b')]
    const first = await send(one.secret, '1')
    const same = await send(other.secret, '1')
    const again = await send(other.secret, '1')
    expect([first.status, same.status, again]).toEqual([202, 202, same])
    expect(same.eventId).not.toBe(first.eventId)
    expect(await send(one.secret, '2')).toMatchObject({ status: 202 })
    expect(await send(other.secret, '2', { email: 'grace@example.com' })).toMatchObject({ status: 202 })
    expect(await send(other.secret, '2')).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' })
  })

  test('whose secret is rotated stays the same sender', async () => {
    const { key, secret } = await sender('crm-a')
    const first = await send(secret, '1')
    const { body } = await keys.call<{ secret: string }>('POST', `/v1/keys/${key.id}/rotate`, {})
    expect(await send(body.secret, '1')).toEqual(first)
  })

  test('of whom one has the name of one that was revoked is not taken for it', async () => {
    const old = await sender('crm-a')
    const first = await send(old.secret, '1')
    await keys.call('POST', `/v1/keys/${old.key.id}/revoke`)
    const { status, eventId } = await send((await sender('crm-a')).secret, '1')
    expect([status, eventId === first.eventId]).toEqual([202, false])
  })

  test('are found by what they sent', async () => {
    const [one, other] = [await sender('crm-a'), await sender('crm-b')]
    const first = await send(one.secret, '1')
    const second = await send(other.secret, '1')
    await send(other.secret, '2')
    const { body } = await keys.call('GET', '/v1/events?idempotencyKey=1')
    expect(body).toMatchObject({
      events: [
        { id: second.eventId, idempotencyKey: '1' },
        { id: first.eventId, idempotencyKey: '1' },
      ],
    })
    // The deliveries of one, too.
    const found = await keys.call<{ deliveries: { eventId: string }[] }>('GET', '/v1/deliveries?idempotencyKey=2')
    expect(found.body.deliveries.length).toBeGreaterThan(0)
  })
})

describe('the answers that are kept for a caller of the API', () => {
  const start = (secret: string, prefer: Readonly<Record<string, string>> = {}) =>
    keys.send<Readonly<Record<string, unknown>>>(
      '/v1/danaconnect/conversations/1001/starts',
      {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
        'idempotency-key': 'z1',
        ...prefer,
      },
      { method: 'POST', body: JSON.stringify({ fields: { NAME: 'Ada', EMAIL: 'ada@example.com' } }) },
    )
  const caller = (name: string) => keys.made({ name, scopes: ['ingest'] })

  test('are not those of a new key that has its name', async () => {
    const old = await caller('dup')
    expect((await start(old.secret)).status).toBe(201)
    await keys.call('POST', `/v1/keys/${old.key.id}/revoke`, undefined, ADMIN)
    const other = await start((await caller('dup')).secret)
    expect([other.status, other.headers.get('idempotency-replayed')]).toEqual([201, null])
    expect(keys.world.effects('danaconnect')).toBe(2)
  })

  test('nor what was stored first for it', async () => {
    const later = { prefer: 'respond-async' }
    const old = await caller('dup')
    const first = await start(old.secret, later)
    await keys.call('POST', `/v1/keys/${old.key.id}/revoke`, undefined, ADMIN)
    const other = await start((await caller('dup')).secret, later)
    expect([first.status, other.status]).toEqual([202, 202])
    expect(other.body['eventId']).not.toBe(first.body['eventId'])
  })

  test('and are there when its secret was rotated', async () => {
    const { key, secret } = await caller('dup')
    await start(secret)
    const { body } = await keys.call<{ secret: string }>('POST', `/v1/keys/${key.id}/rotate`, {})
    expect((await start(body.secret)).headers.get('idempotency-replayed')).toBe('true')
    expect(keys.world.effects('danaconnect')).toBe(1)
  })
})
