import { allOf, type Condition, compare, indexed, LOOKED_AT, looked, ofKey } from './filter.ts'
import { ATTEMPT_BYTES, indexedAttempts, lookedAttempts, readAttemptSummaries } from './attempts.ts'
import { eventOf } from './list.ts'
import type {
  AttemptMatch,
  AttemptSummary,
  DeliveryMatch,
  DeliveryRow,
  EventMatch,
  EventSummary,
  Found,
  Searched,
  SearchRequest,
} from './port.ts'
import { DELIVERY_BYTES, DELIVERY_COLUMNS, deliveryOf } from './read.ts'
import { numberOf, textOf } from './row.ts'
import { queryOf } from './search-words.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

/** Where a search goes on: below an entry, or in it below a delivery. */
interface Place {
  readonly docid: number
  readonly below: string
}

const FIRST: Place = { docid: Number.MAX_SAFE_INTEGER, below: '' }

/** Searches events, the last indexed first. */
export function searchEvents(database: SqlDatabase, request: SearchRequest<EventMatch>): Found<EventSummary> {
  const { match } = request
  const conditions = [
    ...compare('e.source =', match.source),
    ...(match.idempotencyKey === undefined ? [] : [ofKey('e.id', match.idempotencyKey)]),
    ...compare('e.received_at_ms >=', match.receivedAfterMs),
    ...compare('e.received_at_ms <', match.receivedBeforeMs),
  ]
  const found = search(database, request, 'events e ON e.id = x.found_id', conditions, { id: 'e.id', bytes: '200' })
  return {
    ...found,
    rows: found.ids.flatMap(({ id, position }) =>
      database
        .all(
          `SELECT id, source, idempotency_key, received_at_ms, content_type, length(body) AS body_bytes
           FROM events WHERE id = ?`,
          id,
        )
        .map((row) => ({ position, row: { ...eventOf(row), bodyBytes: numberOf(row, 'body_bytes') } })),
    ),
  }
}

/** Searches deliveries by what is known of their events, the last indexed first. */
export function searchDeliveries(database: SqlDatabase, request: SearchRequest<DeliveryMatch>): Found<DeliveryRow> {
  const conditions = [...indexed(request.match), ...looked(request.match)]
  const found = search(database, request, 'deliveries d ON d.event_id = x.found_id', conditions, {
    id: 'd.id',
    bytes: DELIVERY_BYTES,
  })
  return {
    ...found,
    rows: found.ids.flatMap(({ id, position }) =>
      database
        .all(`SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE id = ?`, id)
        .map((row) => ({ position, row: deliveryOf(row) })),
    ),
  }
}

/** Searches the attempts of deliveries by what is known of their events, the last indexed first. */
export function searchAttempts(database: SqlDatabase, request: SearchRequest<AttemptMatch>): Found<AttemptSummary> {
  const conditions = [...indexedAttempts(request.match), ...lookedAttempts(request.match)]
  const joined = 'deliveries o ON o.event_id = x.found_id CROSS JOIN attempts a ON a.delivery_id = o.id'
  const found = search(database, request, joined, conditions, { id: 'a.id', bytes: ATTEMPT_BYTES })
  return {
    ...found,
    rows: found.ids.flatMap(({ id, position }) => readAttemptSummaries(database, id).map((row) => ({ position, row }))),
  }
}

/** Finds the ids of a page, and looks into no more entries than a page may. */
function search(
  database: SqlDatabase,
  { words, from, limit, maxBytes }: SearchRequest<unknown>,
  joined: string,
  conditions: readonly Condition[],
  column: { readonly id: string; readonly bytes: string },
): Omit<Found<never>, 'rows'> & { readonly ids: readonly { id: string; position: string }[] } {
  const query = queryOf(words)
  const searched = howFar(database)
  const place = from === undefined ? FIRST : placeOf(from)
  if (query === null || place === null) return { ids: [], next: null, searched, lost: place === null }
  const last = horizon(database, query, place)
  const { sql, values } = allOf(conditions)
  // `CROSS JOIN` keeps the words first: every other order would read all events.
  const rows = database.all(
    `SELECT s.rowid AS docid, ${column.id} AS id, ${column.bytes} AS bytes
     FROM search_words s CROSS JOIN (SELECT docid, event_id AS found_id FROM search_docs) x ON x.docid = s.rowid CROSS JOIN ${joined}
     WHERE s.search_words MATCH ? AND s.rowid <= ? AND s.rowid >= ? AND (s.rowid < ? OR ${column.id} < ?) AND ${sql}
     ORDER BY s.rowid DESC, ${column.id} DESC LIMIT ?`,
    query,
    place.docid,
    last ?? Number.MIN_SAFE_INTEGER,
    place.docid,
    place.below,
    ...values,
    limit + 1,
  )
  const page = withinBytes(rows.slice(0, limit), maxBytes)
  const ids = page.map((row, index) => ({ id: textOf(row, 'id'), position: positionOf(row, rows[index + 1]) }))
  const end = last === null ? null : `${last}`
  return { ids, next: page.length < rows.length ? (ids.at(-1)?.position ?? end) : end, searched, lost: false }
}

/** The last of the entries that a page may look at, or null when there are not so many. */
function horizon(database: SqlDatabase, query: string, { docid }: Place): number | null {
  const [row] = database.all(
    `SELECT rowid AS docid FROM search_words WHERE search_words MATCH ? AND rowid <= ?
     ORDER BY rowid DESC LIMIT 1 OFFSET ${LOOKED_AT - 1}`,
    query,
    docid,
  )
  return row === undefined ? null : numberOf(row, 'docid')
}

/** Ends a page before it has more bytes than that; one row goes whatever it has. */
function withinBytes(rows: readonly SqlRow[], maxBytes: number): readonly SqlRow[] {
  let bytes = 0
  const end = rows.findIndex((row, index) => (bytes += numberOf(row, 'bytes')) > maxBytes && index > 0)
  return end < 0 ? rows : rows.slice(0, end)
}

/** Where a search goes on behind a row: short where nothing more of the same entry follows, for over shards there are many. */
function positionOf(row: SqlRow, following: SqlRow | undefined): string {
  const docid = numberOf(row, 'docid')
  return following?.['docid'] === row['docid'] ? `${docid}.${textOf(row, 'id')}` : `${docid}`
}

function placeOf(position: string): Place | null {
  const [, docid = '', below = ''] = /^(-?\d{1,15})(?:\.(\w{1,60}))?$/.exec(position) ?? []
  return docid === '' ? null : { docid: Number(docid), below }
}

/** Says from when to when the index is complete; null for no bound. */
function howFar(database: SqlDatabase): Searched {
  const [row] = database.all(
    `SELECT CASE WHEN older_to = '' THEN NULL ELSE older_to_ms END AS from_ms,
       (SELECT at_ms FROM changes WHERE seq > read_to ORDER BY seq LIMIT 1) AS to_ms FROM search_state`,
  )
  const at = (value: SqlRow[string] | undefined) => (typeof value === 'number' ? value : null)
  return { fromMs: at(row?.['from_ms']), toMs: at(row?.['to_ms']) }
}
