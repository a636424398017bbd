/**
 * An idempotency key as it is stored stands behind what makes it one of its own: the id of the caller whose it is and a blank
 * (`keyIn`), and a blank alone where a free text has one (`textKey`). An operator knows it as it was sent.
 */

/** What a key is behind that belongs to a key of the gateway: one that the configuration names, or one that was made. */
const CALLER = /^(?:config:|key_)[^ ]* /

/** Reads a key as it was sent. */
export function sentKey(stored: string): string {
  const own = stored.replace(CALLER, '')
  return own.startsWith(' ') ? own.slice(1) : own
}

/** Keys of callers, of which an index holds what stands behind the first blank; the same pattern as above. */
const OF_CALLER = `(idempotency_key GLOB 'config:* *' OR idempotency_key GLOB 'key_* *')`
const BEHIND_CALLER = `substr(idempotency_key, instr(idempotency_key, ' ') + 1)`

/** The index by which a key of a caller is found. Nothing is written to it for an event without one. */
export const SENT_KEY_INDEX = `CREATE INDEX events_by_sent_key ON events (${BEHIND_CALLER}) WHERE ${OF_CALLER}`

/** Asks the index for two forms of a key. */
export const IS_SENT_KEY = `${OF_CALLER} AND ${BEHIND_CALLER} IN (?, ?)`
