/**
 * Makes numbers from 0 to below 1 that look random and are the same for the same seed.
 *
 * @param seed - Any whole number.
 */
export function seededRandom(seed: number): () => number {
  // Zero would stay zero for ever.
  let state = (Math.abs(seed) % (MODULUS - 1)) + 1
  return () => {
    state = (state * MULTIPLIER) % MODULUS
    return state / MODULUS
  }
}

/**
 * The minimal standard generator, whose products fit into a double.
 *
 * @see https://doi.org/10.1145/63039.63042
 */
const MULTIPLIER = 48_271
const MODULUS = 2_147_483_647
