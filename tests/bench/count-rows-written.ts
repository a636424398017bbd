import type { SqlDatabase, SqlRow, SqlValue } from '@sluice/gateway/store'

/** A database that counts what is written to it, and starts anew when asked. */
export interface CountingDatabase extends SqlDatabase {
  /** Rows written since the last time. */
  take(): number
}

/** Entries of a table or of an index: its key, and what stands there. */
type Entries = ReadonlyMap<string, string>

/**
 * Counts rows as Cloudflare bills them: a row that was inserted, changed or deleted is one, and so is each entry that
 * this adds to an index. The index that events are searched by is left out: it has a table of its own in docs/cloudflare.md.
 * Looks at everything before and after each statement, so the database had better be small.
 *
 * @see https://developers.cloudflare.com/d1/platform/pricing/ (footnotes on rows written, which Durable Objects share)
 */
export function countRowsWritten(database: SqlDatabase): CountingDatabase {
  let written = 0
  const counted = <Result>(sql: string, work: () => Result): Result => {
    if (/^\s*SELECT\b/i.test(sql)) return work()
    const before = snapshot(database)
    const result = work()
    written += difference(before, snapshot(database))
    return result
  }
  return {
    all: (sql, ...values) => counted(sql, () => database.all(sql, ...values)),
    run: (sql, ...values) => counted(sql, () => database.run(sql, ...values)),
    transaction: (work) => database.transaction(work),
    take() {
      const taken = written
      written = 0
      return taken
    },
  }
}

/** Reads every table and every index, by name. */
function snapshot(database: SqlDatabase): ReadonlyMap<string, Entries> {
  const schema = database.all(
    `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE type IN ('table', 'index') AND tbl_name NOT LIKE 'search%'`,
  )
  return new Map(
    schema.map((row) => {
      const [type, name, table] = [row['type'], row['name'], row['tbl_name']].map(String)
      const read =
        type === 'table'
          ? `SELECT rowid AS entry, * FROM ${table}`
          : `SELECT ${columnsOf(database, String(name))}, rowid AS entry FROM ${table} ${conditionOf(row['sql'])}`
      return [`${type} ${name}`, entriesOf(database.all(read))] as const
    }),
  )
}

const columnsOf = (database: SqlDatabase, index: string): string =>
  database
    .all(`SELECT name FROM pragma_index_info('${index}') ORDER BY seqno`)
    .map((row) => String(row['name']))
    .join(', ')

/** A partial index holds only the rows that fit its condition. */
const conditionOf = (sql: SqlValue | undefined): string =>
  typeof sql === 'string' ? (/\bWHERE\b[\s\S]*$/.exec(sql)?.[0] ?? '') : ''

function entriesOf(rows: readonly SqlRow[]): Entries {
  const text = (row: SqlRow) =>
    JSON.stringify(row, (_, value: unknown) => (value instanceof Uint8Array ? [...value] : value))
  return new Map(rows.map((row) => [String(row['entry']), text(row)]))
}

function difference(before: ReadonlyMap<string, Entries>, after: ReadonlyMap<string, Entries>): number {
  let written = 0
  for (const [name, entries] of after) {
    const old = before.get(name) ?? new Map<string, string>()
    for (const [key, text] of entries) if (old.get(key) !== text) written += 1
    // An entry that leaves an index costs nothing; a row that leaves a table does.
    if (name.startsWith('table ')) for (const key of old.keys()) if (!entries.has(key)) written += 1
  }
  return written
}
