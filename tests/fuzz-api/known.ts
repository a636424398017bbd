import type { Dice } from './dice.ts'

/** Ids as this API writes them. */
const ID = /\b([a-z]{3})_[0-9A-Z]{26}\b/g
/** As many of a kind as are remembered: the newest, since the older may have ended. */
const REMEMBERED = 200

/** What a caller of the gateway knows: the words of its configuration, and every id that it was told. */
export interface Known {
  /** Reads the ids in an answer. */
  learn(text: string): void
  /** A value that a member or parameter of this name may have, where one is known. */
  word(name: string, example: unknown, dice: Dice): string | undefined
}

/**
 * Creates what is known.
 *
 * @param words - By the name of the member or parameter.
 */
export function createKnown(words: Readonly<Record<string, readonly string[]>>): Known {
  const ids = new Map<string, Set<string>>()
  return {
    learn(text) {
      for (const [id, prefix = ''] of text.matchAll(ID)) {
        const kept = ids.get(prefix) ?? new Set<string>()
        ids.set(prefix, kept.add(id))
        const [oldest] = kept
        if (kept.size > REMEMBERED && oldest !== undefined) kept.delete(oldest)
      }
    },
    word(name, example, dice) {
      const named = words[name]
      if (named !== undefined) return dice.pick(named)
      const prefix = typeof example === 'string' ? /^([a-z]{3})_/.exec(example)?.[1] : undefined
      const kept = [...(ids.get(prefix ?? '') ?? [])]
      return kept.length === 0 ? undefined : dice.pick(kept)
    },
  }
}
