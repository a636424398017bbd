import { afterAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataFolder, openSqlite } from '@sluice/gateway/bun'
import { createGroupCommit, createSqliteStore, type SqlDatabase } from '@sluice/gateway/store'
import { storeContract } from './contract.ts'
import { attempt, delivery, event, lease, type OpenStore, result } from './fixtures.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-store-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
let ids = 0
const newId = (prefix: string) => `${prefix}_${String((ids += 1)).padStart(6, '0')}`

function openFile(path: string): OpenStore {
  const database = openSqlite(path)
  const reopen = () => {
    // What the system does with the files of a killed process. Nothing is written by it: every commit was durable.
    database.close()
    return openFile(path)
  }
  return { store: createSqliteStore({ database, newId, defer: setImmediate }), reopen }
}

storeContract('SQLite on Bun', () => openFile(join(folder, `${(files += 1)}.sqlite`)))

describe('SQLite on Bun', () => {
  test('commits durably: write-ahead log, and an fsync for each commit', () => {
    const database = openSqlite(join(folder, 'pragmas.sqlite'))
    expect(database.all('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }])
    const FULL = 2
    expect(database.all('PRAGMA synchronous')).toEqual([{ synchronous: FULL }])
  })

  test('refuses a file that a newer version wrote', () => {
    const database = openSqlite(join(folder, 'newer.sqlite'))
    createSqliteStore({ database, newId, defer: setImmediate })
    database.run('UPDATE schema_version SET version = 999')
    expect(() => createSqliteStore({ database, newId, defer: setImmediate })).toThrow(/newer version/)
  })

  test('a check writes, so that it fails when nothing can be written', async () => {
    const database = openSqlite(join(folder, 'check.sqlite'))
    const store = createSqliteStore({ database, newId, defer: setImmediate })
    await store.check(1)
    await store.check(2)
    expect(database.all('SELECT at_ms FROM heartbeat')).toEqual([{ at_ms: 2 }])
    database.run('PRAGMA query_only = ON')
    expect(store.check(3)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })

  test('a file that cannot grow refuses what is new, and keeps what it has', async () => {
    const database = openSqlite(join(folder, 'full.sqlite'))
    const store = createSqliteStore({ database, newId, defer: setImmediate })
    const event = {
      source: 'demo',
      idempotencyKey: null,
      keyWindowMs: 0,
      receivedAtMs: 1,
      contentType: '',
      deliveries: [],
    }
    await store.accept({ ...event, id: 'evt_1', body: new Uint8Array(10) })
    database.run(`PRAGMA max_page_count = ${String(database.all('PRAGMA page_count')[0]?.['page_count'])}`)
    const refused = store.accept({ ...event, id: 'evt_2', body: new Uint8Array(1_000_000) })
    expect(refused).rejects.toMatchObject({ code: 'STORE_FULL' })
    await refused.catch(() => undefined)
    expect(await store.readEvent('evt_1')).not.toBeNull()
    expect(await store.readEvent('evt_2')).toBeNull()
    database.run('PRAGMA max_page_count = 100000')
    expect((await store.accept({ ...event, id: 'evt_3', body: new Uint8Array(1_000_000) })).kind).toBe('stored')
  })

  test('does not grow for ever: what is removed makes room for what comes', async () => {
    const path = join(folder, 'steady.sqlite')
    const database = openSqlite(path)
    const store = createSqliteStore({ database, newId, defer: setImmediate })
    const DAY_MS = 86_400_000
    const pages: number[] = []
    let largestLogBytes = 0
    for (let day = 0; day < 40; day += 1) {
      const nowMs = day * DAY_MS
      const accepted = Array.from({ length: 50 }, (_, index) => {
        // Bodies of many sizes, so that freed pages have to fit what they were not made for.
        const body = new Uint8Array(((day * 37 + index * 101) % 40) * 500)
        const id = `${String(day).padStart(3, '0')}${String(index).padStart(3, '0')}`
        return store.accept({ ...event(id, { deliveries: [delivery(id, 'alpha')] }), receivedAtMs: nowMs, body })
      })
      await Promise.all(accepted)
      const leased = await lease(store, 'alpha', `lse_${day}`, nowMs, 100)
      const ended = leased.map((one) => {
        const attempts = [{ ...attempt(1, 'delivered', true), id: `att_${one.id}` }]
        return store.record(result(one, { state: 'delivered', nowMs, attempts }))
      })
      await Promise.all(ended)
      const beforeMs = nowMs - 5 * DAY_MS
      for (let after: string | null = ''; after !== null;)
        after = (await store.removeEnded({ beforeMs, after, limit: 60 })).next
      pages.push(Number(database.all('PRAGMA page_count')[0]?.['page_count']))
      largestLogBytes = Math.max(largestLogBytes, statSync(`${path}-wal`).size)
    }
    const levelled = pages[10] ?? 0
    expect(levelled).toBeGreaterThan(0)
    expect(Math.max(...pages.slice(10))).toBeLessThan(levelled * 1.1)
    expect(largestLogBytes).toBeLessThan(8_388_608)
  })

  test('nobody else can hold a lock that the process would wait for', () => {
    const path = join(folder, 'alone.sqlite')
    openSqlite(path)
    expect(() => openSqlite(path)).toThrow(/locked/)
  })

  test('a file that is no database is told of in one line', () => {
    const path = join(folder, 'unsound')
    mkdirSync(path)
    writeFileSync(
      join(path, 'sluice.sqlite'),
      'this is no database, although it is long enough to have a header of one',
    )
    expect(() => openDataFolder(path)).toThrow(/is not a sound database$/)
  })

  test('what is stored is readable for its owner only', () => {
    const path = join(folder, 'private')
    openDataFolder(path).close()
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(statSync(join(path, 'sluice.sqlite')).mode & 0o777).toBe(0o600)
  })

  test('a data folder has one process at a time', () => {
    const path = join(folder, 'data')
    const first = openDataFolder(path)
    expect(() => openDataFolder(path)).toThrow(/another Sluice/)
    first.close()
    openDataFolder(path).close()
  })
})

describe('group commit', () => {
  test('writes that come together share one transaction', async () => {
    let transactions = 0
    const counting: Pick<SqlDatabase, 'transaction'> = {
      transaction: (work) => {
        transactions += 1
        return work()
      },
    }
    const commit = createGroupCommit(counting, setImmediate)
    const results = await Promise.all(Array.from({ length: 100 }, (_, index) => commit(() => index)))
    expect(results).toEqual(Array.from({ length: 100 }, (_, index) => index))
    expect(transactions).toBe(1)
  })

  test('nothing resolves before the commit, and a database that cannot write refuses the whole group at once', async () => {
    let transactions = 0
    const failing: Pick<SqlDatabase, 'transaction'> = {
      transaction: (work) => {
        transactions += 1
        work()
        throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
      },
    }
    const commit = createGroupCommit(failing, setImmediate)
    const results = await Promise.allSettled([commit(() => 1), commit(() => 2)])
    expect(results).toMatchObject([
      { status: 'rejected', reason: { code: 'STORE_FULL' } },
      { status: 'rejected', reason: { code: 'STORE_FULL' } },
    ])
    expect(transactions).toBe(1)
  })
})
