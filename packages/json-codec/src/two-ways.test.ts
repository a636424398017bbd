import { expect, test } from 'bun:test'

import { DecodeError } from '@sluice/errors'

import { decodeJson } from './decode.ts'
import { inspectJson } from './inspect.ts'

const RULES = { maxDepth: 4, duplicateKeys: 'refuse', inexactNumbers: 'round' } as const

/** Pieces from which texts are put together that are often nearly JSON. */
const PIECES =
  String.raw`{ } [ ] : , "a" "b" "a\":" "x_:_y" "\u0061" "__proto__" " \ _ 1 -0.5 1e999 01 true null nul {"a":1} ` +
  String.raw`{"a":[1,{"b":2}]} {"a"_:1,"a":2} [[[[[]]]]]`
const pieces = PIECES.split(' ').map((piece) =>
  piece.replaceAll('_:', ' :').replaceAll(':_', ': ').replace(/^_$/, '\n'),
)

/** A small generator of repeatable numbers (mulberry32), so that a failing text is found again. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function texts(seed: number, count: number): string[] {
  const random = randomFrom(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  return Array.from({ length: count }, () => {
    const item = () => Array.from({ length: 1 + below(3) }, () => pieces[below(pieces.length)]).join('')
    const wrapped = [item(), `[${item()},${item()}]`, `{"a":${item()},"b":${item()}}`, `{${item()}:${item()}}`]
    return wrapped[below(wrapped.length)] ?? ''
  })
}

function outcome(run: () => unknown): string {
  try {
    run()
    return 'accepted'
  } catch (error) {
    if (error instanceof DecodeError) return error.message
    throw error
  }
}

test('the fast way and the careful way agree on 30,000 texts', () => {
  const outcomes = texts(1, 30_000).map((text) => ({
    text,
    fast: outcome(() => decodeJson(text, RULES)),
    careful: outcome(() => inspectJson(text, RULES)),
  }))
  expect(outcomes.filter(({ fast, careful }) => fast !== careful)).toEqual([])
  // Neither side is so rare that the agreement says nothing.
  const accepted = outcomes.filter(({ careful }) => careful === 'accepted').length
  expect(Math.min(accepted, outcomes.length - accepted)).toBeGreaterThan(1000)
})

test('the careful way accepts no text that the engine’s parser refuses', () => {
  const acceptedWrongly = texts(2, 30_000).filter((text) => {
    try {
      JSON.parse(text)
      return false
    } catch {
      return outcome(() => inspectJson(text, RULES)) === 'accepted'
    }
  })
  expect(acceptedWrongly).toEqual([])
})
