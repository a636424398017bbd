import { numberOf, optionalNumber, textOf } from '../store/row.ts'
import type { SqlDatabase, SqlRow } from '../store/sql.ts'
import type { AliasAddress, AliasChange, NewAliasChange, StoredAlias } from './port.ts'

/** Changes of one alias that are shown. */
const SHOWN_CHANGES = 200

export function readAlias(database: SqlDatabase, { destination, alias }: AliasAddress): number | null {
  const [row] = database.all(
    'SELECT id_after FROM alias_changes WHERE destination = ? AND alias = ? ORDER BY number DESC LIMIT 1',
    destination,
    alias,
  )
  return row === undefined ? null : optionalNumber(row, 'id_after')
}

export function listAliases(database: SqlDatabase, destination: string): readonly StoredAlias[] {
  return database
    .all(
      `SELECT * FROM alias_changes WHERE number IN
         (SELECT max(number) FROM alias_changes WHERE destination = ? GROUP BY alias)
         AND id_after IS NOT NULL ORDER BY alias`,
      destination,
    )
    .map((row) => ({ alias: textOf(row, 'alias'), id: numberOf(row, 'id_after'), change: changeOf(row) }))
}

export function aliasHistory(database: SqlDatabase, { destination, alias }: AliasAddress): readonly AliasChange[] {
  return database
    .all(
      'SELECT * FROM alias_changes WHERE destination = ? AND alias = ? ORDER BY number DESC LIMIT ?',
      destination,
      alias,
      SHOWN_CHANGES,
    )
    .map(changeOf)
}

export function changeAlias(
  database: SqlDatabase,
  address: AliasAddress,
  { atMs, by, why, after, configured }: NewAliasChange,
): void {
  const before = readAlias(database, address)
  if (before === after) return
  database.run(
    `INSERT INTO alias_changes (destination, alias, at_ms, changed_by, why, id_before, id_after)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    address.destination,
    address.alias,
    atMs,
    by,
    why,
    before ?? configured,
    after,
  )
}

function changeOf(row: SqlRow): AliasChange {
  return {
    atMs: numberOf(row, 'at_ms'),
    by: textOf(row, 'changed_by'),
    why: textOf(row, 'why'),
    before: optionalNumber(row, 'id_before'),
    after: optionalNumber(row, 'id_after'),
  }
}
