import { Database, type Statement } from 'bun:sqlite'
import type { SqlRow, SqlValue } from '../../store/sql.ts'
import type { SqliteFile } from '../process/process-runtime.ts'
import { useSqliteFile } from '../process/sqlite-file.ts'

/**
 * Opens a SQLite file with `bun:sqlite`, the durable way and alone.
 *
 * @throws SQLiteError `SQLITE_BUSY` another connection has it, `SQLITE_NOTADB` it is no database, `SQLITE_CANTOPEN`.
 */
export function openSqlite(path: string): SqliteFile {
  const database = new Database(path, { create: true, strict: true })
  const statements: Statement[] = []
  return useSqliteFile({
    prepare(sql) {
      const statement = database.prepare<SqlRow, SqlValue[]>(sql)
      statements.push(statement)
      return {
        all: (...values) => statement.all(...values),
        run: (...values) => statement.run(...values).changes,
      }
    },
    inTransaction: () => database.inTransaction,
    close() {
      for (const statement of statements) statement.finalize()
      database.close()
    },
  })
}
