import { expect, test } from 'bun:test'
import { splitItems } from '@sluice/gateway/items'
import { array, assert, constantFrom, jsonValue, nat, property } from 'fast-check'

const RULES = { maxItems: 1000, maxBytes: 1_000_000, handling: 'lenient' } as const

/** The items of a JSON array as texts; null where it is refused. */
function split(text: string): readonly string[] | null {
  try {
    const items = splitItems(RULES, 'application/json', new TextEncoder().encode(text))
    return items?.map((item) => new TextDecoder().decode(item)) ?? null
  } catch {
    return null
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('an array is split into what a JSON parser finds in it', () => {
  assert(
    property(array(jsonValue(), { maxLength: 20 }), constantFrom(undefined, 1, '\t'), (values, space) => {
      const items = split(JSON.stringify(values, null, space))
      expect(items?.map((item): unknown => JSON.parse(item))).toEqual(JSON.parse(JSON.stringify(values)))
    }),
  )
})

test('an array that was spoilt is refused, or has an item that is no JSON, exactly where a JSON parser refuses it', () => {
  const marks = constantFrom('', '"', ']', '[', ',', '}', '{', '\\')
  assert(
    property(array(jsonValue(), { maxLength: 5 }), nat(), marks, (values, at, mark) => {
      const text = JSON.stringify(values)
      const cut = 1 + (at % text.length)
      const spoilt = `${text.slice(0, cut)}${mark}${text.slice(cut + 1)}`
      expect(split(spoilt)?.every(isJson) ?? false).toBe(isJson(spoilt))
    }),
    { numRuns: 2000 },
  )
})
