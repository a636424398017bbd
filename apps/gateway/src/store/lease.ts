import type { NewId } from '../ports.ts'
import type { ExpiredLease, LeasedDelivery, Store } from './port.ts'
import { numberOf, optionalNumber, optionalText, parseJson, textOf } from './row.ts'
import type { SqlDatabase, SqlRow, SqlValue } from './sql.ts'

type LeaseRequest = Parameters<Store['lease']>[0]

export const LEASED_COLUMNS = `id, lease_id, leased_at_ms, event_id, route, destination, operation, payload, attempts,
  counted_attempts, unsure_at_ms, batch_key, batch_id,
  (SELECT trace FROM events WHERE events.id = deliveries.event_id) AS trace`

const LEASE = `UPDATE deliveries SET state = 'leased', due_at_ms = NULL, lease_id = ?1, leased_at_ms = ?2,
  lease_until_ms = ?3, updated_at_ms = ?2`

/** Leases what is due in an order, as far as the bytes of its payloads go, which are counted without being read. */
function leaseWithin(
  database: SqlDatabase,
  { from, order, values }: { readonly from: string; readonly order: string; readonly values: readonly SqlValue[] },
  maxBytes: number | undefined,
): readonly SqlRow[] {
  const due = `${from} ORDER BY ${order} LIMIT ?${values.length}`
  if (maxBytes === undefined)
    return database.all(`${LEASE} WHERE id IN (SELECT id ${due}) RETURNING ${LEASED_COLUMNS}`, ...values)
  return database.all(
    `${LEASE} WHERE id IN (SELECT id FROM (
       SELECT id, sum(bytes) OVER (ORDER BY ${order}) AS total
       FROM (SELECT id, due_at_ms, octet_length(payload) AS bytes ${due}))
       WHERE total <= ?${values.length + 1})
     RETURNING ${LEASED_COLUMNS}, octet_length(payload) AS bytes`,
    ...values,
    maxBytes,
  )
}

const bytesLeft = (maxBytes: number | undefined, rows: readonly SqlRow[]): number | undefined =>
  maxBytes === undefined ? undefined : maxBytes - rows.reduce((sum, row) => sum + numberOf(row, 'bytes'), 0)

/** Takes the deliveries of a destination that are due, with those that may share a call with them. */
export function lease(database: SqlDatabase, newId: NewId, request: LeaseRequest): readonly LeasedDelivery[] {
  const { leaseId, nowMs, untilMs, destination, limit, maxBytes } = request
  const rows = leaseWithin(
    database,
    {
      from: `FROM deliveries WHERE destination = ?4 AND state = 'pending' AND blocked = 0 AND due_at_ms <= ?2`,
      order: 'due_at_ms, id',
      values: [leaseId, nowMs, untilMs, destination, limit],
    },
    maxBytes,
  )
  const alone = rows.filter((row) => row['batch_key'] === null).map((row) => leasedDelivery(row, null))
  if (alone.length === rows.length) return alone
  const keys = new Set(rows.flatMap((row) => optionalText(row, 'batch_key') ?? []))
  let left = bytesLeft(maxBytes, rows)
  const together = [...keys].flatMap((key) => {
    const due = rows.filter((row) => row['batch_key'] === key)
    const more = gatherMore(database, request, key, due.length, left)
    left = bytesLeft(left, more)
    return formBatches(database, newId, request, key, [...due, ...more])
  })
  return [...alone, ...together]
}

/** Fills up the last batch of what is due with others that wait. */
function gatherMore(
  database: SqlDatabase,
  { destination, leaseId, nowMs, untilMs, batchRows }: LeaseRequest,
  key: string,
  due: number,
  maxBytes: number | undefined,
): readonly SqlRow[] {
  const room = batchRows - (due % batchRows || batchRows)
  return leaseWithin(
    database,
    {
      // What waits for its next attempt waits on; what never was sent only waited for others.
      from: `FROM deliveries WHERE destination = ?4 AND batch_key = ?5 AND batch_key IS NOT NULL
        AND state = 'pending' AND blocked = 0 AND (due_at_ms <= ?2 OR attempts = 0)`,
      order: 'id',
      values: [leaseId, nowMs, untilMs, destination, key, room],
    },
    maxBytes,
  )
}

/** Forms batches of the leased deliveries with one key. */
function formBatches(
  database: SqlDatabase,
  newId: NewId,
  { batchRows }: LeaseRequest,
  key: string,
  leased: readonly SqlRow[],
): readonly LeasedDelivery[] {
  const rows = leased.toSorted((left, right) => (textOf(left, 'id') < textOf(right, 'id') ? -1 : 1))
  const batches = Array.from({ length: Math.ceil(rows.length / batchRows) }, (_, index) =>
    rows.slice(index * batchRows, (index + 1) * batchRows),
  )
  return batches.flatMap((members) => {
    const batch = { id: newId('bat'), key }
    for (const row of members) {
      database.run('UPDATE deliveries SET batch_id = ? WHERE id = ?', batch.id, textOf(row, 'id'))
    }
    return members.map((row) => leasedDelivery(row, batch))
  })
}

function leasedDelivery(row: SqlRow, batch: LeasedDelivery['batch']): LeasedDelivery {
  const trace = optionalText(row, 'trace')
  return {
    id: textOf(row, 'id'),
    leaseId: textOf(row, 'lease_id'),
    eventId: textOf(row, 'event_id'),
    route: textOf(row, 'route'),
    destination: textOf(row, 'destination'),
    operation: textOf(row, 'operation'),
    payload: parseJson(row['payload']),
    attempts: numberOf(row, 'attempts'),
    countedAttempts: numberOf(row, 'counted_attempts'),
    unsureAtMs: optionalNumber(row, 'unsure_at_ms'),
    batch,
    ...(trace === null ? {} : { trace }),
  }
}

/** Reads a delivery as it was leased, with the batch that it shares. */
export function expiredLease(row: SqlRow): ExpiredLease {
  const id = optionalText(row, 'batch_id')
  const key = optionalText(row, 'batch_key')
  const batch = id === null || key === null ? null : { id, key }
  return { ...leasedDelivery(row, batch), leasedAtMs: numberOf(row, 'leased_at_ms') }
}

/** Finds the deliveries whose lease ran out. */
export function expiredLeases(database: SqlDatabase, untilMs: number): readonly ExpiredLease[] {
  return database
    .all(
      `SELECT ${LEASED_COLUMNS} FROM deliveries WHERE state = 'leased' AND lease_until_ms <= ? ORDER BY id`,
      Math.min(untilMs, Number.MAX_SAFE_INTEGER),
    )
    .map(expiredLease)
}

/** Gives back deliveries on which no work was begun. */
export function release(database: SqlDatabase, { ids, leaseId, nowMs }: Parameters<Store['release']>[0]): void {
  for (const id of ids) {
    database.run(
      `UPDATE deliveries SET state = 'pending', due_at_ms = ?, lease_id = NULL, leased_at_ms = NULL,
         lease_until_ms = NULL WHERE id = ? AND state = 'leased' AND lease_id = ?`,
      nowMs,
      id,
      leaseId,
    )
  }
}
