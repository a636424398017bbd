import { DecodeError } from '@sluice/errors'
import { RequestError } from '../problem.ts'
import type { BatchRules } from '../config.ts'
import { type BodyFormat, parseContentType } from './content-type.ts'

/** With what the body of an item is stored: each is one JSON text, whatever the batch was. */
export const ITEM_CONTENT_TYPE = 'application/json'

/**
 * Splits the body of a batch into the bytes of its items, as they were sent. What is wrong within an item is left for
 * whoever reads it; only what is wrong with the list itself is refused here.
 *
 * @returns Null where the body is one event: its source takes no batches, or it is no list.
 * @throws RequestError `BATCH_TOO_MANY_ITEMS`; `BATCH_EMPTY` a file without a line, which may be one that got lost; `[]` is
 * a batch that says itself that it is empty.
 * @throws DecodeError `JSON_SYNTAX` the list is no JSON array.
 */
export function splitItems(
  rules: BatchRules | null,
  contentType: string | null,
  body: Uint8Array,
): readonly Uint8Array[] | null {
  if (rules === null) return null
  const { format } = parseContentType(contentType)
  if (!mayBeBatch(format) || (format === 'json' && body[firstMark(body)] !== OPENING)) return null
  const spans = format === 'ndjson' ? lines(body) : elements(body)
  const items: Uint8Array[] = []
  for (const [from, to] of spans) {
    if (items.length === rules.maxItems) throw new RequestError('BATCH_TOO_MANY_ITEMS')
    // A copy: an item goes its own way, and must not drag the whole batch along.
    items.push(body.slice(from, to))
  }
  if (format === 'ndjson' && items.length === 0) throw new RequestError('BATCH_EMPTY')
  return items
}

/** Whether a body of this format may hold more than one event. */
export function mayBeBatch(format: BodyFormat): boolean {
  return format === 'json' || format === 'ndjson'
}

type Span = readonly [from: number, to: number]

const [QUOTE, BACKSLASH, COMMA, LINE_FEED] = [0x22, 0x5c, 0x2c, 0x0a]
const [OPENING, CLOSING] = [0x5b, 0x5d]
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

const isBlank = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === LINE_FEED || byte === 0x0d || byte === 0x09

/** Where the first character stands that means something. */
function firstMark(body: Uint8Array): number {
  let at = BYTE_ORDER_MARK.every((byte, index) => body[index] === byte) ? BYTE_ORDER_MARK.length : 0
  while (isBlank(body[at])) at += 1
  return at
}

/** Finds the lines that hold anything. */
function* lines(body: Uint8Array): Generator<Span> {
  for (let from = firstMark(body); from < body.length;) {
    const end = body.indexOf(LINE_FEED, from)
    const to = end === -1 ? body.length : end
    const span = trimmed(body, from, to)
    if (span !== null) yield span
    from = to + 1
  }
}

/**
 * Finds the elements of an array by its punctuation. In UTF-8 no byte of another character looks like it. What is between
 * two commas need not be JSON; nor does this see more in a wrong bracket than its depth.
 */
function* elements(body: Uint8Array): Generator<Span> {
  const start = firstMark(body)
  let depth = 0
  let from = start + 1
  let found = 0
  for (let at = start; at < body.length; at += 1) {
    const byte = body[at] ?? 0
    if (byte === QUOTE) at = endOfString(body, at)
    // [ and { differ in one bit only, and so do ] and }.
    else if ((byte | 0x20) === 0x7b) depth += 1
    else if ((byte | 0x20) === 0x7d) depth -= 1
    const ends = depth === 0
    if (!ends && !(depth === 1 && byte === COMMA)) continue
    const span = trimmed(body, from, at)
    // Nothing at all is right only between the two brackets of an empty array.
    if (span !== null) yield span
    else if (!ends || found > 0) throw notAnArray()
    found += 1
    from = at + 1
    if (!ends) continue
    if (byte !== CLOSING || trimmed(body, from, body.length) !== null) throw notAnArray()
    return
  }
  throw notAnArray()
}

function endOfString(body: Uint8Array, start: number): number {
  let at = start + 1
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1
  return at
}

/** Leaves out the blanks at both ends; null where nothing else is there. */
function trimmed(body: Uint8Array, from: number, to: number): Span | null {
  let [start, end] = [from, to]
  while (start < end && isBlank(body[start])) start += 1
  while (end > start && isBlank(body[end - 1])) end -= 1
  return start === end ? null : [start, end]
}

const notAnArray = (): DecodeError => new DecodeError('JSON_SYNTAX', 'JSON: the batch is no array')
