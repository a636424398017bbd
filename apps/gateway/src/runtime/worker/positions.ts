import { type Place, tagOf } from './places.ts'

/** Where each shard is, by its tag. */
export type Positions = ReadonlyMap<string, string>

/**
 * Writes where each shard is: `00017*0015.dlv_01K...`. There may be hundreds, and a query takes only so much
 * (`http/request-limits.ts`): so with nothing in it that a query would have to escape.
 */
export function writePositions(positions: Positions): string {
  return [...positions].map(([tag, position]) => `${tag}${position}`).join('*')
}

/** Reads what {@link writePositions} wrote, or an earlier version did (`000:17,001:5`); null where it is anything else, or of a shard that is not there. */
export function readPositions(text: string, places: readonly Place[]): Positions | null {
  const tags = new Set(places.map(tagOf))
  const positions = new Map<string, string>()
  for (const part of text.split(/[*,]/)) {
    const [, tag = '', position = ''] = /^([0-9A-Z]{3}):?([\w.-]+)$/.exec(part) ?? []
    if (!tags.has(tag) || positions.has(tag)) return null
    positions.set(tag, position)
  }
  return positions
}
