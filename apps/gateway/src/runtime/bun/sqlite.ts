import { Database, type Statement } from 'bun:sqlite'
import type { SqlDatabase, SqlRow, SqlValue } from '../../store/sql.ts'

/**
 * Opens a SQLite file the durable way: write-ahead log, and an fsync before a commit is believed. The connection is the
 * only one, until it is closed or its process dies: nobody else can hold a lock that would make this process wait.
 *
 * @throws SQLiteError `SQLITE_BUSY` another connection has it, `SQLITE_NOTADB` it is no database, `SQLITE_CANTOPEN`.
 * @see https://www.sqlite.org/pragma.html#pragma_locking_mode
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export function openSqlite(path: string): SqlDatabase & { close(): void } {
  const database = new Database(path, { create: true, strict: true })
  try {
    database.run('PRAGMA locking_mode = EXCLUSIVE')
    database.run('PRAGMA journal_mode = WAL')
    database.run('PRAGMA synchronous = FULL')
    database.run('PRAGMA foreign_keys = ON')
    // The lock is taken by the first write.
    database.run('BEGIN IMMEDIATE')
    database.run('COMMIT')
  } catch (error) {
    database.close()
    throw error
  }
  const statements = new Map<string, Statement<SqlRow, SqlValue[]>>()
  const prepared = (sql: string) => {
    let statement = statements.get(sql)
    if (statement === undefined) {
      statement = database.prepare<SqlRow, SqlValue[]>(sql)
      statements.set(sql, statement)
    }
    return statement
  }
  return {
    all: (sql, ...values) => prepared(sql).all(...values),
    run: (sql, ...values) => prepared(sql).run(...values).changes,
    transaction(work) {
      prepared('BEGIN IMMEDIATE').run()
      try {
        const result = work()
        prepared('COMMIT').run()
        return result
      } catch (error) {
        if (database.inTransaction) prepared('ROLLBACK').run()
        throw error
      }
    },
    close() {
      for (const statement of statements.values()) statement.finalize()
      database.close()
    },
  }
}
