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
    const tables = database.all(`SELECT name FROM sqlite_master
      WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_%' AND name NOT LIKE '%\\_version' ESCAPE '\\'`)
    // The first world makes them.
    if (tables.length === 0) return database
    database.transaction(() => {
      for (const { name } of tables) database.run(`DELETE FROM ${String(name)}`)
      // The tables of which SQLite makes the index are its own.
      database.run(`INSERT INTO search_words (search_words) VALUES ('delete-all')`)
      database.run('DELETE FROM search_docs')
      database.run(`UPDATE search_state SET read_to = 0, older_to = ''`)
    })
    return database
  }
}
