/** The short form is one and the same on every run; the long one, of `bun run fuzz --differential`, is told otherwise. */
const { DIFFERENTIAL_SEED, DIFFERENTIAL_TIMES } = process.env

const SEED = Number(DIFFERENTIAL_SEED ?? 20_261_122)

/** How many times as many inputs as in the short form. */
const TIMES = Number(DIFFERENTIAL_TIMES ?? 1)

/** Returns what fast-check is told, for so many inputs in the short form. */
export function differentialRuns(inputs: number): { readonly seed: number; readonly numRuns: number } {
  return { seed: SEED, numRuns: Math.round(inputs * TIMES) }
}
