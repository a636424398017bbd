import { StoreError } from '@sluice/errors'
import type { NewId } from '../ports.ts'
import { type Commit, createGroupCommit, storeError } from './group-commit.ts'
import type {
  AcceptResult,
  Acceptance,
  Json,
  LeasedDelivery,
  NewDelivery,
  NewEvent,
  RecordRequest,
  Store,
} from './port.ts'
import {
  countDeliveries,
  listDeliveries,
  nextDueAtMs,
  parseJson,
  readDelivery,
  readEvent,
  readGates,
  textOf,
  numberOf,
} from './read.ts'
import { MIGRATIONS } from './schema.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

export interface SqliteStoreOptions {
  readonly database: SqlDatabase
  readonly newId: NewId
  /** See {@link createGroupCommit}. */
  readonly defer: (callback: () => void) => void
}

/**
 * Creates the store on a SQLite database, and brings its schema up to date.
 *
 * @throws StoreError `MIGRATION_FAILED` the database was written by a newer version, or a migration cannot run.
 */
export function createSqliteStore({ database, newId, defer }: SqliteStoreOptions): Store {
  migrate(database)
  const commit: Commit = createGroupCommit(database, defer)
  return {
    accept: (event) => commit(() => accept(database, event)),
    lease: (request) => commit(() => lease(database, request)),
    record: (record) => commit(() => writeRecord(database, record)),
    release: (request) => commit(() => release(database, request)),
    recoverLeases: (request) => commit(() => recoverLeases(database, newId, request)),
    resolve: (request) => commit(() => resolve(database, request)),
    saveGate: (destination, gate) => commit(() => writeGate(database, destination, gate)),
    readGates: async () => read(() => readGates(database)),
    nextDueAtMs: async (destination) => read(() => nextDueAtMs(database, destination)),
    readEvent: async (id) => read(() => readEvent(database, id)),
    readDelivery: async (id) => read(() => readDelivery(database, id)),
    listDeliveries: async (filter) => read(() => listDeliveries(database, filter)),
    countDeliveries: async () => read(() => countDeliveries(database)),
    check: (nowMs) => commit(() => beat(database, nowMs)),
  }
}

function read<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw storeError(error)
  }
}

/** Writes a value that differs each time: SQLite leaves a page alone that would not change, and proves nothing. */
function beat(database: SqlDatabase, nowMs: number): void {
  database.run('INSERT INTO heartbeat (id, at_ms) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET at_ms = ?1', nowMs)
}

function migrate(database: SqlDatabase): void {
  database.run('CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT')
  const current = numberOf(
    database.all('SELECT coalesce(max(version), 0) AS version FROM schema_version')[0],
    'version',
  )
  if (current > MIGRATIONS.length) {
    throw new StoreError(
      'MIGRATION_FAILED',
      `store: written by a newer version (schema ${current}, this one knows ${MIGRATIONS.length})`,
    )
  }
  for (const [index, statements] of MIGRATIONS.entries()) {
    if (index < current) continue
    try {
      database.transaction(() => {
        for (const statement of statements) database.run(statement)
        database.run('DELETE FROM schema_version')
        database.run('INSERT INTO schema_version (version) VALUES (?)', index + 1)
      })
    } catch (error) {
      throw new StoreError('MIGRATION_FAILED', `store: migration ${index + 1} failed`, error)
    }
  }
}

function accept(database: SqlDatabase, event: NewEvent): AcceptResult {
  const stored = database.run(
    `INSERT INTO events (id, source, idempotency_key, received_at_ms, content_type, body) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (source, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING`,
    event.id,
    event.source,
    event.idempotencyKey,
    event.receivedAtMs,
    event.contentType,
    event.body,
  )
  if (stored === 0) return findRepeat(database, event)
  for (const delivery of event.deliveries) insertDelivery(database, event, delivery)
  return { kind: 'stored', acceptance: { eventId: event.id, deliveries: event.deliveries.map(acceptedDelivery) } }
}

