/**
 * Finds the value below which a share of the values lies, by nearest rank.
 *
 * @param share - From 0 to 1: 0.5 is the median.
 * @see https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted()
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** Finds the middle one of the values. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}
