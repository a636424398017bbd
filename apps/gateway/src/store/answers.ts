import type { AnswerClaim, AnswerRequest, KeptAnswer, Store } from './port.ts'
import { numberOf, oneOf, optionalText, textOf } from './row.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

const STATES = ['running', 'answered', 'unsure'] as const

/** Claims a key for a request, or says what became of the first one with it. */
export function beginAnswer(database: SqlDatabase, request: AnswerRequest): AnswerClaim {
  const { caller, key, fingerprint, nowMs, untilMs, knownSinceMs } = request
  const [row] = database.all('SELECT * FROM answers WHERE caller = ? AND idempotency_key = ?', caller, key)
  if (row !== undefined && numberOf(row, 'begun_at_ms') > knownSinceMs) {
    const claim = claimOf(row, request)
    if (claim !== null) return claim
  } else if (request.onlyKnown) return { kind: 'unknown' }
  database.run(
    `INSERT OR REPLACE INTO answers (caller, idempotency_key, fingerprint, state, begun_at_ms, until_ms)
     VALUES (?, ?, ?, 'running', ?, ?)`,
    caller,
    key,
    fingerprint,
    nowMs,
    untilMs,
  )
  return { kind: 'begun' }
}

/** What became of the first request with a key; null where this one may take its place. */
function claimOf(row: SqlRow, { fingerprint, nowMs, repeatable }: AnswerRequest): AnswerClaim | null {
  if (textOf(row, 'fingerprint') !== fingerprint) return { kind: 'conflict' }
  const state = oneOf(STATES, row['state'])
  if (state === 'answered') return { kind: 'answered', answer: answerOf(row) }
  if (state === 'running' && numberOf(row, 'until_ms') > nowMs) return { kind: 'running' }
  return repeatable ? null : { kind: 'unsure' }
}

function answerOf(row: SqlRow): KeptAnswer {
  return {
    status: numberOf(row, 'status'),
    headers: JSON.parse(textOf(row, 'headers')) as KeptAnswer['headers'],
    body: optionalText(row, 'body'),
  }
}

/** Keeps the answer to the request that claimed a key; or forgets the claim, where it had no effect. */
export function endAnswer(database: SqlDatabase, { caller, key, answer }: Parameters<Store['endAnswer']>[0]): void {
  const which = `WHERE caller = ? AND idempotency_key = ? AND state <> 'answered'`
  if (answer === null) {
    database.run(`DELETE FROM answers ${which}`, caller, key)
    return
  }
  const { status, headers, body } = answer
  database.run(
    `UPDATE answers SET state = 'answered', status = ?, headers = ?, body = ? ${which}`,
    status,
    JSON.stringify(headers),
    body,
    caller,
    key,
  )
}

/** Takes note that whatever was being worked on died with its process. */
export function abandonAnswers(database: SqlDatabase): void {
  database.run(`UPDATE answers SET state = 'unsure' WHERE state = 'running'`)
}

/** Removes answers whose time is over. */
export function removeAnswers(
  database: SqlDatabase,
  { beforeMs, limit }: Parameters<Store['removeAnswers']>[0],
): number {
  return database.run(
    'DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE begun_at_ms <= ? ORDER BY begun_at_ms LIMIT ?)',
    beforeMs,
    limit,
  )
}
