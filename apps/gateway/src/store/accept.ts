import { isContentKey } from './content-key.ts'
import type { AcceptResult, Acceptance, NewDelivery, NewEvent } from './port.ts'
import { numberOf, textOf } from './row.ts'
import { isRepeat } from './same-body.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

/** Stores an event and its deliveries, or finds what its key stored before. */
export function accept(database: SqlDatabase, event: NewEvent): AcceptResult {
  if (!insertEvent(database, event)) {
    const first = readFirst(database, event)
    if (numberOf(first, 'received_at_ms') + event.keyWindowMs > event.receivedAtMs)
      return repeat(database, first, event)
    database.run('UPDATE events SET key_released_at_ms = ? WHERE id = ?', event.receivedAtMs, textOf(first, 'id'))
    insertEvent(database, event)
  }
  for (const delivery of event.deliveries) insertDelivery(database, event, delivery)
  return { kind: 'stored', acceptance: { eventId: event.id, deliveries: event.deliveries.map(acceptedDelivery) } }
}

/** False when an event with its key is there. */
function insertEvent(database: SqlDatabase, event: NewEvent): boolean {
  const inserted = database.run(
    `INSERT INTO events (id, source, idempotency_key, received_at_ms, content_type, body, trace) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (source, idempotency_key) WHERE idempotency_key IS NOT NULL AND key_released_at_ms IS NULL DO NOTHING`,
    event.id,
    event.source,
    event.idempotencyKey,
    event.receivedAtMs,
    event.contentType,
    event.body,
    event.trace ?? null,
  )
  return inserted > 0
}

function readFirst(database: SqlDatabase, event: NewEvent): SqlRow | undefined {
  const [first] = database.all(
    `SELECT id, received_at_ms, body FROM events
     WHERE source = ? AND idempotency_key = ? AND idempotency_key IS NOT NULL AND key_released_at_ms IS NULL`,
    event.source,
    event.idempotencyKey,
  )
  return first
}

/**
 * Stores a delivery of an event. This runs for every delivery of every event, and a parameter costs as much as a column: what is the same in every
 * fresh delivery is written into the statement. A row at a time, because SQLite keeps copies of the pages that a
 * statement of several rows touches, which takes twice as long.
 */
export function insertDelivery(
  database: SqlDatabase,
  event: Pick<NewEvent, 'id' | 'source' | 'receivedAtMs'>,
  delivery: NewDelivery,
): void {
  database.run(
    `INSERT INTO deliveries (id, event_id, source, route, destination, operation, payload, state, created_at_ms,
       updated_at_ms, due_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'pending', ?8, ?8, ?8)`,
    delivery.id,
    event.id,
    event.source,
    delivery.route,
    delivery.destination,
    delivery.operation,
    JSON.stringify(delivery.payload),
    event.receivedAtMs,
  )
  if (delivery.reason !== null) {
    database.run(
      `UPDATE deliveries SET state = 'dead', due_at_ms = NULL, reason_code = ?, reason_detail = ? WHERE id = ?`,
      delivery.reason.code,
      delivery.reason.detail,
      delivery.id,
    )
    return
  }
  if (delivery.orderingKey !== null) standInLine(database, delivery, delivery.orderingKey)
  if (delivery.gather !== null) gather(database, delivery, delivery.gather, event.receivedAtMs)
}

/** Lets a delivery wait while an earlier one with its ordering key is not finished. */
function standInLine(database: SqlDatabase, { id, destination }: NewDelivery, orderingKey: string): void {
  database.run(
    `UPDATE deliveries SET ordering_key = ?1, blocked = EXISTS (
       SELECT 1 FROM deliveries WHERE destination = ?2 AND ordering_key = ?1 AND ordering_key IS NOT NULL
         AND state <> 'delivered' AND state <> 'dead' AND state <> 'dropped')
     WHERE id = ?3`,
    orderingKey,
    destination,
    id,
  )
}

/** Lets a delivery wait for others to share its call with, unless there are enough of them. */
function gather(
  database: SqlDatabase,
  { id, destination }: NewDelivery,
  { key, maxRows, maxAgeMs }: NonNullable<NewDelivery['gather']>,
  nowMs: number,
): void {
  const [waiting] = database.all(
    `SELECT count(*) AS count FROM (
       SELECT 1 FROM deliveries WHERE destination = ? AND batch_key = ? AND batch_key IS NOT NULL AND state = 'pending'
         AND blocked = 0 LIMIT ?)`,
    destination,
    key,
    maxRows,
  )
  const isEnough = numberOf(waiting, 'count') + 1 >= maxRows
  const dueAtMs = isEnough ? nowMs : nowMs + maxAgeMs
  database.run('UPDATE deliveries SET batch_key = ?, due_at_ms = ? WHERE id = ?', key, dueAtMs, id)
}

function acceptedDelivery(delivery: Acceptance['deliveries'][number]): Acceptance['deliveries'][number] {
  return { id: delivery.id, destination: delivery.destination, operation: delivery.operation }
}

/** Finds what the key of an event stored before, or null where it stored nothing that is still known. Writes nothing. */
export function known(database: SqlDatabase, event: NewEvent): AcceptResult | null {
  const first = event.idempotencyKey === null ? undefined : readFirst(database, event)
  if (first === undefined || numberOf(first, 'received_at_ms') + event.keyWindowMs <= event.receivedAtMs) return null
  return repeat(database, first, event)
}

function repeat(database: SqlDatabase, first: SqlRow | undefined, event: NewEvent): AcceptResult {
  const body = first?.['body']
  const isSame =
    body instanceof Uint8Array && (isContentKey(event.idempotencyKey) || isRepeat(body, event.body, event.tryCount))
  if (!isSame) return { kind: 'conflict' }
  const eventId = textOf(first, 'id')
  const rows = database.all(
    'SELECT id, destination, operation FROM deliveries WHERE event_id = ? AND replay_id IS NULL ORDER BY id',
    eventId,
  )
  const deliveries = rows.map((row) => ({
    id: textOf(row, 'id'),
    destination: textOf(row, 'destination'),
    operation: textOf(row, 'operation'),
  }))
  return { kind: 'repeated', acceptance: { eventId, deliveries } }
}
