import { withoutCount } from '../try-count.ts'

/** Whether two bodies are the same, byte by byte. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false
  for (let index = 0; index < left.length; index += 1) if (left[index] !== right[index]) return false
  return true
}

/**
 * Whether one body repeats another.
 *
 * @param tryCount - The field of each event that its sender counts with every try; undefined for none.
 */
export function isRepeat(first: Uint8Array, again: Uint8Array, tryCount: string | undefined): boolean {
  if (sameBytes(first, again)) return true
  if (tryCount === undefined) return false
  const decoder = new TextDecoder()
  return withoutCount(decoder.decode(first), tryCount) === withoutCount(decoder.decode(again), tryCount)
}
