import { allOf, compare, type Condition, horizon, indexed, looked, ofKey } from './filter.ts'
import type { DeliveryFilter, DeliveryRow, EventFilter, EventSummary, Page, PageRequest } from './port.ts'
import { DELIVERY_BYTES, DELIVERY_COLUMNS, deliveryOf } from './read.ts'
import type { ReadLimits } from './read-limits.ts'
import { numberOf, optionalText, textOf } from './row.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

/** Lists deliveries, the newest first. What of them is large is read only once it is known to have room. */
export function listDeliveries(
  database: SqlDatabase,
  filter: DeliveryFilter,
  { pageBytes }: Pick<ReadLimits, 'pageBytes'>,
): Page<DeliveryRow> {
  const columns = `id, ${DELIVERY_BYTES} AS bytes`
  const { rows: sizes, next } = pageOf(database, 'deliveries', columns, filter, indexed(filter), looked(filter))
  let bytes = 0
  const tooMuch = sizes.findIndex((row, index) => {
    bytes += numberOf(row, 'bytes')
    return bytes > pageBytes && index > 0
  })
  const ids = (tooMuch < 0 ? sizes : sizes.slice(0, tooMuch)).map((row) => textOf(row, 'id'))
  const rows = database.all(
    `SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC`,
    JSON.stringify(ids),
  )
  return { rows: rows.map(deliveryOf), next: tooMuch < 0 ? next : (ids.at(-1) ?? null) }
}

/** Lists events, the newest first. */
export function listEvents(database: SqlDatabase, filter: EventFilter): Page<EventSummary> {
  const columns = 'id, source, idempotency_key, received_at_ms, content_type, length(body) AS body_bytes'
  const page = pageOf(
    database,
    'events',
    columns,
    filter,
    filter.idempotencyKey === undefined ? [] : [ofKey('id', filter.idempotencyKey)],
    [
      ...compare('source =', filter.source),
      ...compare('received_at_ms >=', filter.receivedAfterMs),
      ...compare('received_at_ms <', filter.receivedBeforeMs),
    ],
  )
  const rows = page.rows.map((row) => ({ ...eventOf(row), bodyBytes: numberOf(row, 'body_bytes') }))
  return { rows, next: page.next }
}

/** Reads what is known of an event without its body. */
export function eventOf(row: SqlRow): Omit<EventSummary, 'bodyBytes'> {
  return {
    id: textOf(row, 'id'),
    source: textOf(row, 'source'),
    idempotencyKey: optionalText(row, 'idempotency_key'),
    receivedAtMs: numberOf(row, 'received_at_ms'),
    contentType: textOf(row, 'content_type'),
  }
}

/** Reads a page of a table by id, the newest first, and looks into no more than so many rows for it. */
export function pageOf(
  database: SqlDatabase,
  table: string,
  columns: string,
  { before, limit }: PageRequest,
  byIndex: readonly Condition[],
  byLook: readonly Condition[] = [],
): Page<SqlRow> {
  const within = [...byIndex, ...compare('id <', before)]
  const last = byLook.length === 0 ? null : horizon(database, table, within, 'DESC')
  const { sql, values } = allOf([...within, ...compare('id >=', last ?? undefined), ...byLook])
  // One more than asked for tells whether there is a next page.
  // The ids first, which an index may hold in another order: sorting whole rows would read all that there are.
  const found = database.all(
    `SELECT ${columns} FROM ${table} WHERE id IN (SELECT id FROM ${table} WHERE ${sql} ORDER BY id DESC LIMIT ?)
     ORDER BY id DESC`,
    ...values,
    limit + 1,
  )
  const rows = found.slice(0, limit)
  return { rows, next: found.length > limit ? textOf(rows.at(-1), 'id') : last }
}
