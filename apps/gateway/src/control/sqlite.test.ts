import { beforeEach, describe, expect, test } from 'bun:test'
import { StoreError } from '@sluice/errors'
import { openSqlite } from '../runtime/bun/sqlite.ts'
import type { SqlDatabase } from '../store/sql.ts'
import type { ControlStore, NewKey } from './port.ts'
import { createControlStore } from './sqlite.ts'

const NOW = 1_767_323_045_000
const HOUR = 3_600_000

let database: SqlDatabase
let control: ControlStore
beforeEach(() => {
  database = openSqlite(':memory:')
  control = createControlStore(database)
})

const secretOf = (digest: string, atMs = NOW) => ({ digest, prefix: 'slk_abcd', atMs, by: 'admin' })
const keyOf = (number: number, fields: Partial<NewKey> = {}): NewKey => ({
  id: `key_${number}`,
  name: `name ${number}`,
  scopes: ['ingest'],
  sources: null,
  ratePerMinute: 60,
  expiresAtMs: null,
  secret: secretOf(`digest ${number}`),
  ...fields,
})
const revoke = (number: number, keepOperator = false) =>
  control.revokeKey({ id: `key_${number}`, atMs: NOW, by: 'boss', keepOperator })

describe('keys', () => {
  test('what was added is found by its digest and its id', async () => {
    const key = keyOf(1, { scopes: ['ingest', 'read'], sources: ['demo', 'crm'], expiresAtMs: NOW + HOUR })
    expect(await control.addKey(key)).toBe('added')
    const { secret, ...rest } = key
    const stored = {
      ...rest,
      createdAtMs: NOW,
      createdBy: 'admin',
      revoked: null,
      lastUsedAtMs: null,
      secrets: [{ prefix: 'slk_abcd', createdAtMs: NOW, createdBy: 'admin', endsAtMs: null }],
    }
    expect(await control.findKey(secret.digest, NOW)).toEqual(stored)
    expect(await control.readKey('key_1')).toEqual(stored)
    expect(await control.findKey('digest 2', NOW)).toBeNull()
    expect(await control.readKey('key_2')).toBeNull()
  })

  test('a name is free again when its key was revoked, and not before', async () => {
    await control.addKey(keyOf(1))
    expect(await control.addKey(keyOf(2, { name: 'name 1' }))).toBe('name-taken')
    await revoke(1)
    expect(await control.addKey(keyOf(2, { name: 'name 1' }))).toBe('added')
  })

  test('there are a thousand at most that were not revoked', async () => {
    for (let number = 1; number <= 1000; number += 1) expect(await control.addKey(keyOf(number))).toBe('added')
    expect(await control.addKey(keyOf(1001))).toBe('too-many')
    await revoke(1)
    expect(await control.addKey(keyOf(1001))).toBe('added')
  })

  test('one that has expired or was revoked is not found, to the millisecond', async () => {
    await control.addKey(keyOf(1, { expiresAtMs: NOW + HOUR }))
    await control.addKey(keyOf(2))
    expect(await control.findKey('digest 1', NOW + HOUR - 1)).not.toBeNull()
    expect(await control.findKey('digest 1', NOW + HOUR)).toBeNull()
    await revoke(2)
    expect(await control.findKey('digest 2', NOW)).toBeNull()
  })

  test('who revoked it first stays', async () => {
    await control.addKey(keyOf(1))
    await revoke(1)
    await control.revokeKey({ id: 'key_1', atMs: NOW + HOUR, by: 'somebody else', keepOperator: false })
    expect((await control.readKey('key_1'))?.revoked).toEqual({ atMs: NOW, by: 'boss' })
    expect(await revoke(2)).toBe('unknown')
  })

  test('the last that may operate goes only where that is meant', async () => {
    await control.addKey(keyOf(1, { scopes: ['operate'] }))
    await control.addKey(keyOf(2, { scopes: ['read'] }))
    await control.addKey(keyOf(3, { scopes: ['operate'], expiresAtMs: NOW }))
    expect(await revoke(2, true)).toBe('revoked')
    expect(await revoke(1, true)).toBe('last-operator')
    expect(await control.findKey('digest 1', NOW)).not.toBeNull()
    await control.addKey(keyOf(4, { scopes: ['operate'] }))
    expect(await revoke(1, true)).toBe('revoked')
    expect(await revoke(4, false)).toBe('revoked')
    expect(await revoke(3, true)).toBe('revoked')
  })

  test('a rotated key has both secrets until the old one ends', async () => {
    await control.addKey(keyOf(1))
    const rotate = (digest: string, atMs: number, othersEndAtMs: number) =>
      control.rotateKey({ id: 'key_1', secret: secretOf(digest, atMs), othersEndAtMs })
    expect(await rotate('new', NOW + 1, NOW + HOUR)).toBe('rotated')
    for (const digest of ['digest 1', 'new']) expect(await control.findKey(digest, NOW + HOUR - 1)).not.toBeNull()
    expect(await control.findKey('digest 1', NOW + HOUR)).toBeNull()
    expect((await control.findKey('new', NOW + HOUR))?.secrets.map(({ endsAtMs }) => endsAtMs)).toEqual([
      null,
      NOW + HOUR,
    ])
    // A later rotation lets no secret live longer than it would have.
    expect(await rotate('newer', NOW + 2, NOW + 2 * HOUR)).toBe('rotated')
    expect(await control.findKey('digest 1', NOW + HOUR)).toBeNull()
    expect(await rotate('newest', NOW + 3, NOW + 3)).toBe('rotated')
    for (const digest of ['digest 1', 'new', 'newer']) expect(await control.findKey(digest, NOW + 3)).toBeNull()
    expect(await control.findKey('newest', NOW + 3)).not.toBeNull()
  })

  test('a revoked or expired key gets no new secret', async () => {
    await control.addKey(keyOf(1))
    await control.addKey(keyOf(2, { expiresAtMs: NOW }))
    await revoke(1)
    for (const [id, outcome] of [
      ['key_1', 'ended'],
      ['key_2', 'ended'],
      ['key_3', 'unknown'],
    ] as const) {
      expect(await control.rotateKey({ id, secret: secretOf('new'), othersEndAtMs: NOW })).toBe(outcome)
    }
    expect(await control.findKey('new', NOW)).toBeNull()
  })

  test('a digest that was used is never used again, not even that of a revoked key', async () => {
    await control.addKey(keyOf(1))
    await revoke(1)
    await expect(control.addKey(keyOf(2, { secret: secretOf('digest 1') }))).rejects.toThrow(/UNIQUE/)
    expect(await control.readKey('key_2')).toBeNull()
    expect(await control.findKey('digest 1', NOW)).toBeNull()
  })

  test('its use is noted once an hour', async () => {
    await control.addKey(keyOf(1))
    const noted = async (atMs: number) => {
      await control.noteKeyUse('key_1', atMs)
      return (await control.readKey('key_1'))?.lastUsedAtMs
    }
    expect(await noted(NOW)).toBe(NOW)
    expect(await noted(NOW + HOUR - 1)).toBe(NOW)
    expect(await noted(NOW + HOUR)).toBe(NOW + HOUR)
    expect(await noted(NOW)).toBe(NOW + HOUR)
  })

  test('the list is paged, the newest first', async () => {
    for (const number of [1, 2, 3]) await control.addKey(keyOf(number))
    const first = await control.listKeys({ limit: 2 })
    expect(first.rows.map(({ id }) => id)).toEqual(['key_3', 'key_2'])
    const last = await control.listKeys({ limit: 2, before: first.next ?? '' })
    expect([last.rows.map(({ id }) => id), last.next]).toEqual([['key_1'], null])
  })
})

