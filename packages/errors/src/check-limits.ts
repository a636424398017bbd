import { ConfigError } from './stages.ts'

/** Deepest nesting that a codec can be asked for: each level takes some of the runtime's stack, and the caller needs some too. */
export const MAX_DEPTH = 512

/**
 * Checks the limits among the options of a call: each that is given must be a whole number from 0 on, or Infinity for none. A limit that
 * is compared with and is not a number would let everything pass.
 *
 * @param label - Names the options in the error's message, such as `json`.
 * @param most - Of the limits that may not be raised at will, how far they may be. Infinity is then too much.
 * @throws ConfigError `CONFIG_INVALID` with every limit that is none.
 */
export function checkLimits<Name extends string>(
  label: string,
  limits: Readonly<Record<Name, number | undefined>>,
  most: { readonly [name in Name]?: number } = {},
): void {
  const faults: string[] = []
  for (const name in limits) {
    const limit: unknown = limits[name]
    if (limit === undefined) continue
    const largest = most[name] ?? Number.POSITIVE_INFINITY
    const isWhole = Number.isSafeInteger(limit) || limit === Number.POSITIVE_INFINITY
    if (!isWhole || Number(limit) < 0 || Number(limit) > largest) {
      faults.push(`${label} ${name} must be a whole number from 0 ${largest === Infinity ? 'on' : `to ${largest}`}`)
    }
  }
  if (faults.length > 0) throw new ConfigError(faults)
}
