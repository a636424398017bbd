import { accept, known } from './accept.ts'
import type { AcceptAllResult, AcceptMode, NewEvent } from './port.ts'
import { isRepeat } from './same-body.ts'
import type { SqlDatabase } from './sql.ts'

/**
 * Stores events that came together, in their order and within the transaction that this runs in.
 *
 * @returns what became of each, in the same order.
 */
export function acceptAll(
  database: SqlDatabase,
  events: readonly NewEvent[],
  mode: AcceptMode,
): readonly AcceptAllResult[] {
  if (mode === 'lenient') return events.map((event) => accept(database, event))
  const looked = look(database, events)
  if (mode === 'look' || looked.some(({ kind }) => kind === 'conflict')) return looked
  return events.map((event) => accept(database, event))
}

/** Tells what would become of each, and writes nothing. */
function look(database: SqlDatabase, events: readonly NewEvent[]): readonly AcceptAllResult[] {
  const before = new Map<string, NewEvent>()
  return events.map((event) => {
    const found = known(database, event)
    if (found !== null || event.idempotencyKey === null) return found ?? WITHHELD
    // An earlier one of them may have the key. No source has a blank in its name.
    const key = `${event.source} ${event.idempotencyKey}`
    const first = before.get(key) ?? event
    before.set(key, first)
    return isRepeat(first.body, event.body, event.tryCount) ? WITHHELD : CONFLICT
  })
}

const WITHHELD = { kind: 'withheld' } as const
const CONFLICT = { kind: 'conflict' } as const
