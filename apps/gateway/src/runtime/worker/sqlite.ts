import type { SqlDatabase, SqlRow, SqlValue } from '../../store/sql.ts'

/** What SQLite said, with its code: workerd has it in the message only. */
export class SqliteError extends Error {
  override readonly name = 'SqliteError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** What of an object's storage the database needs. */
export type SqlStorageOf = Pick<DurableObjectStorage, 'sql' | 'transactionSync'>

/**
 * Takes the database of a Durable Object for a {@link SqlDatabase}.
 *
 * What makes a write durable before anybody hears of it is the platform's output gate: no reply, no request and no RPC leaves
 * an object before the writes that came before it are stored on several machines.
 *
 * @throws SqliteError from each function of the result.
 * @see https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/
 */
export function databaseOf(storage: SqlStorageOf): SqlDatabase {
  const { sql } = storage
  const execute = <Result>(text: string, values: readonly SqlValue[], read: (cursor: Cursor) => Result): Result => {
    try {
      return read(sql.exec(text, ...values))
    } catch (error) {
      throw translated(error)
    }
  }
  return {
    all: (text, ...values) => execute(text, values, (cursor) => cursor.toArray().map(rowOf)),
    run(text, ...values) {
      // What the cursor counts are rows of indexes too. To ask for the changes takes as long as an insert, so it is asked
      // only where it is not plain.
      const written = execute(text, values, ({ rowsWritten }) => rowsWritten)
      if (written <= 1) return written
      return INSERT_OF_ONE.test(text) ? 1 : execute('SELECT changes() AS changed', [], changesOf)
    },
    transaction(work) {
      try {
        return storage.transactionSync(work)
      } catch (error) {
        throw translated(error)
      }
    },
  }
}

/** Inserts one row, or none where it is there already. */
const INSERT_OF_ONE = /^\s*INSERT INTO (?!.*\bSELECT\b).* VALUES \(/s

type Cursor = SqlStorageCursor<Record<string, SqlStorageValue>>

function changesOf(cursor: Cursor): number {
  return Number(cursor.one()['changed'])
}

function rowOf(row: Record<string, SqlStorageValue>): SqlRow {
  const read: Record<string, SqlValue> = {}
  for (const [name, value] of Object.entries(row))
    read[name] = value instanceof ArrayBuffer ? new Uint8Array(value) : value
  return read
}

function translated(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof SqliteError) return error
  const code = /\bSQLITE_[A-Z_]+/.exec(error.message)?.[0]
  return code === undefined ? error : new SqliteError(code, error.message)
}
