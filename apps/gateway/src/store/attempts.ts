import { compare, type Condition, oneOfThem } from './filter.ts'
import { pageOf } from './list.ts'
import type { AttemptFilter, AttemptMatch, AttemptRow, AttemptSummary, Page } from './port.ts'
import { attemptOf } from './read.ts'
import { textOf } from './row.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

const of = (column: string) => `(SELECT ${column} FROM deliveries d WHERE d.id = delivery_id) AS ${column}`
/** A summary has so many bytes at most, as a rule: its longest part is a sentence of an upstream. */
export const ATTEMPT_BYTES = '2000'
const COLUMNS = `id, delivery_id, number, started_at_ms, ended_at_ms, outcome, code, detail, counted, batch_id,
  ${['event_id', 'source', 'route', 'destination', 'operation'].map(of).join(', ')}`

/** Their steps are not even read. */
const SUMMARY_COLUMNS = `${COLUMNS}, '[]' AS steps`

/** Lists attempts, the newest first, without what was sent and answered. */
export function listAttempts(database: SqlDatabase, filter: AttemptFilter): Page<AttemptSummary> {
  const { rows, next } = pageOf(
    database,
    'attempts',
    SUMMARY_COLUMNS,
    filter,
    indexedAttempts(filter),
    lookedAttempts(filter),
  )
  return { rows: rows.map(summaryOf), next }
}

/** Reads an attempt without what was sent and answered. */
export function readAttemptSummaries(database: SqlDatabase, id: string): readonly AttemptSummary[] {
  return database.all(`SELECT ${SUMMARY_COLUMNS} FROM attempts WHERE id = ?`, id).map(summaryOf)
}

/** Lists what an index answers of a filter. */
export function indexedAttempts({ deliveryId }: AttemptMatch): readonly Condition[] {
  return compare('delivery_id =', deliveryId)
}

/** Lists what has to be looked for in each row, and in the delivery of each. */
export function lookedAttempts(filter: AttemptMatch): readonly Condition[] {
  const ofDelivery = [
    ...compare('d.event_id =', filter.eventId),
    ...compare('d.destination =', filter.destination),
    ...compare('d.source =', filter.source),
    ...compare('d.route =', filter.route),
  ].map(([sql, ...values]): Condition => {
    return [`EXISTS (SELECT 1 FROM deliveries d WHERE d.id = delivery_id AND ${sql})`, ...values]
  })
  const { outcomes, counted } = filter
  return [
    ...ofDelivery,
    ...(outcomes === undefined ? [] : [oneOfThem('outcome', outcomes)]),
    ...compare('code =', filter.code),
    ...compare('counted =', counted === undefined ? undefined : Number(counted)),
    ...compare('started_at_ms >=', filter.startedAfterMs),
    ...compare('started_at_ms <', filter.startedBeforeMs),
  ]
}

/** Reads one attempt with its steps. */
export function readAttempt(database: SqlDatabase, id: string): AttemptRow | null {
  const [row] = database.all(
    `SELECT ${COLUMNS}, coalesce((SELECT b.steps FROM batches b WHERE b.id = batch_id), steps) AS steps
     FROM attempts WHERE id = ?`,
    id,
  )
  return row === undefined ? null : { ...summaryOf(row), steps: attemptOf(row).steps }
}

function summaryOf(row: SqlRow): AttemptSummary {
  const { steps: _, ...attempt } = attemptOf(row)
  return {
    ...attempt,
    deliveryId: textOf(row, 'delivery_id'),
    eventId: textOf(row, 'event_id'),
    source: textOf(row, 'source'),
    route: textOf(row, 'route'),
    destination: textOf(row, 'destination'),
    operation: textOf(row, 'operation'),
  }
}
