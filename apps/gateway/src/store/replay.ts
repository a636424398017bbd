import { insertDelivery } from './accept.ts'
import type { Store } from './port.ts'
import { textOf } from './row.ts'
import type { SqlDatabase } from './sql.ts'

/** Stores more deliveries of an event, and who wanted them and why. */
export function replay(
  database: SqlDatabase,
  { id, eventId, atMs, by, why, deliveries }: Parameters<Store['replay']>[0],
): boolean {
  const [event] = database.all('SELECT source FROM events WHERE id = ?', eventId)
  if (event === undefined) return false
  database.run(
    'INSERT INTO replays (id, event_id, at_ms, replayed_by, why) VALUES (?, ?, ?, ?, ?)',
    id,
    eventId,
    atMs,
    by,
    why,
  )
  for (const delivery of deliveries) {
    insertDelivery(database, { id: eventId, source: textOf(event, 'source'), receivedAtMs: atMs }, delivery)
    database.run('UPDATE deliveries SET replay_id = ? WHERE id = ?', id, delivery.id)
  }
  return true
}
