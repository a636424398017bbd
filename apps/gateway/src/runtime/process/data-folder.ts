import { accessSync, chmodSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessRuntime, SqliteFile } from './process-runtime.ts'
import { StartError } from './start-error.ts'

/** Contacts are nobody's business but the process's own. */
const OWNER_ONLY_FOLDER = 0o700
const OWNER_ONLY_FILE = 0o600

/**
 * Opens the database of a data folder, in which one process works at a time: the lock on the file ends with the process,
 * however that ends. So whoever had leased a delivery before is dead, and it is safe to take its leases back.
 *
 * @throws StartError the folder cannot be written, another process works in it, or the file is no database.
 */
export function openDataFolder(openSqlite: ProcessRuntime['openSqlite'], path: string): SqliteFile {
  try {
    mkdirSync(path, { recursive: true, mode: OWNER_ONLY_FOLDER })
    accessSync(path, constants.W_OK)
  } catch {
    throw new StartError(`cannot write to the data folder ${path} (SLUICE_DATA)`)
  }
  const file = join(path, 'sluice.sqlite')
  try {
    const database = openSqlite(file)
    chmodSync(file, OWNER_ONLY_FILE)
    return database
  } catch (error) {
    throw explain(error, path, file)
  }
}

function explain(error: unknown, path: string, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code.startsWith('SQLITE_BUSY')) {
    return new StartError(`another Sluice works in the data folder ${path} (SLUICE_DATA)`)
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return new StartError(`${file} is not a sound database`)
  return code.startsWith('SQLITE') ? new StartError(`cannot open ${file} (${code})`) : error
}
