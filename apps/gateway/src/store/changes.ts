import type { Change, ChangeMatch, ChangesRead, DeliveryRow, Store } from './port.ts'
import { DELIVERY_COLUMNS, deliveryOf } from './read.ts'
import { numberOf, oneOf, optionalNumber, optionalText, textOf } from './row.ts'
import { DELIVERY_STATES } from './port.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

/** How many changes one reading looks at: some milliseconds. */
const LOOKED_AT = 500

/**
 * A place among the changes: all up to a number were told; or all before it, and of the event that it stands for the
 * deliveries up to one.
 */
interface Place {
  readonly seq: number
  readonly deliveryId: string | null
}

/** Reads what became of deliveries after a place, in the order of the commits. */
export function readChanges(
  database: SqlDatabase,
  { after, match, limit, maxBytes }: Parameters<Store['readChanges']>[0],
): ChangesRead {
  const [kept] = database.all('SELECT min(seq) AS first, max(seq) AS last FROM changes')
  const last = optionalNumber(kept, 'last') ?? 0
  const place = after === null ? { seq: last, deliveryId: null } : placeOf(after)
  if (place === null || isLost(place, optionalNumber(kept, 'first') ?? 1, last)) {
    return { changes: [], position: String(last), more: false, lost: true }
  }
  const rows = database.all(
    `SELECT seq, event_id, delivery_id, state, at_ms FROM changes WHERE seq > ? ORDER BY seq LIMIT ?`,
    place.deliveryId === null ? place.seq : place.seq - 1,
    LOOKED_AT,
  )
  const changes: Change[] = []
  let bytes = 0
  for (const row of rows) {
    for (const change of changesOf(database, row, place)) {
      if (!fits(change.delivery, change.state, match)) continue
      bytes += JSON.stringify(change.delivery).length
      changes.push(change)
      if (changes.length >= limit || bytes >= maxBytes) {
        return { changes, position: change.position, more: true, lost: false }
      }
    }
  }
  const position = rows.length === 0 ? writePlace(place) : String(numberOf(rows.at(-1), 'seq'))
  return { changes, position, more: rows.length === LOOKED_AT, lost: false }
}

/** Whether something after a place is no longer kept, or the place is none of this database. */
function isLost({ seq, deliveryId }: Place, first: number, last: number): boolean {
  return seq > last || (deliveryId === null ? seq + 1 < first : seq < first)
}

/** Makes the changes that a row stands for, as far as their deliveries are still there. */
function changesOf(database: SqlDatabase, row: SqlRow, from: Place): readonly Change[] {
  const seq = numberOf(row, 'seq')
  const atMs = numberOf(row, 'at_ms')
  const eventId = optionalText(row, 'event_id')
  if (eventId === null) {
    const id = textOf(row, 'delivery_id')
    const state = oneOf(DELIVERY_STATES, row['state'])
    return deliveriesOf(database, 'id = ?', id).map((delivery) => ({ position: String(seq), state, atMs, delivery }))
  }
  const told = seq === from.seq ? (from.deliveryId ?? '') : ''
  const deliveries = deliveriesOf(database, 'event_id = ? AND replay_id IS NULL AND id > ?', eventId, told)
  return deliveries.map((delivery, index) => {
    const deliveryId = index === deliveries.length - 1 ? null : delivery.id
    return { position: writePlace({ seq, deliveryId }), state: 'pending', atMs, delivery }
  })
}

function deliveriesOf(database: SqlDatabase, condition: string, ...values: readonly string[]): readonly DeliveryRow[] {
  return database
    .all(`SELECT ${DELIVERY_COLUMNS} FROM deliveries WHERE ${condition} ORDER BY id`, ...values)
    .map(deliveryOf)
}

function fits(delivery: DeliveryRow, state: Change['state'], match: ChangeMatch): boolean {
  const { destination, source, route, states } = match
  return (
    (destination === undefined || delivery.destination === destination) &&
    (source === undefined || delivery.source === source) &&
    (route === undefined || delivery.route === route) &&
    (states === undefined || states.includes(state))
  )
}

const writePlace = ({ seq, deliveryId }: Place): string => (deliveryId === null ? String(seq) : `${seq}.${deliveryId}`)

function placeOf(position: string): Place | null {
  const [, seq, deliveryId] = /^(\d{1,15})(?:\.(dlv_[0-9A-Za-z]{1,40}))?$/.exec(position) ?? []
  return seq === undefined ? null : { seq: Number(seq), deliveryId: deliveryId ?? null }
}

/** Forgets the oldest changes, so many at once, that are older than a time. The newest is never forgotten. */
export function removeChanges(database: SqlDatabase, beforeMs: number, limit: number): void {
  const [oldest] = database.all(
    `SELECT max(seq) AS seq FROM (SELECT seq, at_ms FROM changes WHERE seq < (SELECT max(seq) FROM changes) ORDER BY seq LIMIT ?)
     WHERE at_ms < ?`,
    limit,
    beforeMs,
  )
  const upTo = optionalNumber(oldest, 'seq')
  if (upTo === null) return
  database.run('DELETE FROM changes WHERE seq <= ?', upTo)
  // What the index had not read yet is found among the events themselves, as what there was before the index.
  database.run(
    `UPDATE search_state SET read_to = ?1, older_to = '~', older_to_ms = max(older_to_ms, ?2) WHERE read_to < ?1`,
    upTo,
    beforeMs,
  )
}
