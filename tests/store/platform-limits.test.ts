import { afterAll } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '@sluice/gateway/bun'
import { createSqliteStore, type SqlDatabase, type SqlValue } from '@sluice/gateway/store'
import { PLATFORM_LIMITS } from '@sluice/gateway/worker-limits'
import { storeContract } from './contract.ts'
import type { OpenStore } from './fixtures.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-limits-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
let ids = 0
const newId = (prefix: string) => `${prefix}_${String((ids += 1)).padStart(6, '0')}`

/** Refuses what a Durable Object would refuse, which a local workerd does not. */
function asOnThePlatform(database: SqlDatabase): SqlDatabase {
  const checked = (values: readonly SqlValue[]): readonly SqlValue[] => {
    if (values.length > PLATFORM_LIMITS.boundValues) throw new Error(`${values.length} values are bound`)
    return values
  }
  return {
    all: (sql, ...values) => database.all(sql, ...checked(values)),
    run: (sql, ...values) => database.run(sql, ...checked(values)),
    transaction: (work) => database.transaction(work),
  }
}

function openFile(path: string): OpenStore {
  const database = openSqlite(path)
  const reopen = () => {
    database.close()
    return openFile(path)
  }
  return { store: createSqliteStore({ database: asOnThePlatform(database), newId, defer: setImmediate }), reopen }
}

storeContract('SQLite within the limits of a Durable Object', () => openFile(join(folder, `${(files += 1)}.sqlite`)))