describe('aliases', () => {
  const welcome = { destination: 'mail', alias: 'welcome' }
  const by = (why: string) => ({ atMs: NOW, by: 'admin', why, configured: null })
  const change = (after: number | null, atMs = NOW) =>
    control.changeAlias(welcome, { after, atMs, by: 'admin', why: `to ${after}`, configured: null })

  test('the newest change holds, of that destination', async () => {
    expect(await control.readAlias(welcome)).toBeNull()
    await change(1)
    await change(2)
    expect(await control.readAlias(welcome)).toBe(2)
    expect(await control.readAlias({ ...welcome, destination: 'other' })).toBeNull()
    await change(null)
    expect(await control.readAlias(welcome)).toBeNull()
  })

  test('the history says who, when, why, and from what to what; the same twice is no change', async () => {
    await change(1)
    await change(1, NOW + 1)
    await change(2, NOW + 2)
    await change(null, NOW + 3)
    await change(null, NOW + 4)
    const by = 'admin'
    expect(await control.aliasHistory(welcome)).toEqual([
      { atMs: NOW + 3, by, why: 'to null', before: 2, after: null },
      { atMs: NOW + 2, by, why: 'to 2', before: 1, after: 2 },
      { atMs: NOW, by, why: 'to 1', before: null, after: 1 },
    ])
  })

  test('what the configuration said is what it stood for before', async () => {
    await control.changeAlias(welcome, { after: 2, atMs: NOW, by: 'admin', why: 'anew', configured: 1 })
    expect(await control.aliasHistory(welcome)).toMatchObject([{ before: 1, after: 2 }])
  })

  test('those are listed that stand for something', async () => {
    await change(1)
    await control.changeAlias({ ...welcome, alias: 'bye' }, { after: 3, ...by('new') })
    await control.changeAlias({ ...welcome, alias: 'gone' }, { after: 4, ...by('new') })
    await control.changeAlias({ ...welcome, alias: 'gone' }, { after: null, ...by('old') })
    const listed = await control.listAliases('mail')
    expect(listed.map(({ alias, id }) => [alias, id])).toEqual([
      ['bye', 3],
      ['welcome', 1],
    ])
  })
})

test('it is opened again on what it wrote, beside an outbox of another version', async () => {
  await control.addKey(keyOf(1))
  expect(await createControlStore(database).findKey('digest 1', NOW)).not.toBeNull()
  database.run('UPDATE control_version SET version = 99')
  expect(() => createControlStore(database)).toThrow(StoreError)
})
