import { Database } from 'bun:sqlite'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openSqlite } from './sqlite.ts'
import { StartError } from './start-error.ts'

/** The folder in which a process keeps its data, and which it alone works in. */
export interface DataFolder {
  readonly database: ReturnType<typeof openSqlite>
  close(): void
}

/**
 * Opens the data folder, and holds a lock on it until `close` or until the process ends, however it ends.
 *
 * The lock is what makes it safe to take back, at start, every delivery that somebody had leased: that somebody is dead.
 *
 * @throws StartError the folder cannot be written, or another process works in it.
 */
export function openDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true })
    accessSync(path, constants.W_OK)
  } catch {
    throw new StartError(`cannot write to the data folder ${path} (SLUICE_DATA)`)
  }
  const lock = lockFolder(path)
  const database = openSqlite(join(path, 'sluice.sqlite'))
  return {
    database,
    close() {
      database.close()
      lock.close()
    },
  }
}

/** An open write transaction on a database of its own: the system gives the lock back when the process dies. */
function lockFolder(path: string): Database {
  const lock = new Database(join(path, 'lock.sqlite'), { create: true })
  try {
    lock.run('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')) {
      throw new StartError(`another Sluice works in the data folder ${path} (SLUICE_DATA)`)
    }
    throw new StartError(`cannot write to the data folder ${path} (SLUICE_DATA)`)
  }
  return lock
}
