import { describe, expect, test } from 'bun:test'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers'
import { createSqliteStore, type SqlDatabase } from '@sluice/gateway/store'
import { storeContract } from './contract.ts'
import { databaseContract } from './database.ts'
import { attempt, delivery, event, lease, type OpenStore, result } from './fixtures.ts'

/** Opens a SQLite file with the driver of a runtime. */
export type OpenSqlite = (path: string) => SqlDatabase & { close(): void }

/**
 * What the store must do on the SQLite of every runtime whose gateway is a process, and what that SQLite must do.
 *
 * @param folder - An empty one, in which files may be left.
 */
export function sqliteContract(name: string, openSqlite: OpenSqlite, folder: string): void {
  let files = 0
  let ids = 0
  const newId = (prefix: string) => `${prefix}_${String((ids += 1)).padStart(6, '0')}`

  const openFile = (path: string): OpenStore => {
    const database = openSqlite(path)
    const reopen = () => {
      // What the system does with the files of a killed process. Nothing is written by it: every commit was durable.
      database.close()
      return openFile(path)
    }
    return { store: createSqliteStore({ database, newId, defer: setImmediate }), reopen }
  }

  const newPath = () => join(folder, `${(files += 1)}.sqlite`)
  storeContract(name, () => openFile(newPath()))
  databaseContract(name, () => openSqlite(newPath()), setImmediate)

  describe(name, () => {
    test('commits durably: write-ahead log, and an fsync for each commit', () => {
      const database = openSqlite(join(folder, 'pragmas.sqlite'))
      expect(database.all('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }])
      const FULL = 2
      expect(database.all('PRAGMA synchronous')).toEqual([{ synchronous: FULL }])
    })

    test('a check writes, so that it fails when nothing can be written', async () => {
      const database = openSqlite(join(folder, 'check.sqlite'))
      const store = createSqliteStore({ database, newId, defer: setImmediate })
      await store.check(1)
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
      const first = openSqlite(path)
      expect(() => openSqlite(path)).toThrow(expect.objectContaining({ code: expect.stringMatching(/^SQLITE_BUSY/) }))
      first.close()
      openSqlite(path).close()
    })

    test('says by its own name what went wrong with a file', () => {
      const database = openSqlite(join(folder, 'faults.sqlite'))
      database.run('CREATE TABLE names (name TEXT PRIMARY KEY) STRICT')
      const insert = (one: string) => database.run('INSERT INTO names (name) VALUES (?)', one)
      const coded = (code: string) => expect.objectContaining({ code: expect.stringMatching(new RegExp(`^${code}`)) })
      database.run('PRAGMA query_only = ON')
      expect(() => insert('cia')).toThrow(coded('SQLITE_READONLY'))
      expect(() => openSqlite(join(folder, 'no-such-folder', 'file'))).toThrow(coded('SQLITE_CANTOPEN'))
      const unsound = join(folder, 'unsound.sqlite')
      writeFileSync(unsound, 'x'.repeat(200))
      expect(() => openSqlite(unsound)).toThrow(coded('SQLITE_NOTADB'))
    })
  })
}
