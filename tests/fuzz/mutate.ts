import type { Random } from '../chaos/random.ts'

/** What inputs are made from. */
export interface Material {
  readonly corpus: readonly Uint8Array[]
  /** Pieces that mean something in the format: brackets, keywords, escapes, the odd character. */
  readonly tokens: readonly Uint8Array[]
}

type Operation = (input: Uint8Array, random: Random, material: Material) => Uint8Array

/** Most changes to one input: with more, hardly anything is accepted any longer. */
const MOST_CHANGES = 4

/** How far the next mark of a format is looked for. */
const LOOK_AHEAD = 48

/** Most repetitions of a piece: enough to be deeper, longer and more than any limit allows. */
const MOST_REPETITIONS = 20_000

const OPERATIONS: readonly Operation[] = [
  function insertToken(input, random, { tokens }) {
    return replaced(input, place(input, random), 0, pick(tokens, random))
  },
  function replaceByToken(input, random, { tokens }) {
    return replaced(input, place(input, random), below(8, random), pick(tokens, random))
  },
  function removePart(input, random) {
    return replaced(input, place(input, random), 1 + below(16, random), NOTHING)
  },
  function changeByte(input, random) {
    return replaced(input, below(input.length + 1, random), 1, Uint8Array.of(below(256, random)))
  },
  function changeBit(input, random) {
    const at = below(input.length, random)
    return replaced(input, at, 1, Uint8Array.of((input[at] ?? 0) ^ (1 << below(8, random))))
  },
  function doublePart(input, random) {
    const [start, end] = part(input, random)
    return replaced(input, end, 0, input.subarray(start, end))
  },
  function movePart(input, random) {
    const [start, end] = part(input, random)
    return replaced(replaced(input, start, end - start, NOTHING), place(input, random), 0, input.subarray(start, end))
  },
  function cutOff(input, random) {
    return input.subarray(0, place(input, random))
  },
  function joinAnother(input, random, { corpus }) {
    const other = pick(corpus, random)
    return replaced(input, place(input, random), input.length, other.subarray(place(other, random)))
  },
]

const NOTHING = new Uint8Array()

/** Makes one input: a member of the corpus, changed a few times or not at all, now and then with a piece many times over. */
export function mutate(material: Material, random: Random, maxBytes: number): Uint8Array {
  let input = pick(material.corpus, random)
  for (let change = below(MOST_CHANGES + 1, random); change > 0; change -= 1) {
    input = pick(OPERATIONS, random)(input, random, material)
  }
  if (below(16, random) === 0) input = withManyOf(input, random, material, maxBytes)
  return input.slice(0, maxBytes)
}

/** What takes linear time for one piece may take quadratic time for many. */
function withManyOf(input: Uint8Array, random: Random, { tokens }: Material, maxBytes: number): Uint8Array {
  const [start, end] = part(input, random)
  const one = below(2, random) === 0 ? pick(tokens, random) : input.subarray(start, end)
  const times = Math.min(below(MOST_REPETITIONS, random), Math.floor(maxBytes / Math.max(1, one.length)))
  const many = new Uint8Array(one.length * times)
  for (let index = 0; index < times; index += 1) many.set(one, index * one.length)
  return replaced(input, place(input, random), 0, many)
}

function replaced(input: Uint8Array, start: number, length: number, by: Uint8Array): Uint8Array {
  const before = input.subarray(0, start)
  const after = input.subarray(Math.min(input.length, start + length))
  const result = new Uint8Array(before.length + by.length + after.length)
  result.set(before)
  result.set(by, before.length)
  result.set(after, before.length + by.length)
  return result
}

function part(input: Uint8Array, random: Random): readonly [start: number, end: number] {
  const [one, other] = [place(input, random), place(input, random)]
  return [Math.min(one, other), Math.max(one, other)]
}

/** Finds a place to change: mostly beside a mark of the format, where a change says something else. */
function place(input: Uint8Array, random: Random): number {
  const anywhere = below(input.length + 1, random)
  if (below(4, random) === 0) return anywhere
  for (let at = anywhere; at < Math.min(input.length, anywhere + LOOK_AHEAD); at += 1) {
    if (isMark(input[at] ?? 0)) return at + below(2, random)
  }
  return anywhere
}

/** Blanks and punctuation of ASCII: what is neither a letter, nor a digit, nor part of a longer character. */
function isMark(byte: number): boolean {
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
  const isDigit = byte >= 0x30 && byte <= 0x39
  return byte < 0x80 && !isLetter && !isDigit
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[below(items.length, random)]
  if (item === undefined) throw new Error('fuzz: nothing to pick from')
  return item
}

/** Draws a whole number from 0 up to, not including, a limit. */
function below(limit: number, random: Random): number {
  return Math.floor(random() * limit)
}
