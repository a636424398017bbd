import { Database, type Statement } from 'bun:sqlite'
import type { SqlDatabase, SqlRow, SqlValue } from '../../store/sql.ts'

/**
 * Opens a SQLite file the durable way: write-ahead log, and an fsync before a commit is believed.
 *
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export function openSqlite(path: string): SqlDatabase & { close(): void } {
  const database = new Database(path, { create: true, strict: true })
  database.run('PRAGMA journal_mode = WAL')
  database.run('PRAGMA synchronous = FULL')
  database.run('PRAGMA busy_timeout = 5000')
  database.run('PRAGMA foreign_keys = ON')
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
