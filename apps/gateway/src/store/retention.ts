import { removeChanges } from './changes.ts'
import type { Store } from './port.ts'
import { optionalText, textOf } from './row.ts'
import { forgetEvent } from './search-index.ts'
import type { SqlDatabase } from './sql.ts'

/** A delivery `d` that keeps its event. A parked one holds the place of those that wait behind it. */
const KEEPS = `NOT (
  ((d.state = 'delivered' OR d.state = 'dropped') AND d.updated_at_ms < ?1)
  OR ((d.state = 'dead' OR d.state = 'parked') AND d.acknowledged_at_ms IS NOT NULL AND d.acknowledged_at_ms < ?1
    AND NOT (d.state = 'parked' AND d.ordering_key IS NOT NULL AND EXISTS (
      SELECT 1 FROM deliveries w WHERE w.destination = d.destination AND w.ordering_key = d.ordering_key
        AND w.ordering_key IS NOT NULL AND w.state <> 'delivered' AND w.state <> 'dead' AND w.state <> 'dropped'
        AND w.blocked = 1))))`

/** Changes are removed side by side, which costs little: so many for each row of the slice, and so never fewer than came. */
const CHANGES_PER_ROW = 10

/** Removes a slice of what ended before a time. */
export function removeEnded(
  database: SqlDatabase,
  { beforeMs, after, limit }: Parameters<Store['removeEnded']>[0],
): Awaited<ReturnType<Store['removeEnded']>> {
  removeChanges(database, beforeMs, CHANGES_PER_ROW * limit)
  // Walks by id, which is the order in which events came, and stops at the first that is too young: no index by time
  // has to be written for each event that comes.
  const events = database.all(
    `SELECT e.id, CASE WHEN e.received_at_ms >= ?1 THEN 'young'
       WHEN EXISTS (SELECT 1 FROM deliveries d WHERE d.event_id = e.id AND ${KEEPS}) THEN 'kept' ELSE 'ended' END AS is_now
     FROM events e WHERE e.id > ?2 ORDER BY e.id LIMIT ?3`,
    beforeMs,
    after,
    limit,
  )
  let removed = 0
  for (const event of events) {
    if (event['is_now'] === 'young') return { removed: removed + removeOthers(database, beforeMs, limit), next: null }
    const id = textOf(event, 'id')
    if (event['is_now'] === 'ended') removed += removeEvent(database, id)
    if (removed >= limit) return { removed, next: id }
  }
  if (events.length === limit) return { removed, next: textOf(events.at(-1), 'id') }
  return { removed: removed + removeOthers(database, beforeMs, limit), next: null }
}

/** Removes an event with all that came of it, and returns how many rows that were. */
function removeEvent(database: SqlDatabase, id: string): number {
  const batches = database.all(
    `SELECT batch_id FROM deliveries WHERE event_id = ?1 AND batch_id IS NOT NULL
     UNION SELECT a.batch_id FROM deliveries d JOIN attempts a ON a.delivery_id = d.id
       WHERE d.event_id = ?1 AND a.batch_id IS NOT NULL`,
    id,
  )
  forgetEvent(database, id)
  const ofItsDeliveries = 'WHERE delivery_id IN (SELECT id FROM deliveries WHERE event_id = ?)'
  return [
    database.run(`DELETE FROM attempts ${ofItsDeliveries}`, id),
    database.run(`DELETE FROM resolutions ${ofItsDeliveries}`, id),
    database.run('DELETE FROM deliveries WHERE event_id = ?', id),
    database.run('DELETE FROM replays WHERE event_id = ?', id),
    database.run('DELETE FROM events WHERE id = ?', id),
    ...batches.map((batch) => removeBatch(database, optionalText(batch, 'batch_id'))),
  ].reduce((sum, count) => sum + count, 0)
}

/** Removes a batch that nothing refers to. The newest callback of its kind stays: the next is compared with it. */
function removeBatch(database: SqlDatabase, id: string | null): number {
  return database.run(
    `DELETE FROM batches WHERE id = ?1
       AND NOT EXISTS (SELECT 1 FROM deliveries WHERE batch_id = ?1 AND batch_id IS NOT NULL)
       AND NOT EXISTS (SELECT 1 FROM attempts WHERE batch_id = ?1 AND batch_id IS NOT NULL)
       AND (callback IS NULL OR EXISTS (
         SELECT 1 FROM batches AS newer WHERE newer.destination = batches.destination
           AND newer.batch_key = batches.batch_key AND newer.callback IS NOT NULL AND newer.id > batches.id))`,
    id,
  )
}

/** Removes what belongs to no event. */
function removeOthers(database: SqlDatabase, beforeMs: number, limit: number): number {
  return removeJobs(database, beforeMs, limit) + removeLoads(database, beforeMs, limit)
}

/** Removes loads that were called by hand. */
function removeLoads(database: SqlDatabase, beforeMs: number, limit: number): number {
  return database.run(
    `DELETE FROM batches WHERE id IN (SELECT id FROM batches WHERE batch_key >= 'by hand ' AND batch_key < 'by hand!'
       AND created_at_ms < ? ORDER BY created_at_ms LIMIT ?)`,
    beforeMs,
    limit,
  )
}

function removeJobs(database: SqlDatabase, beforeMs: number, limit: number): number {
  return database.run(
    `DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state <> 'running' AND ended_at_ms < ? ORDER BY id LIMIT ?)`,
    beforeMs,
    limit,
  )
}
