import { expiredLease, LEASED_COLUMNS } from './lease.ts'
import type { AwaitedBatch, Batch, NewBatch, SettleRequest, Store } from './port.ts'
import { MOVE, moveValues, record } from './record.ts'
import { numberOf, optionalNumber, parseJson, textOf } from './row.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

/** Why a delivery is parked whose callback did not come in time: what still may come decides about it. */
export const CALLBACK_MISSING = 'CALLBACK_MISSING'

const BATCH_COLUMNS = 'id, destination, operation, batch_key, size, created_at_ms, callback, callback_at_ms'

/** Notes a batch that is about to be sent. */
export function openBatch(database: SqlDatabase, batch: NewBatch): void {
  database.run(
    `INSERT INTO batches (id, destination, operation, batch_key, size, created_at_ms, token_hash, token_until_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    batch.id,
    batch.destination,
    batch.operation,
    batch.key,
    batch.size,
    batch.createdAtMs,
    batch.token?.hash ?? null,
    batch.token?.untilMs ?? null,
  )
}

/** Writes what the one call of a batch made of each of its deliveries. */
export function recordBatch(
  database: SqlDatabase,
  { batchId, steps, deliveries }: Parameters<Store['recordBatch']>[0],
): number {
  database.run('UPDATE batches SET steps = ? WHERE id = ?', JSON.stringify(steps), batchId)
  return deliveries.filter((request) => record(database, request)).length
}

/** Reads a batch. */
export function readBatch(database: SqlDatabase, id: string): Batch | null {
  const [row] = database.all(`SELECT ${BATCH_COLUMNS} FROM batches WHERE id = ?`, id)
  return row === undefined ? null : batchOf(row)
}

/** Finds the batch that a token belongs to. */
export function findBatch(database: SqlDatabase, tokenHash: string, nowMs: number): AwaitedBatch | null {
  const [row] = database.all(
    `SELECT ${BATCH_COLUMNS} FROM batches WHERE token_hash = ? AND token_hash IS NOT NULL AND token_until_ms > ?`,
    tokenHash,
    nowMs,
  )
  return row === undefined ? null : awaited(database, row)
}

/** Reads a batch whose callback is there. */
export function readSettled(database: SqlDatabase, id: string): AwaitedBatch | null {
  const [row] = database.all(`SELECT ${BATCH_COLUMNS} FROM batches WHERE id = ? AND callback IS NOT NULL`, id)
  return row === undefined ? null : awaited(database, row)
}

/** Finds the batches whose callback is there, and was not carried out. */
export function batchesToSettle(database: SqlDatabase): readonly Pick<Batch, 'id' | 'destination'>[] {
  const rows = database.all(
    `SELECT DISTINCT batches.id, batches.destination FROM deliveries JOIN batches ON batches.id = deliveries.batch_id
     WHERE deliveries.state = 'awaiting-callback' AND batches.callback IS NOT NULL ORDER BY batches.id`,
  )
  return rows.map((row) => ({ id: textOf(row, 'id'), destination: textOf(row, 'destination') }))
}

/** Deliveries that a callback still decides about: those that wait for it, and those that waited in vain. */
const AWAITING = `batch_id = ? AND batch_id IS NOT NULL
  AND (state = 'awaiting-callback' OR (state = 'parked' AND reason_code = '${CALLBACK_MISSING}'))`

/** Deliveries that wait to be sent again, and had their last call in the batch. */
const PENDING = `batch_id = ? AND batch_id IS NOT NULL AND state = 'pending'`

function awaited(database: SqlDatabase, row: SqlRow): AwaitedBatch {
  const batch = batchOf(row)
  const [before] = database.all(
    `SELECT callback FROM batches WHERE destination = ? AND batch_key = ? AND id <> ? AND callback IS NOT NULL
     ORDER BY id DESC LIMIT 1`,
    batch.destination,
    batch.key,
    batch.id,
  )
  // They are leased by nobody: the columns of a lease stand for the batch's own.
  const columns = LEASED_COLUMNS.replace('lease_id', `'' AS lease_id`).replace('leased_at_ms', '0 AS leased_at_ms')
  const rows = database.all(`SELECT ${columns} FROM deliveries WHERE ${AWAITING} ORDER BY id`, batch.id)
  const pending = database.all(`SELECT id FROM deliveries WHERE ${PENDING} ORDER BY id`, batch.id)
  return {
    ...batch,
    callbackBefore: parseJson(before?.['callback']),
    awaiting: rows.map(expiredLease),
    pending: pending.map((waiting) => textOf(waiting, 'id')),
  }
}

function batchOf(row: SqlRow): Batch {
  return {
    id: textOf(row, 'id'),
    destination: textOf(row, 'destination'),
    operation: textOf(row, 'operation'),
    key: textOf(row, 'batch_key'),
    size: numberOf(row, 'size'),
    createdAtMs: numberOf(row, 'created_at_ms'),
    callback: parseJson(row['callback']),
    callbackAtMs: optionalNumber(row, 'callback_at_ms'),
  }
}

/** Writes a callback, and what it made of the deliveries that still wait for it. */
export function settleBatch(
  database: SqlDatabase,
  { batchId, callback, nowMs, moves }: SettleRequest,
): 'settled' | 'repeated' | 'conflict' {
  const text = JSON.stringify(callback)
  const [row] = database.all('SELECT callback FROM batches WHERE id = ?', batchId)
  const known = row?.['callback'] ?? null
  if (known !== null && known !== text) return 'conflict'
  if (known === null) {
    database.run('UPDATE batches SET callback = ?, callback_at_ms = ? WHERE id = ?', text, nowMs, batchId)
  }
  for (const move of moves) {
    const values = [...moveValues(move, nowMs), move.deliveryId, batchId]
    if (database.run(`UPDATE deliveries SET ${MOVE} WHERE id = ? AND ${AWAITING}`, ...values) > 0) continue
    if (move.state === 'delivered') database.run(`UPDATE deliveries SET ${MOVE} WHERE id = ? AND ${PENDING}`, ...values)
  }
  return known === null ? 'settled' : 'repeated'
}

/** Parks deliveries whose callback did not come in time. */
export function expireCallbacks(
  database: SqlDatabase,
  { nowMs, reason, limit }: Parameters<Store['expireCallbacks']>[0],
): number {
  return database.run(
    `UPDATE deliveries SET state = 'parked', deadline_at_ms = NULL, reason_code = ?, reason_detail = ?, updated_at_ms = ?
     WHERE id IN (SELECT id FROM deliveries WHERE state = 'awaiting-callback' AND deadline_at_ms <= ?
       ORDER BY deadline_at_ms LIMIT ?)`,
    reason.code,
    reason.detail,
    nowMs,
    nowMs,
    limit,
  )
}

/** When the next callback is overdue. */
export function nextDeadlineAtMs(database: SqlDatabase): number | null {
  const [row] = database.all(`SELECT min(deadline_at_ms) AS due FROM deliveries WHERE state = 'awaiting-callback'`)
  return optionalNumber(row, 'due')
}
