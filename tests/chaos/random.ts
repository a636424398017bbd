/** A number from 0 up to 1, and the same ones in the same order for the same seed. */
export type Random = () => number

/**
 * Creates random numbers from a seed (mulberry32: small, and good enough to choose moments).
 *
 * @param seed - A whole number from 0 to 4294967295.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Draws a whole number from 1 to `most`. */
export function drawFrom1(random: Random, most: number): number {
  return 1 + Math.floor(random() * most)
}

/** Returns the items in a random order. */
export function shuffled<Item>(random: Random, items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((left, right) => left.place - right.place)
    .map(({ item }) => item)
}
