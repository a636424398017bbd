import { type Random, seededRandom } from '../chaos/random.ts'

/** Choices that are the same for the same seed. */
export interface Dice {
  /** Says yes as often as `share`, from 0 to 1. */
  chance(share: number): boolean
  /** A whole number from `least` to `most`. */
  number(least: number, most: number): number
  /** @throws Error there is nothing to pick from. */
  pick<Item>(items: readonly Item[]): Item
}

/**
 * Creates the choices of a seed.
 *
 * @param seed - A whole number from 0 to 4294967295.
 */
export function createDice(seed: number): Dice {
  const random: Random = seededRandom(seed)
  const number = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  return {
    chance: (share) => random() < share,
    number,
    pick(items) {
      const item = items[number(0, items.length - 1)]
      if (item === undefined) throw new Error('there is nothing to pick from')
      return item
    },
  }
}
