import type { Now } from '../ports.ts'
import type { Store } from '../store/port.ts'
import type { Chore } from './lease.ts'

/**
 * When the index is brought up to date: `steady` soon after each event, or `asked` only when somebody searches, which
 * writes nothing for events that nobody ever looks for.
 */
export const INDEXINGS = ['steady', 'asked'] as const
export type Indexing = (typeof INDEXINGS)[number]

/** Name of the chore that brings the index up to date. */
export const INDEX = 'index'

/** What one transaction indexes: little, so that events that come meanwhile do not wait. */
const STEP = { limit: 100, maxBytes: 262_144 } as const
/** Events that come together are indexed together, and most of them with what became of them. */
const GATHER_MS = 2000
/** Of the time in which there is more to index, this part is spent on it at most: one tenth. */
const REST_PER_WORK = 9
const MIN_REST_MS = 20

/** The chore, and what asks for it where it only runs when asked. */
export interface IndexChore extends Chore {
  readonly ask: () => void
}

/** Creates the chore that brings the index up to date, a step at a time. `wake` has it run. */
export function createIndexChore(
  indexing: Indexing,
  { store, nowMs }: { readonly store: Pick<Store, 'indexStep' | 'changed'>; readonly nowMs: Now },
  wake: () => void,
): IndexChore {
  let isAsked = indexing === 'steady'
  let restUntilMs = 0
  let isAwaiting = false

  /** A commit may bring something to index; until then nothing has to be looked at. */
  const awaitChange = async (): Promise<void> => {
    if (isAwaiting) return
    isAwaiting = true
    await store.changed()
    isAwaiting = false
    restUntilMs = nowMs() + GATHER_MS
    wake()
  }

  return {
    name: INDEX,
    async run(beginMs) {
      if (!isAsked) return null
      if (beginMs < restUntilMs) return restUntilMs
      const { isBehind } = await store.indexStep(STEP)
      const endMs = nowMs()
      restUntilMs = endMs + Math.max(MIN_REST_MS, (endMs - beginMs) * REST_PER_WORK)
      if (isBehind) return restUntilMs
      if (indexing === 'steady') void awaitChange()
      else isAsked = false
      return null
    },
    ask() {
      isAsked = true
    },
  }
}
