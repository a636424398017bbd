import { beforeEach, expect, test } from 'bun:test'
import type { ApiKey } from '../../config.ts'
import { createKeyDesk, type KeyDesk } from '../../control/desk.ts'
import { createControlStore } from '../../control/sqlite.ts'
import { sha256Hex } from '../../digest.ts'
import { openSqlite } from '../bun/sqlite.ts'
import { answer } from './answer.ts'
import { BELIEVED_MS, createRemoteAliases, createRemoteControl, type RemoteControl } from './remote-control.ts'
import { createRemoteDesk } from './remote-desk.ts'

const CONFIGURED: ApiKey = { name: 'admin', token: 'the-configured-key', scopes: ['operate'], ratePerMinute: 600 }

let now: number
let asked: number
let reached: boolean
let log: string[]
let control: RemoteControl
const ports = { nowMs: () => now, log: (_: string, message: string) => void log.push(message) }
const isolate = (): KeyDesk => createRemoteDesk([CONFIGURED], () => control, ports)
const store = () => createRemoteControl(() => control)

beforeEach(() => {
  now = 1_767_323_045_000
  asked = 0
  reached = true
  log = []
  const kept = createControlStore(openSqlite(':memory:'))
  const desk = createKeyDesk([CONFIGURED], kept, ports)
  const call = <Result>(work: () => Promise<Result>) => {
    asked += 1
    return reached ? answer(work) : Promise.reject(new Error('the object is gone'))
  }
  control = {
    admit: (digest, wanted) => call(() => desk.admit(digest, wanted)),
    ask: (method, parameters) =>
      call(() => (kept[method] as (...of: readonly unknown[]) => Promise<unknown>)(...parameters)),
  }
})

async function addKey(ratePerMinute: number): Promise<void> {
  const secret = { digest: 'digest', prefix: 'slk_abcd', atMs: now, by: 'admin' }
  const key = { id: 'key_1', name: 'crm', scopes: ['read' as const], sources: null, expiresAtMs: null }
  expect(await store().addKey({ ...key, ratePerMinute, secret })).toBe('added')
}

test('nobody is let in by a key that is not there, and the object is asked each time', async () => {
  const desk = isolate()
  expect([await desk.admit('unknown', 1), await desk.admit('unknown', 1), asked]).toEqual([null, null, 2])
})

test('a key that is seldom used is asked about each time, so that it is revoked at once', async () => {
  await addKey(6000)
  const desk = isolate()
  expect(await desk.admit('digest', 1)).toMatchObject({ calls: 1 })
  await store().revokeKey({ id: 'key_1', atMs: now, by: 'admin', keepOperator: false })
  expect(await desk.admit('digest', 1)).toBeNull()
})

test('of one that is used often a block is given, which is believed for some seconds and no longer', async () => {
  await addKey(60_000)
  const desk = isolate()
  for (let call = 0; call < 500; call += 1) expect(await desk.admit('digest', 1)).toMatchObject({ calls: 1 })
  expect(asked).toBeLessThan(15)
  await store().revokeKey({ id: 'key_1', atMs: now, by: 'admin', keepOperator: false })
  expect(await desk.admit('digest', 1)).not.toBeNull()
  now += BELIEVED_MS
  expect(await desk.admit('digest', 1)).toBeNull()
})

test('over all isolates no more are let in than the key may, and most of what it may are', async () => {
  await addKey(600)
  const isolates = Array.from({ length: 8 }, isolate)
  let admitted = 0
  for (let round = 0; round < 200; round += 1) {
    for (const desk of isolates) admitted += (await desk.admit('digest', 1))?.calls ?? 0
  }
  expect(admitted).toBeLessThanOrEqual(600)
  expect(admitted).toBeGreaterThan(500)
  expect(await isolates[0]?.admit('digest', 1)).toMatchObject({ calls: 0, resetSeconds: 1 })
})

test('requests of one moment keep nothing from each other', async () => {
  await addKey(60)
  const desk = isolate()
  const admissions = await Promise.all(Array.from({ length: 60 }, () => desk.admit('digest', 1)))
  expect(admissions.map((admission) => admission?.calls)).toEqual(Array.from({ length: 60 }, () => 1))
  expect(await desk.admit('digest', 1)).toMatchObject({ calls: 0 })
})

test('where the object is not reached, a key of the configuration comes in uncounted, and no other', async () => {
  await addKey(60)
  reached = false
  const desk = isolate()
  const digest = await sha256Hex(CONFIGURED.token)
  expect(await desk.admit(digest, 1)).toMatchObject({ calls: 1, holder: { name: 'admin' } })
  expect(log).toEqual(['control not reached: a key of the configuration is not counted'])
  await expect(desk.admit('digest', 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
})

test('an alias is believed for some seconds; that it stands for nothing never is', async () => {
  const aliases = createRemoteAliases(
    () => control,
    () => now,
  )
  const welcome = { destination: 'mail', alias: 'welcome' }
  const set = (after: number) =>
    store().changeAlias(welcome, { after, atMs: now, by: 'admin', why: 'new', configured: null })
  expect(await aliases.readAlias(welcome)).toBeNull()
  await set(1)
  expect(await aliases.readAlias(welcome)).toBe(1)
  await set(2)
  expect(await aliases.readAlias(welcome)).toBe(1)
  now += BELIEVED_MS
  expect(await aliases.readAlias(welcome)).toBe(2)
  now += BELIEVED_MS
  // An old number would start a conversation that has ended.
  reached = false
  await expect(aliases.readAlias(welcome)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retry: 'later' })
})
