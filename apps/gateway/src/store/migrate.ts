import { StoreError } from '@sluice/errors'
import { numberOf } from './row.ts'
import { MIGRATIONS } from './schema.ts'
import type { SqlDatabase } from './sql.ts'

/**
 * Brings the schema of a database up to date. Each step is one transaction, so a process that dies in it leaves the step
 * before, and the next start goes on from there.
 *
 * @param versionTable - Where it is noted which steps ran: one for each list of steps in a database.
 *
 * @throws StoreError `MIGRATION_FAILED` the database was written by a newer version, or a step cannot run.
 */
export function migrate(database: SqlDatabase, migrations = MIGRATIONS, versionTable = 'schema_version'): void {
  database.run(`CREATE TABLE IF NOT EXISTS ${versionTable} (version INTEGER NOT NULL) STRICT`)
  const current = numberOf(
    database.all(`SELECT coalesce(max(version), 0) AS version FROM ${versionTable}`)[0],
    'version',
  )
  if (current > migrations.length) {
    throw new StoreError(
      'MIGRATION_FAILED',
      `store: written by a newer version (schema ${current}, this one knows ${migrations.length})`,
    )
  }
  for (const [index, statements] of migrations.entries()) {
    if (index < current) continue
    try {
      database.transaction(() => {
        for (const statement of statements) database.run(statement)
        database.run(`DELETE FROM ${versionTable}`)
        database.run(`INSERT INTO ${versionTable} (version) VALUES (?)`, index + 1)
      })
    } catch (error) {
      throw new StoreError('MIGRATION_FAILED', `store: migration ${index + 1} failed`, error)
    }
  }
}