/**
 * This runs for every delivery of every event, and a parameter costs as much as a column: what is the same in every
 * fresh delivery is written into the statement. A row at a time, because SQLite keeps copies of the pages that a
 * statement of several rows touches, which takes twice as long.
 */
function insertDelivery(database: SqlDatabase, event: NewEvent, delivery: NewDelivery): void {
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
  if (delivery.reason === null) return
  database.run(
    `UPDATE deliveries SET state = 'dead', due_at_ms = NULL, reason_code = ?, reason_detail = ? WHERE id = ?`,
    delivery.reason.code,
    delivery.reason.detail,
    delivery.id,
  )
}

function acceptedDelivery(delivery: Acceptance['deliveries'][number]): Acceptance['deliveries'][number] {
  return { id: delivery.id, destination: delivery.destination, operation: delivery.operation }
}

function findRepeat(database: SqlDatabase, event: NewEvent): AcceptResult {
  const [first] = database.all(
    'SELECT id, body FROM events WHERE source = ? AND idempotency_key = ?',
    event.source,
    event.idempotencyKey,
  )
  const body = first?.['body']
  if (!(body instanceof Uint8Array) || !sameBytes(body, event.body)) return { kind: 'conflict' }
  const eventId = textOf(first, 'id')
  const rows = database.all('SELECT id, destination, operation FROM deliveries WHERE event_id = ? ORDER BY id', eventId)
  const deliveries = rows.map((row) => ({
    id: textOf(row, 'id'),
    destination: textOf(row, 'destination'),
    operation: textOf(row, 'operation'),
  }))
  return { kind: 'repeated', acceptance: { eventId, deliveries } }
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let index = 0; index < left.length; index += 1) if (left[index] !== right[index]) return false
  return true
}

function lease(database: SqlDatabase, request: Parameters<Store['lease']>[0]): readonly LeasedDelivery[] {
  const rows = database.all(
    `UPDATE deliveries SET state = 'leased', due_at_ms = NULL, lease_id = ?1, leased_at_ms = ?2, lease_until_ms = ?3,
       updated_at_ms = ?2
     WHERE id IN (
       SELECT id FROM deliveries WHERE destination = ?4 AND state = 'pending' AND due_at_ms <= ?2
       ORDER BY due_at_ms, id LIMIT ?5)
     RETURNING id, event_id, route, destination, operation, payload, attempts, counted_attempts, unsure_at_ms`,
    request.leaseId,
    request.nowMs,
    request.untilMs,
    request.destination,
    request.limit,
  )
  return rows.map((row) => leasedDelivery(row, request.leaseId))
}

function leasedDelivery(row: SqlRow, leaseId: string): LeasedDelivery {
  return {
    id: textOf(row, 'id'),
    leaseId,
    eventId: textOf(row, 'event_id'),
    route: textOf(row, 'route'),
    destination: textOf(row, 'destination'),
    operation: textOf(row, 'operation'),
    payload: parseJson(row['payload']),
    attempts: numberOf(row, 'attempts'),
    countedAttempts: numberOf(row, 'counted_attempts'),
    unsureAtMs: row['unsure_at_ms'] === null ? null : numberOf(row, 'unsure_at_ms'),
  }
}

