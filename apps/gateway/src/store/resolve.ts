import type { Store } from './port.ts'
import type { SqlDatabase } from './sql.ts'

/** What each decision makes of a delivery, and from which states. */
const RESOLVED = {
  // What came of the last attempt is no reason for it to wait: the attempt itself keeps it.
  // One that waits is tried now, and still looked for first if it is unsure: only a person who saw it parked knows better.
  resend: `updated_at_ms = ?2, state = 'pending', due_at_ms = ?2, counted_attempts = 0,
    reason_code = NULL, reason_detail = NULL, unsure_at_ms = CASE state WHEN 'pending' THEN unsure_at_ms END,
    blocked = CASE state WHEN 'pending' THEN blocked WHEN 'parked' THEN 0 ELSE ordering_key IS NOT NULL AND EXISTS (
      SELECT 1 FROM deliveries AS other WHERE other.destination = deliveries.destination
        AND other.ordering_key = deliveries.ordering_key AND other.ordering_key IS NOT NULL
        AND other.state <> 'delivered' AND other.state <> 'dead' AND other.state <> 'dropped') END
    WHERE id = ?1 AND state IN ('dead', 'parked', 'pending')`,
  delivered: `updated_at_ms = ?2, state = 'delivered', deadline_at_ms = NULL, reason_code = NULL
    WHERE id = ?1 AND state IN ('parked', 'awaiting-callback')`,
  drop: `updated_at_ms = ?2, state = 'dropped', due_at_ms = NULL, deadline_at_ms = NULL
    WHERE id = ?1 AND state IN ('dead', 'parked', 'pending', 'awaiting-callback')`,
  // Since when it is dead or parked stays as it is.
  acknowledge: `acknowledged_at_ms = ?2
    WHERE id = ?1 AND state IN ('dead', 'parked') AND acknowledged_at_ms IS NULL`,
} as const

/**
 * Carries out a decision about a delivery that nobody works on. A dead one that is to be sent again stands in line
 * behind what has its ordering key and is not finished.
 */
export function resolve(database: SqlDatabase, { id, atMs, as, by, why }: Parameters<Store['resolve']>[0]): boolean {
  if (database.run(`UPDATE deliveries SET ${RESOLVED[as]}`, id, atMs) === 0) return false
  database.run(
    'INSERT INTO resolutions (delivery_id, at_ms, resolve_as, resolved_by, why) VALUES (?, ?, ?, ?, ?)',
    id,
    atMs,
    as,
    by,
    why,
  )
  return true
}
