import type { IndexStep, Store } from './port.ts'
import { numberOf, optionalText, textOf } from './row.ts'
import { valuesOfBody, valuesOfJson } from './search-text.ts'
import { wordsOf } from './search-words.ts'
import type { SqlDatabase, SqlRow } from './sql.ts'

/**
 * The index that events are searched by: what is known of an event and of its deliveries is one entry. It follows the
 * changes, in their order, some time after they were committed, so that whoever posts an event never waits for it.
 */

/** What has to be in the index after a change: all states but those that a delivery soon leaves. */
const ENDS = `c.state IS NULL OR c.state = 'delivered' OR c.state = 'dead' OR c.state = 'parked' OR c.state = 'dropped'`

/** Goes on with the index where the step before ended, in the same transaction that notes how far it came. */
export function indexStep(database: SqlDatabase, { limit, maxBytes }: Parameters<Store['indexStep']>[0]): IndexStep {
  const changed = database.all(
    `SELECT c.seq, CASE WHEN ${ENDS} THEN coalesce(c.event_id, d.event_id) END AS event_id
     FROM changes c LEFT JOIN deliveries d ON d.id = c.delivery_id
     WHERE c.seq > (SELECT read_to FROM search_state) ORDER BY c.seq LIMIT ?`,
    limit,
  )
  if (changed.length === 0) return indexOlder(database, limit, maxBytes)
  const done = indexUntil(database, changed, maxBytes, nextDocid)
  database.run('UPDATE search_state SET read_to = ?', numberOf(changed[done.looked - 1], 'seq'))
  const isBehind = changed.length === limit || done.looked < changed.length || hasOlder(database)
  return { indexed: done.indexed, isBehind }
}

/** What there was before the index: the newest first, in front of whatever is in the index. */
function indexOlder(database: SqlDatabase, limit: number, maxBytes: number): IndexStep {
  const older = database.all(
    `SELECT id AS event_id, received_at_ms FROM events
     WHERE id < (SELECT older_to FROM search_state) AND NOT EXISTS (SELECT 1 FROM search_docs x WHERE x.event_id = id)
     ORDER BY id DESC LIMIT ?`,
    limit,
  )
  if (older.length === 0) {
    if (hasOlder(database)) database.run(`UPDATE search_state SET older_to = ''`)
    return { indexed: 0, isBehind: false }
  }
  const done = indexUntil(database, older, maxBytes, previousDocid)
  const last = older[done.looked - 1]
  database.run(
    'UPDATE search_state SET older_to = ?, older_to_ms = ?',
    textOf(last, 'event_id'),
    numberOf(last, 'received_at_ms'),
  )
  return { indexed: done.indexed, isBehind: true }
}

function hasOlder(database: SqlDatabase): boolean {
  return database.all(`SELECT 1 FROM search_state WHERE older_to <> ''`).length > 0
}

/** Indexes the events of some rows, each once, and stops after so many bytes. Says how many rows that were. */
function indexUntil(
  database: SqlDatabase,
  rows: readonly SqlRow[],
  maxBytes: number,
  newDocid: (database: SqlDatabase) => number,
): { readonly looked: number; readonly indexed: number } {
  const seen = new Set<string>()
  let bytes = 0
  let looked = 0
  for (const row of rows) {
    looked += 1
    const id = optionalText(row, 'event_id')
    if (id === null || seen.has(id)) continue
    seen.add(id)
    bytes += indexEvent(database, id, newDocid)
    if (bytes >= maxBytes) break
  }
  return { looked, indexed: seen.size }
}

/** Writes the entry of an event as it is now; returns about how many bytes were read for it. */
function indexEvent(database: SqlDatabase, id: string, newDocid: (database: SqlDatabase) => number): number {
  const text = textOfEvent(database, id)
  // It was removed meanwhile, and with it its entry.
  if (text === null) return 0
  const [known] = database.all('SELECT docid FROM search_docs WHERE event_id = ?', id)
  const docid = known === undefined ? newDocid(database) : numberOf(known, 'docid')
  if (known === undefined) database.run('INSERT INTO search_docs (docid, event_id) VALUES (?, ?)', docid, id)
  else database.run('DELETE FROM search_words WHERE rowid = ?', docid)
  database.run('INSERT INTO search_words (rowid, words) VALUES (?, ?)', docid, [...wordsOf(text)].join(' '))
  return text.length
}

function textOfEvent(database: SqlDatabase, id: string): string | null {
  const [event] = database.all('SELECT source, idempotency_key, content_type, body FROM events WHERE id = ?', id)
  if (event === undefined) return null
  const body = event['body'] instanceof Uint8Array ? event['body'] : new Uint8Array()
  const deliveries = database.all(
    'SELECT payload, receipt, reason_code, reason_detail FROM deliveries WHERE event_id = ?',
    id,
  )
  return [
    textOf(event, 'source'),
    optionalText(event, 'idempotency_key') ?? '',
    ...deliveries.flatMap((row) => [
      valuesOfJson(textOf(row, 'payload')),
      valuesOfJson(optionalText(row, 'receipt') ?? 'null'),
      optionalText(row, 'reason_code') ?? '',
      optionalText(row, 'reason_detail') ?? '',
    ]),
    // The last, since of a long text the end is left out.
    valuesOfBody(body, textOf(event, 'content_type')),
  ].join('\n')
}

function nextDocid(database: SqlDatabase): number {
  return numberOf(database.all('SELECT coalesce(max(docid), 0) + 1 AS docid FROM search_docs')[0], 'docid')
}

function previousDocid(database: SqlDatabase): number {
  return numberOf(database.all('SELECT min(coalesce(min(docid), 0), 0) - 1 AS docid FROM search_docs')[0], 'docid')
}

/** Takes an event out of the index, with the transaction that removes it. Returns how many rows that were. */
export function forgetEvent(database: SqlDatabase, id: string): number {
  const [known] = database.all('SELECT docid FROM search_docs WHERE event_id = ?', id)
  if (known === undefined) return 0
  const docid = numberOf(known, 'docid')
  database.run('DELETE FROM search_words WHERE rowid = ?', docid)
  return database.run('DELETE FROM search_docs WHERE docid = ?', docid)
}
