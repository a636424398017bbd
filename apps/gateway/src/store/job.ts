import { allOf, type Condition, compare, horizon, indexed, looked } from './filter.ts'
import { paceOf } from './job-pace.ts'
import { pageOf } from './list.ts'
import { DECISIONS, type Job, JOB_STATES, type JobFilter, type JobStep, type NewJob } from './port.ts'
import type { Page, PageRequest, Store } from './port.ts'
import { resolve } from './resolve.ts'
import { numberOf, oneOf, optionalNumber, optionalText, textOf } from './row.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

const JOB_COLUMNS = `id, decide, filter, rate_per_second, asked_by, why, state, created_at_ms, walked_to, walk_to, done,
  skipped, next_at_ms, ended_at_ms, cancelled_by, expected`

/** Where a job looks: an index, and what it holds. */
interface Scope {
  readonly from: string
  readonly within: readonly Condition[]
}

/** Few deliveries are dead or parked: they have an index of their own, which SQLite uses for this very condition only. */
const UNRESOLVED: Scope = {
  from: 'deliveries INDEXED BY deliveries_unresolved',
  within: [[`(state = 'dead' OR state = 'parked')`]],
}

/** Many may wait; those of one destination are found in order. */
function scopeOf({ state, destination }: JobFilter): Scope {
  if (state !== 'pending') return UNRESOLVED
  return {
    from: 'deliveries INDEXED BY deliveries_by_state',
    within: [[`state = 'pending'`], ...compare('destination =', destination)],
  }
}

/** How many deliveries a count names. */
const SAMPLE = 20

/** Lists what a delivery must be for a job to decide about it. */
function conditionsOf({ action, filter }: Pick<NewJob, 'action' | 'filter'>): readonly Condition[] {
  const fits: readonly Condition[] =
    action === 'delivered' ? [[`state = 'parked'`]] : action === 'acknowledge' ? [['acknowledged_at_ms IS NULL']] : []
  return [...indexed(filter), ...looked(filter), ...fits]
}

/** Counts the deliveries that a job would decide about now, a part of them at a time, and names the oldest. */
export function countMatching(
  database: SqlDatabase,
  { after, ...job }: Parameters<Store['countMatching']>[0],
): Awaited<ReturnType<Store['countMatching']>> {
  const scope = scopeOf(job.filter)
  const within: readonly Condition[] = [...scope.within, ['id > ?', after]]
  const last = horizon(database, scope.from, within, 'ASC')
  const { sql, values } = allOf([...within, ...compare('id <=', last ?? undefined), ...conditionsOf(job)])
  const found = database.all(`SELECT id FROM ${scope.from} WHERE ${sql} ORDER BY id`, ...values)
  const sample = found.slice(0, SAMPLE).map((row) => textOf(row, 'id'))
  return { count: found.length, sample, next: last }
}

/** Begins a job; its first step is due at `firstAtMs`. */
export function addJob(database: SqlDatabase, job: NewJob, firstAtMs: number = job.createdAtMs): Job {
  const { from, within } = scopeOf(job.filter)
  const { sql, values } = allOf(within)
  const [row] = database.all(
    `INSERT INTO jobs (id, decide, filter, rate_per_second, asked_by, why, state, created_at_ms, walked_to, next_at_ms,
       expected, walk_to)
     VALUES (?, ?, ?, ?, ?, ?, 'running', ?, '', ?, ?, coalesce((SELECT max(id) FROM ${from} WHERE ${sql}), ''))
     RETURNING ${JOB_COLUMNS}`,
    job.id,
    job.action,
    JSON.stringify(job.filter),
    job.ratePerSecond,
    job.by,
    job.why,
    job.createdAtMs,
    firstAtMs,
    job.expected,
    ...values,
  )
  if (row === undefined) throw new TypeError('store: a job that was inserted is not there')
  return jobOf(row)
}

/** Goes on with the job that is due the longest. */
export function stepJobs(database: SqlDatabase, { nowMs, limit }: Parameters<Store['stepJobs']>[0]): JobStep {
  const [due] = database.all(
    `SELECT ${JOB_COLUMNS} FROM jobs WHERE state = 'running' AND next_at_ms <= ? ORDER BY next_at_ms, id LIMIT 1`,
    nowMs,
  )
  const destinations = due === undefined ? [] : step(database, due, nowMs, limit)
  const [next] = database.all(`SELECT min(next_at_ms) AS next FROM jobs WHERE state = 'running'`)
  return { destinations, nextAtMs: optionalNumber(next, 'next') }
}

