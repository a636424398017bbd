import { checkLimits, DecodeError, MAX_DEPTH } from '@sluice/errors'

import { inspectJson, type JsonRules, type Span } from './inspect.ts'
import { type InexactNumbers, mayHoldInexactNumber } from './numbers.ts'
import { hasRepeatedName, isDeeperThan } from './punctuation.ts'
import { decodeUtf8 } from './utf8.ts'
import { isForbiddenKey, type JsonValue } from './value.ts'

/** Limits and choices of {@link decodeJson}. */
export interface DecodeJsonOptions {
  /** Largest input, in bytes of UTF-8. Default 1,048,576. */
  readonly maxBytes?: number
  /** Deepest nesting of arrays and objects; 1 allows `[]` but not `[[]]`. Default 64, at most 512. */
  readonly maxDepth?: number
  /** A name that occurs twice in one object: refused, or the last one wins. Default `refuse`. */
  readonly duplicateKeys?: 'refuse' | 'last'
  /**
   * A number that a double cannot hold as it is written, such as 12345678901234567890: refused, refused where it is whole
   * (an id; a fraction of 17 digits is a measure, and rounded), rounded, or kept as a string of its digits, all of them or
   * those that are whole and in the range of a double. One beyond that range (1e400) is never rounded to infinity. Default
   * `round`.
   */
  readonly inexactNumbers?: InexactNumbers
}

const DEFAULT_MAX_BYTES = 1_048_576
const DEFAULT_MAX_DEPTH = 64

/**
 * Decodes a JSON text within limits. Names that reach for a prototype (`__proto__`, `constructor`, `prototype`) are
 * always refused. The error says where the fault is, never what stands there.
 *
 * @throws DecodeError `JSON_ENCODING` not UTF-8; `JSON_SYNTAX` not JSON; `JSON_TOO_LARGE`; `JSON_TOO_DEEP`;
 * `JSON_DUPLICATE_KEY`; `JSON_FORBIDDEN_KEY`; `JSON_NUMBER_RANGE`.
 * @throws ConfigError `CONFIG_INVALID` a limit that is no whole number from 0 on, or a depth beyond 512.
 * @see RFC 8259 https://www.rfc-editor.org/rfc/rfc8259
 */
export function decodeJson(input: Uint8Array | string, options: DecodeJsonOptions = {}): JsonValue {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
  const rules: JsonRules = {
    maxDepth: options.maxDepth ?? DEFAULT_MAX_DEPTH,
    duplicateKeys: options.duplicateKeys === 'last' ? 'last' : 'refuse',
    inexactNumbers: options.inexactNumbers ?? 'round',
  }
  checkLimits('json', { maxBytes, maxDepth: rules.maxDepth }, { maxDepth: MAX_DEPTH })
  const text = typeof input === 'string' ? checkedText(input, maxBytes) : checkedUtf8(input, maxBytes)
  return decodeFast(text, rules) ?? decodeCarefully(text, rules)
}

function checkedUtf8(bytes: Uint8Array, maxBytes: number): string {
  if (bytes.length > maxBytes) throw tooLarge(maxBytes)
  return decodeUtf8(bytes)
}

function checkedText(text: string, maxBytes: number): string {
  // One UTF-16 unit is one to three bytes of UTF-8: most texts need not be encoded to be measured.
  if (text.length > maxBytes) throw tooLarge(maxBytes)
  if (text.length * 3 > maxBytes && new TextEncoder().encode(text).length > maxBytes) throw tooLarge(maxBytes)
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

/**
 * Lets the engine's own parser do the work, and proves without reading the text again that nothing is wrong with it:
 * the parsed value has as many members as the text writes. A repeated name leaves one member fewer.
 *
 * @returns Undefined where the proof fails; whether something is wrong is then found out the careful way.
 */
function decodeFast(text: string, rules: JsonRules): JsonValue | undefined {
  if (isDeeperThan(text, rules.maxDepth)) return undefined
  if (mayHoldInexactNumber(text, rules.inexactNumbers)) return undefined
  const value = parse(text)
  if (value === undefined) return undefined
  const members = countMembers(value)
  if (Number.isNaN(members)) return undefined
  return rules.duplicateKeys === 'refuse' && hasRepeatedName(text, members) ? undefined : value
}

function decodeCarefully(text: string, rules: JsonRules): JsonValue {
  const value = parse(quoteSpans(text, inspectJson(text, rules)))
  if (value === undefined) throw new DecodeError('JSON_SYNTAX', 'JSON: cannot be parsed', { line: 1, column: 1 })
  return value
}

/** The parser's own error is dropped: it quotes the text. */
function parse(text: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

/**
 * Counts the members of all objects in a value; NaN when it holds a forbidden name or an infinite number.
 *
 * Arrays and objects in one loop, and leaves without a call: this runs for every member that is received. A parsed value
 * inherits nothing that for-in would list, and for-in is twice as fast as Object.keys.
 */
function countMembers(value: JsonValue): number {
  if (typeof value === 'number') return finiteOrNaN(value)
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === 'object') members += countMembers(item)
      else if (typeof item === 'number') members += finiteOrNaN(item)
    }
    return members
  }
  for (const key in value) {
    if (isForbiddenKey(key)) return Number.NaN
    members += 1
    const item = value[key]
    if (typeof item === 'object') members += countMembers(item)
    else if (typeof item === 'number') members += finiteOrNaN(item)
  }
  return members
}

/** Zero, unless the number was too large for a double. */
function finiteOrNaN(value: number): number {
  return value - value
}

function quoteSpans(text: string, spans: readonly Span[]): string {
  let quoted = ''
  let offset = 0
  for (const { start, end } of spans) {
    quoted += `${text.slice(offset, start)}"${text.slice(start, end)}"`
    offset = end
  }
  return quoted + text.slice(offset)
}

function tooLarge(maxBytes: number): DecodeError {
  return new DecodeError('JSON_TOO_LARGE', `JSON: larger than ${maxBytes} bytes`)
}
