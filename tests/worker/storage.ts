import { Database } from 'bun:sqlite'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where workerd keeps the schedule of a namespace's alarms; an object's own file holds its alarm too. */
const SCHEDULE_FILE = 'metadata.sqlite'

/**
 * Takes the alarms of all shards away, as if the platform had lost them. No workerd may be using the folder.
 *
 * @returns how many there were.
 */
export function loseAlarms(storagePath: string): number {
  const folder = join(storagePath, 'OutboxShard')
  const files = readdirSync(folder).filter((file) => file.endsWith('.sqlite'))
  for (const file of files.filter((name) => name !== SCHEDULE_FILE)) {
    deleteFrom(join(folder, file), '_cf_METADATA')
  }
  return deleteFrom(join(folder, SCHEDULE_FILE), '_cf_ALARM')
}

function deleteFrom(path: string, table: string): number {
  const database = new Database(path)
  try {
    return database.run(`DELETE FROM ${table}`).changes
  } finally {
    database.close()
  }
}
