import { openDataFolder } from '@sluice/gateway/bun'
import { createSqliteStore } from '@sluice/gateway/store'

/** Events that are written at a time. */
const EVENTS = 150
/** What is left of one is about a slice of the retention; each of these slices removes something. */
export const RETENTION_SLICES = 3
/** Their source, which the gateway under test has not. */
const SOURCE = 'ended'
const LONG_AGO_MS = 1_000_000_000_000

/**
 * Writes events into the data folder of a gateway that does not run: all of them were delivered long ago, so that the next
 * one removes them.
 *
 * @param known - How many were written before.
 * @returns how many were written.
 */
export function writeEnded(dataPath: string, known: number): number {
  const database = openDataFolder(dataPath)
  try {
    // Brings the schema up to date.
    createSqliteStore({ database, newId: (prefix) => prefix, defer: setImmediate })
    database.transaction(() => {
      for (let number = known; number < known + EVENTS; number += 1) {
        // They sort before all others, as those do that came before all others.
        const id = String(number).padStart(26, '0')
        database.run(
          `INSERT INTO events (id, source, received_at_ms, content_type, body) VALUES (?, ?, ?, 'application/json', x'7b7d')`,
          `evt_${id}`,
          SOURCE,
          LONG_AGO_MS,
        )
        database.run(
          `INSERT INTO deliveries (id, event_id, source, route, destination, operation, payload, state, created_at_ms,
             updated_at_ms, attempts) VALUES (?1, ?2, ?3, 'ended', 'datatalks', 'contacts.upsert', '{}', 'delivered', ?4, ?4, 1)`,
          `dlv_${id}`,
          `evt_${id}`,
          SOURCE,
          LONG_AGO_MS,
        )
        database.run(
          `INSERT INTO attempts (id, delivery_id, number, started_at_ms, ended_at_ms, outcome, counted, steps)
           VALUES (?1, ?2, 1, ?3, ?3, 'delivered', 1, '[]')`,
          `att_${id}`,
          `dlv_${id}`,
          LONG_AGO_MS,
        )
      }
    })
    return EVENTS
  } finally {
    database.close()
  }
}

/** Looks whether all that {@link writeEnded} wrote was removed, once no process works on the file. */
export function auditEnded(dataPath: string): readonly string[] {
  const database = openDataFolder(dataPath)
  try {
    const left = database.all('SELECT id FROM events WHERE source = ?', SOURCE).length
    return left === 0 ? [] : [`${left} events that ended long ago were not removed`]
  } finally {
    database.close()
  }
}
