import type { Json, Move, RecordRequest } from './port.ts'
import { jsonOrNull, textOf } from './row.ts'
import type { SqlDatabase } from './sql.ts'

/** What a move sets. Its parameters are those of {@link moveValues}. */
export const MOVE = `state = ?, due_at_ms = ?, unsure_at_ms = ?, deadline_at_ms = ?, reason_code = ?, reason_detail = ?,
  receipt = ?, batch_key = coalesce(?, batch_key), updated_at_ms = ?`

/** Lists the parameters of {@link MOVE}. */
export function moveValues(move: Move, nowMs: number): readonly (string | number | null)[] {
  return [
    move.state,
    move.dueAtMs,
    move.unsureAtMs,
    move.deadlineAtMs,
    move.reason?.code ?? null,
    move.reason?.detail ?? null,
    jsonOrNull(move.receipt),
    move.batchKey ?? null,
    nowMs,
  ]
}

/** Writes what an attempt made of a delivery and of its destination's gate. False when the lease is no longer this one. */
export function record(database: SqlDatabase, request: RecordRequest): boolean {
  const counted = request.attempts.filter((attempt) => attempt.counted).length
  const changed = database.run(
    `UPDATE deliveries SET ${MOVE}, attempts = attempts + ?, counted_attempts = counted_attempts + ?,
       lease_id = NULL, leased_at_ms = NULL, lease_until_ms = NULL
     WHERE id = ? AND state = 'leased' AND lease_id = ?`,
    ...moveValues(request, request.nowMs),
    request.attempts.length,
    counted,
    request.deliveryId,
    request.leaseId,
  )
  // Without its lease this process no longer speaks for the delivery: somebody else may have sent it meanwhile.
  if (changed === 0) return false
  for (const attempt of request.attempts) {
    database.run(
      `INSERT INTO attempts (id, delivery_id, number, started_at_ms, ended_at_ms, outcome, code, detail, counted, steps,
         batch_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      attempt.id,
      request.deliveryId,
      attempt.number,
      attempt.startedAtMs,
      attempt.endedAtMs,
      attempt.outcome,
      attempt.code,
      attempt.detail,
      attempt.counted ? 1 : 0,
      JSON.stringify(attempt.steps),
      attempt.batchId,
    )
  }
  if (request.gate !== null) {
    const [row] = database.all('SELECT destination FROM deliveries WHERE id = ?', request.deliveryId)
    writeGate(database, textOf(row, 'destination'), request.gate)
  }
  return true
}

/** Writes the gate of a destination. */
export function writeGate(database: SqlDatabase, destination: string, gate: Json): void {
  database.run(
    'INSERT INTO gates (destination, state) VALUES (?1, ?2) ON CONFLICT (destination) DO UPDATE SET state = ?2',
    destination,
    JSON.stringify(gate),
  )
}