function release(database: SqlDatabase, { ids, leaseId, nowMs }: Parameters<Store['release']>[0]): void {
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

function writeRecord(database: SqlDatabase, record: RecordRequest): boolean {
  const counted = record.attempts.filter((attempt) => attempt.counted).length
  const changed = database.run(
    `UPDATE deliveries SET state = ?, due_at_ms = ?, unsure_at_ms = ?, reason_code = ?, reason_detail = ?, receipt = ?, updated_at_ms = ?,
       attempts = attempts + ?, counted_attempts = counted_attempts + ?,
       lease_id = NULL, leased_at_ms = NULL, lease_until_ms = NULL
     WHERE id = ? AND state = 'leased' AND lease_id = ?`,
    record.state,
    record.dueAtMs,
    record.unsureAtMs,
    record.reason?.code ?? null,
    record.reason?.detail ?? null,
    jsonOrNull(record.receipt),
    record.nowMs,
    record.attempts.length,
    counted,
    record.deliveryId,
    record.leaseId,
  )
  // Without its lease this process no longer speaks for the delivery: somebody else may have sent it meanwhile.
  if (changed === 0) return false
  for (const attempt of record.attempts) {
    database.run(
      `INSERT INTO attempts (id, delivery_id, number, started_at_ms, ended_at_ms, outcome, code, detail, counted, steps)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      attempt.id,
      record.deliveryId,
      attempt.number,
      attempt.startedAtMs,
      attempt.endedAtMs,
      attempt.outcome,
      attempt.code,
      attempt.detail,
      attempt.counted ? 1 : 0,
      JSON.stringify(attempt.steps),
    )
  }
  if (record.gate !== null) {
    const [row] = database.all('SELECT destination FROM deliveries WHERE id = ?', record.deliveryId)
    writeGate(database, textOf(row, 'destination'), record.gate)
  }
  return true
}

function writeGate(database: SqlDatabase, destination: string, gate: Json): void {
  database.run(
    'INSERT INTO gates (destination, state) VALUES (?1, ?2) ON CONFLICT (destination) DO UPDATE SET state = ?2',
    destination,
    JSON.stringify(gate),
  )
}

/** What each decision makes of a delivery, and from which states. */
const RESOLVED = {
  resend: `state = 'pending', due_at_ms = ?2, unsure_at_ms = NULL, counted_attempts = 0 WHERE id = ?1 AND state IN ('dead', 'parked')`,
  delivered: `state = 'delivered', due_at_ms = NULL, reason_code = NULL WHERE id = ?1 AND state = 'parked'`,
  drop: `state = 'dropped', due_at_ms = NULL WHERE id = ?1 AND state IN ('dead', 'parked')`,
} as const

function resolve(database: SqlDatabase, { id, atMs, as, by, why }: Parameters<Store['resolve']>[0]): boolean {
  if (database.run(`UPDATE deliveries SET updated_at_ms = ?2, ${RESOLVED[as]}`, id, atMs) === 0) return false
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

function jsonOrNull(value: Json): string | null {
  return value === null ? null : JSON.stringify(value)
}

function recoverLeases(
  database: SqlDatabase,
  newId: NewId,
  { untilMs, nowMs, maxAttempts }: Parameters<Store['recoverLeases']>[0],
): number {
  const expired = database.all(
    `SELECT id, lease_id, leased_at_ms, attempts, counted_attempts FROM deliveries WHERE state = 'leased' AND lease_until_ms <= ?`,
    Math.min(untilMs, Number.MAX_SAFE_INTEGER),
  )
  for (const row of expired) {
    const last = numberOf(row, 'counted_attempts') + 1 >= maxAttempts
    writeRecord(database, {
      deliveryId: textOf(row, 'id'),
      leaseId: textOf(row, 'lease_id'),
      attempts: [
        {
          id: newId('att'),
          number: numberOf(row, 'attempts') + 1,
          startedAtMs: numberOf(row, 'leased_at_ms'),
          endedAtMs: nowMs,
          outcome: 'unsure',
          code: PROCESS_DIED.code,
          detail: PROCESS_DIED.detail,
          counted: true,
          steps: [],
        },
      ],
      state: last ? 'dead' : 'pending',
      dueAtMs: last ? null : nowMs,
      unsureAtMs: nowMs,
      reason: PROCESS_DIED,
      receipt: null,
      nowMs,
      gate: null,
    })
  }
  return expired.length
}

const PROCESS_DIED = {
  code: 'PROCESS_DIED',
  detail: 'The process ended during the attempt, so nobody knows whether it landed.',
}
