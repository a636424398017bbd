import { afterAll, describe, expect, test } from 'bun:test'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataFolder, openSqlite } from '@sluice/gateway/bun'
import { createGroupCommit, type SqlDatabase } from '@sluice/gateway/store'
import { sqliteContract } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-store-'))
afterAll(() => rmSync(folder, { recursive: true }))

sqliteContract('SQLite on Bun', openSqlite, folder)

describe('a data folder', () => {
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
