import { SCOPES } from '../config-shapes.ts'
import type { Page } from '../store/port.ts'
import { numberOf, oneOf, optionalNumber, optionalText, textOf } from '../store/row.ts'
import type { SqlDatabase, SqlRow } from '../store/sql.ts'
import type { ControlStore, NewKey, NewSecret, StoredKey, StoredSecret } from './port.ts'

/** Keys that have not been revoked: more are a program that makes them in a loop. */
const MAX_KEYS = 1000
/** How often the use of a key is noted. */
const NOTED_EVERY_MS = 3_600_000

/** Accepted at a time: not revoked and not expired. */
const LIVE = 'revoked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > ?)'

type Request<Method extends keyof ControlStore> = Parameters<ControlStore[Method]>[0]

export function addKey(database: SqlDatabase, key: NewKey): 'added' | 'name-taken' | 'too-many' {
  const [counts] = database.all(
    'SELECT count(*) AS keys, coalesce(sum(name = ?), 0) AS named FROM keys WHERE revoked_at_ms IS NULL',
    key.name,
  )
  if (numberOf(counts, 'named') > 0) return 'name-taken'
  if (numberOf(counts, 'keys') >= MAX_KEYS) return 'too-many'
  const { atMs, by } = key.secret
  database.run(
    `INSERT INTO keys (id, name, scopes, sources, rate_per_minute, created_at_ms, created_by, expires_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    key.id,
    key.name,
    JSON.stringify(key.scopes),
    key.sources === null ? null : JSON.stringify(key.sources),
    key.ratePerMinute,
    atMs,
    by,
    key.expiresAtMs,
  )
  addSecret(database, key.id, key.secret)
  return 'added'
}

/** A digest that was used before, even by a key that has ended, breaks the primary key. */
function addSecret(database: SqlDatabase, keyId: string, { digest, prefix, atMs, by }: NewSecret): void {
  database.run(
    'INSERT INTO key_secrets (digest, key_id, prefix, created_at_ms, created_by) VALUES (?, ?, ?, ?, ?)',
    digest,
    keyId,
    prefix,
    atMs,
    by,
  )
}

/** The digest is looked up in an index: how long that takes tells of no secret, since nobody chooses a digest. */
export function findKey(database: SqlDatabase, digest: string, nowMs: number): StoredKey | null {
  const [row] = database.all(
    `SELECT keys.* FROM key_secrets JOIN keys ON keys.id = key_id
       WHERE digest = ? AND (ends_at_ms IS NULL OR ends_at_ms > ?) AND ${LIVE}`,
    digest,
    nowMs,
    nowMs,
  )
  return row === undefined ? null : keyOf(database, row)
}

export function readKey(database: SqlDatabase, id: string): StoredKey | null {
  const [row] = database.all('SELECT * FROM keys WHERE id = ?', id)
  return row === undefined ? null : keyOf(database, row)
}

export function listKeys(database: SqlDatabase, { limit, before }: Request<'listKeys'>): Page<StoredKey> {
  // Every id comes before a tilde.
  const rows = database.all('SELECT * FROM keys WHERE id < ? ORDER BY id DESC LIMIT ?', before ?? '~', limit + 1)
  const shown = rows.slice(0, limit).map((row) => keyOf(database, row))
  return { rows: shown, next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null }
}

export function revokeKey(
  database: SqlDatabase,
  { id, atMs, by, keepOperator }: Request<'revokeKey'>,
): 'revoked' | 'unknown' | 'last-operator' {
  const key = readKey(database, id)
  if (key === null) return 'unknown'
  if (keepOperator && isLive(key, atMs) && mayOperate(key) && !othersOperate(database, id, atMs)) return 'last-operator'
  database.run('UPDATE keys SET revoked_at_ms = ?, revoked_by = ? WHERE id = ? AND revoked_at_ms IS NULL', atMs, by, id)
  return 'revoked'
}

function othersOperate(database: SqlDatabase, id: string, nowMs: number): boolean {
  return database
    .all(`SELECT * FROM keys WHERE id <> ? AND ${LIVE}`, id, nowMs)
    .some((row) => mayOperate({ scopes: scopesOf(row) }))
}

export function rotateKey(
  database: SqlDatabase,
  { id, secret, othersEndAtMs }: Request<'rotateKey'>,
): 'rotated' | 'unknown' | 'ended' {
  const key = readKey(database, id)
  if (key === null) return 'unknown'
  if (!isLive(key, secret.atMs)) return 'ended'
  database.run(
    'UPDATE key_secrets SET ends_at_ms = min(coalesce(ends_at_ms, ?2), ?2) WHERE key_id = ?1',
    id,
    othersEndAtMs,
  )
  addSecret(database, id, secret)
  return 'rotated'
}

export function noteKeyUse(database: SqlDatabase, id: string, atMs: number): void {
  database.run(
    'UPDATE keys SET last_used_at_ms = ? WHERE id = ? AND (last_used_at_ms IS NULL OR last_used_at_ms <= ?)',
    atMs,
    id,
    atMs - NOTED_EVERY_MS,
  )
}

/** Tells whether the use of a key is to be noted. */
export function isNoteworthy({ lastUsedAtMs }: Pick<StoredKey, 'lastUsedAtMs'>, nowMs: number): boolean {
  return lastUsedAtMs === null || lastUsedAtMs <= nowMs - NOTED_EVERY_MS
}

/** Tells whether a key has neither been revoked nor expired. */
export function isLive({ revoked, expiresAtMs }: StoredKey, nowMs: number): boolean {
  return revoked === null && (expiresAtMs === null || expiresAtMs > nowMs)
}

const mayOperate = ({ scopes }: Pick<StoredKey, 'scopes'>): boolean => scopes.includes('operate')

function keyOf(database: SqlDatabase, row: SqlRow): StoredKey {
  const id = textOf(row, 'id')
  const revokedAtMs = optionalNumber(row, 'revoked_at_ms')
  // Two of one millisecond are told apart by which of them ends.
  const secrets = database.all(
    'SELECT * FROM key_secrets WHERE key_id = ? ORDER BY created_at_ms DESC, ends_at_ms IS NOT NULL',
    id,
  )
  return {
    id,
    name: textOf(row, 'name'),
    scopes: scopesOf(row),
    sources: sourcesOf(row),
    ratePerMinute: numberOf(row, 'rate_per_minute'),
    createdAtMs: numberOf(row, 'created_at_ms'),
    createdBy: textOf(row, 'created_by'),
    expiresAtMs: optionalNumber(row, 'expires_at_ms'),
    revoked: revokedAtMs === null ? null : { atMs: revokedAtMs, by: textOf(row, 'revoked_by') },
    lastUsedAtMs: optionalNumber(row, 'last_used_at_ms'),
    secrets: secrets.map(secretOf),
  }
}

function secretOf(row: SqlRow): StoredSecret {
  return {
    prefix: textOf(row, 'prefix'),
    createdAtMs: numberOf(row, 'created_at_ms'),
    createdBy: textOf(row, 'created_by'),
    endsAtMs: optionalNumber(row, 'ends_at_ms'),
  }
}

function scopesOf(row: SqlRow): StoredKey['scopes'] {
  return wordsOf(textOf(row, 'scopes')).map((word) => oneOf(SCOPES, word))
}

function sourcesOf(row: SqlRow): StoredKey['sources'] {
  const sources = optionalText(row, 'sources')
  return sources === null ? null : wordsOf(sources)
}

/** Reads a list of words that this file wrote. */
function wordsOf(json: string): readonly string[] {
  const words: unknown = JSON.parse(json)
  if (!Array.isArray(words)) throw new TypeError('control: a column is no list')
  return words.map(String)
}
