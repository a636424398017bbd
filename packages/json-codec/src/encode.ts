import { EncodeError, MAX_DEPTH } from '@sluice/errors'

import type { JsonValue } from './value.ts'

/**
 * Encodes a value as JSON, members in the order of the object. Minus zero is written as 0.
 *
 * @throws EncodeError `JSON_VALUE` a value that JSON has no form for, and that would be dropped or become null in silence;
 * or more than 512 levels of arrays and objects.
 * @see RFC 8259 https://www.rfc-editor.org/rfc/rfc8259
 */
export function encodeJson(value: JsonValue): string {
  const text = stringify(value)
  if (text === undefined || !isJson(value, 0))
    throw new EncodeError('JSON_VALUE', 'JSON: a value that JSON has no form for')
  return text
}

/** Finds cycles and bottomless nesting as it goes; so it runs first. */
function stringify(value: JsonValue): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function isJson(value: unknown, depth: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean'
  if (value === null) return true
  if (depth === MAX_DEPTH) return false
  // Not every on the array itself: it skips holes, for which null is written.
  if (Array.isArray(value)) return Array.from(value).every((item) => isJson(item, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  // A Date or a Map is no JSON object, although something is written for it.
  const isPlain = prototype === Object.prototype || prototype === null
  return isPlain && Object.values(value).every((item) => isJson(item, depth + 1))
}
