import { ANSWER_MS, inTime, type StartTimer } from './in-time.ts'
import { type Place, tagOf } from './places.ts'

/** The shard that there is whatever SHARDS says: it remembers what SHARDS said. */
const KEEPER: Place = { generation: 0, shard: 0 }

/** The shard that remembers the numbers of shards. */
export interface GenerationsKeeper {
  /** Notes the numbers where they go on from those that were noted before, and returns what is noted then. */
  useGenerations(generations: readonly number[]): Promise<readonly number[]>
}

/** Tells whether numbers of shards are those before, with any others behind: then all that is kept is found. */
export function goesOn(before: readonly number[], now: readonly number[]): boolean {
  return before.every((count, index) => count === now[index])
}

/** Finds the shard that remembers. Every request waits for its answer, until it has come once. */
export const keeperAmong = <Shard extends object>(
  shards: { getByName(name: string): Shard },
  startTimer: StartTimer,
): Shard => inTime(shards.getByName(tagOf(KEEPER)), ANSWER_MS.control, startTimer)

/**
 * Creates a check that no shards are missing that were used before. What they keep would be in no list, and repeats of it
 * would be delivered again: nobody would notice.
 *
 * @returns a function that says what is wrong; null where all is well. It asks until it knows, and then never again. It throws
 * StoreError `STORE_UNAVAILABLE` where the shard that remembers does not say: to guess might be to take an event twice.
 */
export function createGenerationsCheck(
  generations: readonly number[],
  /** Asked anew each time: what reaches an object belongs to the request that it was made in. */
  keeper: () => GenerationsKeeper,
): () => Promise<string | null> {
  let known: { readonly fault: string | null } | null = null
  return async () => {
    if (known !== null) return known.fault
    const noted = await keeper().useGenerations(generations)
    known = { fault: goesOn(noted, generations) ? null : missing(noted, generations) }
    return known.fault
  }
}

function missing(noted: readonly number[], generations: readonly number[]): string {
  return `SHARDS is "${generations.join(',')}" and was "${noted.join(',')}" before: what some shards keep would not be found. Set it to "${noted.join(',')}", with any other number behind it.`
}
