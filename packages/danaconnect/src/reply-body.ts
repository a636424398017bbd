import type { HttpReply } from '@sluice/http-client'
import { decodeJson, type JsonValue } from '@sluice/json-codec'

/** Where the vendor's words stand, the most telling first. */
const WORDS_NAMES = [
  'errorDescription',
  'error_description',
  'resultDescription',
  'message',
  'errorCode',
  'wsError',
  'error',
] as const

/** Returns null for a body that is not JSON: error bodies have no documented form, so their form decides nothing. */
export function readJson(reply: HttpReply): JsonValue {
  try {
    return decodeJson(reply.bytes, { duplicateKeys: 'last', maxBytes: reply.bytes.length })
  } catch {
    return null
  }
}

/** Tells whether an error stands in a body, beside a result or in its place. */
export function holdsError(body: JsonValue): boolean {
  return isObject(body) && (Boolean(body['wsError']) || Boolean(body['error']))
}

/** Finds the vendor's words on a failure, in a body of any form. */
export function wordsOf(reply: HttpReply, body: JsonValue): string | undefined {
  for (const name of WORDS_NAMES) {
    const words = findMember(body, [name])
    if (words !== undefined) return words
  }
  return plainText(reply, body)
}

/** Returns the text of a body that is neither JSON nor markup; a page of HTML says nothing in its first 500 characters. */
function plainText(reply: HttpReply, body: JsonValue): string | undefined {
  if (body !== null) return undefined
  const text = new TextDecoder().decode(reply.bytes).trim()
  return text === '' || text.startsWith('<') || text.startsWith('{') ? undefined : text
}

/** Finds the first of the names at any depth: no page says where the extra members of a reply stand. */
export function findMember(value: JsonValue, names: readonly string[]): string | undefined {
  if (Array.isArray(value)) return firstOf(value, names)
  if (!isObject(value)) return undefined
  for (const name of names) {
    const found = value[name]
    if (typeof found === 'number' || (typeof found === 'string' && found !== '')) return String(found)
  }
  return firstOf(Object.values(value), names)
}

function firstOf(values: readonly JsonValue[], names: readonly string[]): string | undefined {
  for (const value of values) {
    const found = findMember(value, names)
    if (found !== undefined) return found
  }
  return undefined
}

/** Tells an object from everything else that JSON can say. */
export function isObject(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
