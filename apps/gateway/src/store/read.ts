import {
  type Attempt,
  DECISIONS,
  DELIVERY_STATES,
  type DeliveryCount,
  type DeliveryHistory,
  type DeliveryRow,
  type EventRow,
  type Json,
  OUTCOMES,
  type Replay,
  type Resolution,
} from './port.ts'
import { readBatch } from './batch.ts'
import { numberOf, oneOf, optionalNumber, optionalText, parseJson, textOf } from './row.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

export const DELIVERY_COLUMNS = `id, event_id, source, route, destination, operation, payload, state, created_at_ms,
  updated_at_ms, due_at_ms, attempts, counted_attempts, reason_code, reason_detail, receipt, ordering_key,
  blocked, batch_id, deadline_at_ms, acknowledged_at_ms, replay_id`

/** Reads a delivery from {@link DELIVERY_COLUMNS}. */
export function deliveryOf(row: SqlRow): DeliveryRow {
  const reasonCode = optionalText(row, 'reason_code')
  return {
    id: textOf(row, 'id'),
    eventId: textOf(row, 'event_id'),
    source: textOf(row, 'source'),
    route: textOf(row, 'route'),
    destination: textOf(row, 'destination'),
    operation: textOf(row, 'operation'),
    payload: parseJson(row['payload']),
    state: oneOf(DELIVERY_STATES, row['state']),
    createdAtMs: numberOf(row, 'created_at_ms'),
    updatedAtMs: numberOf(row, 'updated_at_ms'),
    dueAtMs: optionalNumber(row, 'due_at_ms'),
    attempts: numberOf(row, 'attempts'),
    countedAttempts: numberOf(row, 'counted_attempts'),
    reason: reasonCode === null ? null : { code: reasonCode, detail: optionalText(row, 'reason_detail') ?? '' },
    receipt: parseJson(row['receipt']),
    orderingKey: optionalText(row, 'ordering_key'),
    deadlineAtMs: optionalNumber(row, 'deadline_at_ms'),
    acknowledgedAtMs: optionalNumber(row, 'acknowledged_at_ms'),
    replayId: optionalText(row, 'replay_id'),
  }
}

/** Reads an attempt, whose steps may be those of its batch. */
export function attemptOf(row: SqlRow): Attempt {
  return {
    id: textOf(row, 'id'),
    number: numberOf(row, 'number'),
    startedAtMs: numberOf(row, 'started_at_ms'),
    endedAtMs: numberOf(row, 'ended_at_ms'),
    outcome: oneOf(OUTCOMES, row['outcome']),
    code: optionalText(row, 'code'),
    detail: optionalText(row, 'detail'),
    counted: row['counted'] === 1,
    steps: JSON.parse(textOf(row, 'steps')) as Attempt['steps'],
    batchId: optionalText(row, 'batch_id'),
  }
}

function readHistory(database: SqlDatabase, deliveryId: string): readonly Attempt[] {
  return database
    .all(
      `SELECT a.id, number, started_at_ms, ended_at_ms, outcome, code, detail, counted, batch_id,
         coalesce(b.steps, a.steps) AS steps
       FROM attempts a LEFT JOIN batches b ON b.id = a.batch_id WHERE delivery_id = ? ORDER BY number`,
      deliveryId,
    )
    .map(attemptOf)
}

/** Reads an event with its deliveries and their attempts. */
export function readEvent(database: SqlDatabase, id: string): EventRow | null {
  const [row] = database.all(
    'SELECT id, source, idempotency_key, received_at_ms, content_type, body FROM events WHERE id = ?',
    id,
  )
  if (row === undefined) return null
  const deliveries = database.all(`SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE event_id = ? ORDER BY id`, id)
  const body = row['body']
  return {
    id,
    source: textOf(row, 'source'),
    idempotencyKey: optionalText(row, 'idempotency_key'),
    receivedAtMs: numberOf(row, 'received_at_ms'),
    contentType: textOf(row, 'content_type'),
    body: body instanceof Uint8Array ? body : new Uint8Array(),
    deliveries: deliveries.map((delivery) => withHistory(database, delivery)),
    replays: readReplays(database, id),
  }
}

function readReplays(database: SqlDatabase, eventId: string): readonly Replay[] {
  return database
    .all('SELECT id, at_ms, replayed_by, why FROM replays WHERE event_id = ? ORDER BY id', eventId)
    .map((row) => ({
      id: textOf(row, 'id'),
      atMs: numberOf(row, 'at_ms'),
      by: textOf(row, 'replayed_by'),
      why: textOf(row, 'why'),
    }))
}

function withHistory(database: SqlDatabase, row: SqlRow): DeliveryHistory {
  const id = textOf(row, 'id')
  const batchId = optionalText(row, 'batch_id')
  return {
    ...deliveryOf(row),
    waitsFor: row['blocked'] === 1 && row['state'] === 'pending' ? readFirstInLine(database, row) : null,
    batch: batchId === null ? null : readBatch(database, batchId),
    history: readHistory(database, id),
    resolutions: readResolutions(database, id),
  }
}

/** Finds the delivery that all others with its ordering key wait for. */
function readFirstInLine(database: SqlDatabase, row: SqlRow): string | null {
  const [first] = database.all(
    `SELECT id FROM deliveries WHERE destination = ? AND ordering_key = ? AND ordering_key IS NOT NULL
       AND state <> 'delivered' AND state <> 'dead' AND state <> 'dropped' ORDER BY blocked, id LIMIT 1`,
    textOf(row, 'destination'),
    textOf(row, 'ordering_key'),
  )
  return first === undefined ? null : textOf(first, 'id')
}

function readResolutions(database: SqlDatabase, deliveryId: string): readonly Resolution[] {
  return database
    .all(
      'SELECT at_ms, resolve_as, resolved_by, why FROM resolutions WHERE delivery_id = ? ORDER BY at_ms, rowid',
      deliveryId,
    )
    .map((row) => ({
      atMs: numberOf(row, 'at_ms'),
      as: oneOf(DECISIONS, row['resolve_as']),
      by: textOf(row, 'resolved_by'),
      why: textOf(row, 'why'),
    }))
}

/** Reads one delivery with its attempts. */
export function readDelivery(database: SqlDatabase, id: string): DeliveryHistory | null {
  const [row] = database.all(`SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE id = ?`, id)
  return row === undefined ? null : withHistory(database, row)
}

/** Counts the deliveries of every destination by state. */
export function countDeliveries(database: SqlDatabase): readonly DeliveryCount[] {
  return database
    .all('SELECT destination, state, count(*) AS count FROM deliveries GROUP BY state, destination')
    .map((row) => ({
      destination: textOf(row, 'destination'),
      state: oneOf(DELIVERY_STATES, row['state']),
      count: numberOf(row, 'count'),
    }))
}

/** Reads the gates that were saved, by destination. */
export function readGates(database: SqlDatabase): ReadonlyMap<string, Json> {
  const rows = database.all('SELECT destination, state FROM gates')
  return new Map(rows.map((row) => [textOf(row, 'destination'), parseJson(row['state'])]))
}

/** Finds when the next delivery of a destination is due. */
export function nextDueAtMs(database: SqlDatabase, destination: string): number | null {
  const [row] = database.all(
    `SELECT min(due_at_ms) AS due FROM deliveries WHERE destination = ? AND state = 'pending' AND blocked = 0`,
    destination,
  )
  return optionalNumber(row, 'due')
}
