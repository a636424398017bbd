import { DatabaseSync } from 'node:sqlite'
import type { SqlRow } from '../../store/sql.ts'
import type { SqliteFile } from '../process/process-runtime.ts'
import { useSqliteFile } from '../process/sqlite-file.ts'
import { named } from './sqlite-error.ts'

/**
 * Opens a SQLite file with the synchronous `node:sqlite`, the durable way and alone.
 *
 * @throws SqliteError `SQLITE_BUSY` another connection has it, `SQLITE_NOTADB` it is no database, `SQLITE_CANTOPEN`.
 */
export function openSqlite(path: string): SqliteFile {
  const database = named(() => new DatabaseSync(path))
  return useSqliteFile({
    prepare(sql) {
      const statement = named(() => database.prepare(sql))
      return {
        all: (...values) => named(() => statement.all(...values) as readonly SqlRow[]),
        run: (...values) => named(() => Number(statement.run(...values).changes)),
      }
    },
    inTransaction: () => database.isTransaction,
    close: () => database.close(),
  })
}
