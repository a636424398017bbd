import { storeError } from '../store/group-commit.ts'
import { migrate } from '../store/migrate.ts'
import type { SqlDatabase } from '../store/sql.ts'
import { aliasHistory, changeAlias, listAliases, readAlias } from './aliases.ts'
import { addKey, findKey, listKeys, noteKeyUse, readKey, revokeKey, rotateKey } from './keys.ts'
import type { ControlStore } from './port.ts'
import { CONTROL_MIGRATIONS } from './schema.ts'

/** Beside that of the outbox, which may be in the same file. */
const VERSION_TABLE = 'control_version'

/**
 * Creates the store of keys and aliases on a SQLite database, and brings its schema up to date. What changes is on disk when
 * a method resolves.
 *
 * @throws StoreError `MIGRATION_FAILED` the database was written by a newer version, or a migration cannot run.
 */
export function createControlStore(database: SqlDatabase): ControlStore {
  migrate(database, CONTROL_MIGRATIONS, VERSION_TABLE)
  const write = <Result>(work: () => Result): Result => translating(() => database.transaction(work))
  return {
    addKey: async (key) => write(() => addKey(database, key)),
    findKey: async (digest, nowMs) => translating(() => findKey(database, digest, nowMs)),
    readKey: async (id) => translating(() => readKey(database, id)),
    listKeys: async (page) => translating(() => listKeys(database, page)),
    revokeKey: async (request) => write(() => revokeKey(database, request)),
    rotateKey: async (request) => write(() => rotateKey(database, request)),
    noteKeyUse: async (id, atMs) => write(() => noteKeyUse(database, id, atMs)),
    readAlias: async (address) => translating(() => readAlias(database, address)),
    listAliases: async (destination) => translating(() => listAliases(database, destination)),
    aliasHistory: async (address) => translating(() => aliasHistory(database, address)),
    changeAlias: async (address, change) => write(() => changeAlias(database, address, change)),
  }
}

function translating<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw storeError(error)
  }
}
