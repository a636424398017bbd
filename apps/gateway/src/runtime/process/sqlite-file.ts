import type { SqlRow, SqlValue } from '../../store/sql.ts'
import type { SqliteFile } from './process-runtime.ts'

/** A statement that was prepared. */
export interface Statement {
  readonly all: (...values: readonly SqlValue[]) => readonly SqlRow[]
  /** Returns how many rows were changed. */
  readonly run: (...values: readonly SqlValue[]) => number
}

/** A connection to a SQLite file, in the words of a runtime's own driver. Its errors carry SQLite's name as `code`. */
export interface Connection {
  readonly prepare: (sql: string) => Statement
  readonly inTransaction: () => boolean
  /** Ends the connection with every statement that was prepared. */
  readonly close: () => void
}

/** How a file is opened: the order matters. */
const OPENING = [
  'PRAGMA locking_mode = EXCLUSIVE',
  'PRAGMA journal_mode = WAL',
  'PRAGMA synchronous = FULL',
  'PRAGMA foreign_keys = ON',
  // The lock is taken by the first write.
  'BEGIN IMMEDIATE',
  'COMMIT',
]

/**
 * Uses a SQLite file the durable way: write-ahead log, and an fsync before a commit is believed. The connection is the
 * only one, until it is closed or its process dies: nobody else can hold a lock that would make this process wait.
 *
 * @throws Error with the `code` `SQLITE_BUSY` another connection has it, or `SQLITE_NOTADB` it is no database.
 * @see https://www.sqlite.org/pragma.html#pragma_locking_mode
 * @see https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export function useSqliteFile(connection: Connection): SqliteFile {
  const statements = new Map<string, Statement>()
  const prepared = (sql: string) => {
    let statement = statements.get(sql)
    if (statement === undefined) {
      statement = connection.prepare(sql)
      statements.set(sql, statement)
    }
    return statement
  }
  try {
    for (const statement of OPENING) connection.prepare(statement).run()
  } catch (error) {
    connection.close()
    throw error
  }
  return {
    all: (sql, ...values) => prepared(sql).all(...values),
    run: (sql, ...values) => prepared(sql).run(...values),
    transaction(work) {
      prepared('BEGIN IMMEDIATE').run()
      try {
        const result = work()
        prepared('COMMIT').run()
        return result
      } catch (error) {
        if (connection.inTransaction()) prepared('ROLLBACK').run()
        throw error
      }
    },
    close: connection.close,
  }
}
