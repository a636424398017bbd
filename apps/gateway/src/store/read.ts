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
import { type Budget, createBudget, type ReadLimits } from './read-limits.ts'
import { numberOf, oneOf, optionalNumber, optionalText, parseJson, textOf } from './row.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

export const DELIVERY_COLUMNS = `id, event_id, source, route, destination, operation, payload, state, created_at_ms,
  updated_at_ms, due_at_ms, attempts, counted_attempts, reason_code, reason_detail, receipt, ordering_key,
  blocked, batch_id, deadline_at_ms, acknowledged_at_ms, replay_id`

/** What of a delivery may be large, in bytes. It is read without the content. */
export const DELIVERY_BYTES = `(octet_length(payload) + coalesce(octet_length(receipt), 0)
  + coalesce(octet_length(reason_detail), 0))`

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

/** Of an attempt that shared its call, the steps are those of its batch. */
const ATTEMPTS = `attempts a LEFT JOIN batches b ON b.id = a.batch_id WHERE delivery_id = ?`
const STEPS = 'coalesce(b.steps, a.steps)'

/** Reads the attempts of a delivery, as many of the newest as there is room for. */
function readHistory(
  database: SqlDatabase,
  deliveryId: string,
  budget: Budget,
): Pick<DeliveryHistory, 'history' | 'attemptsOmitted'> {
  const sizes = database.all(
    `SELECT number, octet_length(${STEPS}) AS bytes FROM ${ATTEMPTS} ORDER BY number DESC`,
    deliveryId,
  )
  const tooMuch = sizes.findIndex((row) => !budget.take(ATTEMPT_BYTES + numberOf(row, 'bytes')))
  const kept = tooMuch < 0 ? sizes : sizes.slice(0, tooMuch)
  const first = kept.at(-1)
  if (first === undefined) return { history: [], attemptsOmitted: sizes.length }
  const rows = database.all(
    `SELECT a.id, number, started_at_ms, ended_at_ms, outcome, code, detail, counted, batch_id, ${STEPS} AS steps
     FROM ${ATTEMPTS} AND number >= ? ORDER BY number`,
    deliveryId,
    numberOf(first, 'number'),
  )
  return { history: rows.map(attemptOf), attemptsOmitted: sizes.length - kept.length }
}

/** What the columns beside its steps may take: a detail is a sentence. */
const ATTEMPT_BYTES = 500

/** Reads an event with its deliveries and their attempts, as far as there is room for them beside its body. */
export function readEvent(
  database: SqlDatabase,
  id: string,
  { answerBytes }: Pick<ReadLimits, 'answerBytes'>,
): EventRow | null {
  const [row] = database.all(
    'SELECT id, source, idempotency_key, received_at_ms, content_type, body FROM events WHERE id = ?',
    id,
  )
  if (row === undefined) return null
  const body = row['body'] instanceof Uint8Array ? row['body'] : new Uint8Array()
  const budget = createBudget(answerBytes - body.byteLength)
  const deliveries = database.all(
    `SELECT id, ${DELIVERY_BYTES} AS bytes FROM deliveries WHERE event_id = ? ORDER BY id`,
    id,
  )
  return {
    id,
    source: textOf(row, 'source'),
    idempotencyKey: optionalText(row, 'idempotency_key'),
    receivedAtMs: numberOf(row, 'received_at_ms'),
    contentType: textOf(row, 'content_type'),
    body,
    deliveries: deliveries.flatMap((sized) => {
      const hasRoom = budget.take(numberOf(sized, 'bytes'))
      return readWithHistory(database, textOf(sized, 'id'), budget, hasRoom) ?? []
    }),
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

/** Without the payload and the receipt. */
const SMALL_COLUMNS = DELIVERY_COLUMNS.replace(' payload,', ' NULL AS payload,').replace(
  ' receipt,',
  ' NULL AS receipt,',
)

function readWithHistory(
  database: SqlDatabase,
  id: string,
  budget: Budget,
  withPayload: boolean,
): DeliveryHistory | null {
  const columns = withPayload ? DELIVERY_COLUMNS : SMALL_COLUMNS
  const [row] = database.all(`SELECT ${columns} FROM deliveries WHERE id = ?`, id)
  if (row === undefined) return null
  const batchId = optionalText(row, 'batch_id')
  return {
    ...deliveryOf(row),
    payloadOmitted: !withPayload,
    waitsFor: row['blocked'] === 1 && row['state'] === 'pending' ? readFirstInLine(database, row) : null,
    batch: batchId === null ? null : readBatch(database, batchId),
    ...readHistory(database, id, budget),
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

/** Reads one delivery with its attempts, as far as there is room for them beside its payload. */
export function readDelivery(
  database: SqlDatabase,
  id: string,
  { answerBytes }: Pick<ReadLimits, 'answerBytes'>,
): DeliveryHistory | null {
  const [sized] = database.all(`SELECT ${DELIVERY_BYTES} AS bytes FROM deliveries WHERE id = ?`, id)
  if (sized === undefined) return null
  return readWithHistory(database, id, createBudget(answerBytes - numberOf(sized, 'bytes')), true)
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