function step(database: SqlDatabase, row: SqlRow, nowMs: number, limit: number): readonly string[] {
  const job = jobOf(row)
  const { id, ratePerSecond, action: as, by, why } = job
  const scope = scopeOf(job.filter)
  const within: readonly Condition[] = [
    ...scope.within,
    ['id > ?', textOf(row, 'walked_to')],
    ['id <= ?', textOf(row, 'walk_to')],
  ]
  const last = horizon(database, scope.from, within, 'ASC')
  const { sql, values } = allOf([...within, ...compare('id <=', last ?? undefined), ...conditionsOf(job)])
  const pace = ratePerSecond === null ? { size: limit, everyMs: 0 } : paceOf(ratePerSecond)
  const size = Math.min(limit, pace.size)
  const found = database.all(
    `SELECT id, destination, updated_at_ms FROM ${scope.from} WHERE ${sql} ORDER BY id LIMIT ?`,
    ...values,
    size,
  )
  // One that died since has its own story: this job may be what sent it again.
  const meant = found.filter((delivery) => numberOf(delivery, 'updated_at_ms') <= job.createdAtMs)
  const decided = meant.filter((delivery) =>
    resolve(database, { id: textOf(delivery, 'id'), atMs: nowMs, as, by, why }),
  )
  const walkedTo = found.length === size ? textOf(found.at(-1), 'id') : last
  const waitMs = decided.length === 0 ? 0 : pace.everyMs
  // A step that is a little late makes the next one no later, or a job of an hour would take longer than it says.
  const dueAtMs = numberOf(row, 'next_at_ms')
  const fromMs = nowMs - dueAtMs < waitMs / 2 ? dueAtMs : nowMs
  database.run(
    `UPDATE jobs SET done = done + ?2, skipped = skipped + ?3, walked_to = coalesce(?4, walk_to),
       state = CASE WHEN ?4 IS NULL THEN 'done' ELSE 'running' END,
       ended_at_ms = CASE WHEN ?4 IS NULL THEN ?5 END,
       next_at_ms = CASE WHEN ?4 IS NULL THEN NULL ELSE ?6 END
     WHERE id = ?1`,
    id,
    decided.length,
    found.length - decided.length,
    walkedTo,
    nowMs,
    fromMs + waitMs,
  )
  return [...new Set(decided.map((delivery) => textOf(delivery, 'destination')))]
}

/** Ends a job before it is done. */
export function cancelJob(database: SqlDatabase, { id, by, atMs }: Parameters<Store['cancelJob']>[0]): boolean {
  const changed = database.run(
    `UPDATE jobs SET state = 'cancelled', next_at_ms = NULL, ended_at_ms = ?, cancelled_by = ?
     WHERE id = ? AND state = 'running'`,
    atMs,
    by,
    id,
  )
  return changed > 0
}

/** Reads a job. */
export function readJob(database: SqlDatabase, id: string): Job | null {
  const [row] = database.all(`SELECT ${JOB_COLUMNS} FROM jobs WHERE id = ?`, id)
  return row === undefined ? null : jobOf(row)
}

/** Lists jobs, the newest first. */
export function listJobs(database: SqlDatabase, page: PageRequest): Page<Job> {
  const { rows, next } = pageOf(database, 'jobs', JOB_COLUMNS, page, [])
  return { rows: rows.map(jobOf), next }
}

function jobOf(row: SqlRow): Job {
  return {
    id: textOf(row, 'id'),
    action: oneOf(DECISIONS, row['decide']),
    filter: JSON.parse(textOf(row, 'filter')) as JobFilter,
    ratePerSecond: optionalNumber(row, 'rate_per_second'),
    by: textOf(row, 'asked_by'),
    why: textOf(row, 'why'),
    createdAtMs: numberOf(row, 'created_at_ms'),
    state: oneOf(JOB_STATES, row['state']),
    done: numberOf(row, 'done'),
    skipped: numberOf(row, 'skipped'),
    nextAtMs: optionalNumber(row, 'next_at_ms'),
    endedAtMs: optionalNumber(row, 'ended_at_ms'),
    cancelledBy: optionalText(row, 'cancelled_by'),
    expected: optionalNumber(row, 'expected'),
  }
}
