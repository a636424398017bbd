import type { NewId } from '../../ports.ts'

/** Where an event is kept: one of the shards of one generation. */
export interface Place {
  /** Counted from the oldest, which is 0. */
  readonly generation: number
  readonly shard: number
}

/** Every place there is, and which of them is meant. */
export interface Places {
  readonly all: readonly Place[]
  /** Where a key belongs now, and, the newest first, where it belonged before. */
  ofKey(key: string): { readonly now: Place; readonly before: readonly Place[] }
  /** Any place of the newest generation: for what has no key. */
  any(): Place
  /** The place in an id or a token; null where it names none that there is. */
  ofId(id: string): Place | null
  ofToken(token: string): Place | null
}

/** Crockford's base 32, as in the ids. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const MAX_GENERATIONS = DIGITS.length
/** Two digits. */
const MAX_SHARDS = DIGITS.length ** 2
/** An id is a prefix, an underscore, 10 digits of time and 16 others: the first 3 of these tell the place. */
const TIME_DIGITS = 10
const TAG_DIGITS = 3

/**
 * Reads the number of shards, such as `8`; or, after it was changed, those of every generation, such as `4,8`, the newest
 * last. Numbers are only ever added: what an older generation keeps is found by its place in the list.
 *
 * @returns the numbers, or null where the text is none of that.
 */
export function parseShards(text: string): readonly number[] | null {
  const parts = text.split(',')
  // One way to write a number: another one would be a typing error more often than not, and nothing here is taken back.
  const areNumbers = parts.every((part) => /^[1-9]\d*$/.test(part) && Number(part) <= MAX_SHARDS)
  return areNumbers && parts.length <= MAX_GENERATIONS ? parts.map(Number) : null
}

/** Lays out the places of all generations. */
export function createPlaces(generations: readonly number[], random: () => number): Places {
  const newest = generations.length - 1
  const at = (tag: string): Place | null => {
    const generation = DIGITS.indexOf(tag.charAt(0))
    const shard = DIGITS.indexOf(tag.charAt(1)) * DIGITS.length + DIGITS.indexOf(tag.charAt(2))
    const isOne = tag.length === TAG_DIGITS && generation >= 0 && shard >= 0 && shard < (generations[generation] ?? 0)
    return isOne ? { generation, shard } : null
  }
  return {
    all: generations.flatMap((count, generation) =>
      Array.from({ length: count }, (_, shard) => ({ generation, shard })),
    ),
    ofKey(key) {
      const hash = hashOf(key)
      const places = generations.map((count, generation) => ({ generation, shard: hash % count })).toReversed()
      const [now = { generation: newest, shard: 0 }, ...before] = places
      return { now, before }
    },
    any: () => ({ generation: newest, shard: Math.floor(random() * (generations[newest] ?? 1)) }),
    ofId(id) {
      const from = id.indexOf('_') + 1 + TIME_DIGITS
      return at(id.slice(from, from + TAG_DIGITS))
    },
    ofToken: (token) => at(token.split('.', 1)[0] ?? ''),
  }
}

/** Writes a place in three digits. */
export function tagOf({ generation, shard }: Place): string {
  const [high, low] = [Math.floor(shard / DIGITS.length), shard % DIGITS.length]
  return `${DIGITS[generation]}${DIGITS[high]}${DIGITS[low]}`
}

/** Reads what {@link tagOf} wrote. */
export function placeOfTag(tag: string): Place {
  const [generation = 0, high = 0, low = 0] = Array.from(tag, (digit) => DIGITS.indexOf(digit))
  return { generation, shard: high * DIGITS.length + low }
}

/**
 * Makes ids that tell their place: after the time come three digits of it, in place of as many random ones. They sort
 * as before, and 65 random bits remain.
 */
export function idsAt(newId: NewId, place: Place): NewId {
  const tag = tagOf(place)
  return (prefix) => {
    const id = newId(prefix)
    const from = prefix.length + 1 + TIME_DIGITS
    return id.slice(0, from) + tag + id.slice(from + TAG_DIGITS)
  }
}

/** FNV-1a over UTF-16 code units, stirred once more so that the lowest bits depend on all of them. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
