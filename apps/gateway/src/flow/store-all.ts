import type { Handling } from '../config.ts'
import { RequestError } from '../problem.ts'
import type { NewId, Ports } from '../ports.ts'
import type { AcceptAllResult, NewEvent } from '../store/port.ts'
import type { Address } from './store.ts'

/** One of several events that came in one request. */
export interface Item {
  readonly address: Address
  readonly make: (newId: NewId) => NewEvent | Promise<NewEvent>
}

/** Why an item is not taken, and will not be if it comes again. */
export interface RefusedItem {
  readonly kind: 'refused'
  readonly error: unknown
}

export type ItemResult = AcceptAllResult | RefusedItem

/**
 * Takes several events in: chooses where each is kept, has it made with ids of that place, and stores it there.
 *
 * @param handling - With `strict` nothing is stored unless everything can be.
 * @returns what became of each, in their order.
 * @throws StoreError nothing was kept.
 * @throws RequestError `BATCH_INCOMPLETE` some may have been kept, in other places.
 */
export type IntakeAll = (items: readonly Item[], handling: Handling) => Promise<readonly ItemResult[]>

/** Creates the intake of a process that keeps all events in one store: those of one request share one transaction. */
export function createIntakeAll({ store, newId }: Pick<Ports, 'store' | 'newId'>): IntakeAll {
  return async (items, handling) => {
    const made = await Promise.all(items.map((item) => makeItem(item, newId)))
    return keepAll(made, handling, (events) => store.acceptAll(events, handling))
  }
}

/** An event that is about to be stored, or why there is none. */
export type MadeItem = { readonly kind: 'made'; readonly event: NewEvent } | RefusedItem

/** Makes the event of an item. What its source refuses is refused alone. */
export async function makeItem({ make }: Item, newId: NewId): Promise<MadeItem> {
  try {
    return { kind: 'made', event: await make(newId) }
  } catch (error) {
    if (error instanceof RequestError) return { kind: 'refused', error }
    throw error
  }
}

/** Has those stored that could be made, or none where all were asked for and one could not. */
export async function keepAll(
  made: readonly MadeItem[],
  handling: Handling,
  accept: (events: readonly NewEvent[]) => Promise<readonly ItemResult[]>,
): Promise<readonly ItemResult[]> {
  const events = made.flatMap((item) => (item.kind === 'made' ? [item.event] : []))
  if (handling === 'strict' && events.length < made.length)
    return made.map((item) => (item.kind === 'made' ? { kind: 'withheld' } : item))
  const results = await accept(events)
  const resultOf = new Map(events.map((event, index) => [event, results[index]]))
  return made.map((item) => {
    const result = item.kind === 'made' ? resultOf.get(item.event) : item
    if (result === undefined) throw new Error('the store answered for fewer events than it was given')
    return result
  })
}
