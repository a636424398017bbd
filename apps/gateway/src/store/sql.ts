/** A value that SQLite stores. */
export type SqlValue = null | number | string | Uint8Array

/** One row, by column name. */
export type SqlRow = Readonly<Record<string, SqlValue>>

/**
 * A synchronous SQLite database: `bun:sqlite` and the storage of a Durable Object both are one.
 *
 * `transaction` commits when `work` returns and rolls back when it throws; transactions do not nest.
 */
export interface SqlDatabase {
  all(sql: string, ...values: readonly SqlValue[]): readonly SqlRow[]
  /** Returns how many rows were changed. */
  run(sql: string, ...values: readonly SqlValue[]): number
  transaction<Result>(work: () => Result): Result
}
