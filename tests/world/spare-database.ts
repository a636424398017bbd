import { openSqlite } from '@sluice/gateway/bun'
import type { SqlDatabase } from '@sluice/gateway/store'

/**
 * Makes a database in memory that one world after the other can use: to make its tables anew takes longer than what most
 * worlds do in them. The function empties it.
 */
export function createSpareDatabase(): () => SqlDatabase {
  const database = openSqlite(':memory:')
  database.run('PRAGMA foreign_keys = OFF')
  return () => {
    const tables = database.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    database.transaction(() => {
      for (const { name } of tables) if (!String(name).endsWith('_version')) database.run(`DELETE FROM ${String(name)}`)
    })
    return database
  }
}
