import { decodeJson, type JsonValue } from '@sluice/json-codec'
import { RequestError } from '../problem.ts'

/** What a source says of the forms that it takes. */
export interface FormRules {
  readonly maxBodyBytes: number
  /** Fields that are lists, even where there is only one value. */
  readonly lists: readonly string[]
  /** Fields whose value is JSON. */
  readonly jsonFields: readonly string[]
}

/** Most fields of one form. */
const MAX_FIELDS = 1000
/** A name that may be shown in an answer. Another one may be the sender's data. */
const SHOWN_NAME = /^[\w.[\]-]{1,64}$/
/** Names that a program may take for its object's prototype. */
const FORBIDDEN: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Refuses what is not UTF-8 instead of replacing it; a byte order mark is a character like any, as the standard has it. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const [AMPERSAND, EQUALS, PLUS, PERCENT, BLANK] = [0x26, 0x3d, 0x2b, 0x25, 0x20]

/**
 * Decodes a form: an object of its fields, by the rules of the standard, but that what is not UTF-8 is refused. Names are
 * taken as they are, `a[b]` too. One that comes twice is refused unless its source says that it is a list: whoever
 * reads only the first, or only the last, is easily told something else than the one before.
 *
 * @throws RequestError `FORM_ENCODING`; `FORM_FORBIDDEN_NAME`; `FORM_REPEATED_NAME`; `FORM_TOO_MANY_FIELDS`.
 * @throws DecodeError a field that is said to be JSON is not.
 * @see https://url.spec.whatwg.org/#urlencoded-parsing
 */
export function decodeForm(body: Uint8Array, rules: FormRules): { readonly [name: string]: JsonValue } {
  const fields = new Map<string, JsonValue>()
  let count = 0
  for (const [from, to] of sequences(body)) {
    count += 1
    if (count > MAX_FIELDS) throw new RequestError('FORM_TOO_MANY_FIELDS')
    const separator = body.subarray(from, to).indexOf(EQUALS)
    const nameEnd = separator === -1 ? to : from + separator
    const name = decodePart(body.subarray(from, nameEnd))
    if (FORBIDDEN.has(name)) throw new RequestError('FORM_FORBIDDEN_NAME')
    const text = decodePart(body.subarray(Math.min(nameEnd + 1, to), to))
    addField(fields, name, rules.jsonFields.includes(name) ? decodeField(text, rules) : text, rules)
  }
  return Object.fromEntries(fields)
}

function addField(fields: Map<string, JsonValue>, name: string, value: JsonValue, { lists }: FormRules): void {
  const before = fields.get(name)
  if (lists.includes(name)) {
    if (Array.isArray(before)) before.push(value)
    else fields.set(name, [value])
    return
  }
  if (before === undefined) return void fields.set(name, value)
  throw new RequestError('FORM_REPEATED_NAME', [
    { path: SHOWN_NAME.test(name) ? name : '*', message: 'Given more than once, and its source says of no such list' },
  ])
}

function decodeField(text: string, { maxBodyBytes }: FormRules): JsonValue {
  return decodeJson(text, { maxBytes: maxBodyBytes, duplicateKeys: 'refuse', inexactNumbers: 'text-whole' })
}

/** Where the parts between ampersands begin and end; empty ones are nothing. */
function* sequences(body: Uint8Array): Generator<readonly [from: number, to: number]> {
  let from = 0
  while (from < body.length) {
    const next = body.indexOf(AMPERSAND, from)
    const to = next === -1 ? body.length : next
    if (to > from) yield [from, to]
    from = to + 1
  }
}

/** Decodes plus signs and percent escapes; a percent sign that is none stays, as the standard has it. */
function decodePart(part: Uint8Array): string {
  const bytes = new Uint8Array(part.length)
  let length = 0
  for (let index = 0; index < part.length; index += 1) {
    const byte = part[index] ?? 0
    const escaped = byte === PERCENT ? hexByte(part[index + 1], part[index + 2]) : -1
    if (escaped >= 0) index += 2
    bytes[length] = escaped >= 0 ? escaped : byte === PLUS ? BLANK : byte
    length += 1
  }
  try {
    return strictUtf8.decode(bytes.subarray(0, length))
  } catch {
    throw new RequestError('FORM_ENCODING')
  }
}

function hexByte(high = 0, low = 0): number {
  const [upper, lower] = [hexDigit(high), hexDigit(low)]
  return upper < 0 || lower < 0 ? -1 : upper * 16 + lower
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}
