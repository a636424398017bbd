import { afterAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataFolder, openSqlite } from '@sluice/gateway/bun'
import { createGroupCommit, createSqliteStore, type SqlDatabase } from '@sluice/gateway/store'
import { type OpenStore, storeContract } from './contract.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-store-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
let ids = 0
const newId = (prefix: string) => `${prefix}_${String((ids += 1)).padStart(6, '0')}`

function openFile(path: string): OpenStore {
  const database = openSqlite(path)
  // The connection stays open, as that of a killed process would until the system ends it.
  return { store: createSqliteStore({ database, newId, defer: setImmediate }), reopen: () => openFile(path) }
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

  test('nothing resolves before the commit, and a commit that fails refuses the whole group', async () => {
    const failing: Pick<SqlDatabase, 'transaction'> = {
      transaction: (work) => {
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
  })
})
