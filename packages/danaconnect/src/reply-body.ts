import type { HttpReply } from '@sluice/http-client'
import { decodeJson, type JsonValue } from '@sluice/json-codec'

import { wholeNumberSchema } from './wire.ts'

/** Where the vendor's words on an error stand, the most telling first. */
const ERROR_NAMES = ['errorDescription', 'error_description', 'message', 'errorCode', 'wsError', 'error'] as const

/** Where the vendor's words on a result stand: of a good one they say nothing about a failure. */
const RESULT_NAMES = ['resultDescription'] as const

/** Returns null for a body that is not JSON: error bodies have no documented form, so their form decides nothing. */
export function readJson(reply: HttpReply): JsonValue {
  try {
    return decodeJson(reply.bytes, { duplicateKeys: 'last', maxBytes: reply.bytes.length })
  } catch {
    return null
  }
}

/**
 * Tells whether a body reports a failure in any of its forms, whatever the operation: an error beside a result, inside it or
 * in its place, a result that is not 0, a status that is false. The fields of a record are not looked at.
 */
export function reportsFailure(body: JsonValue): boolean {
  return (
    hasFailedResult(body) ||
    placesIn(body).some(({ wsError, error, status }) => Boolean(wsError) || Boolean(error) || isFalse(status))
  )
}

/** Finds the vendor's words on a failure, in a body of any form. */
export function wordsOf(reply: HttpReply, body: JsonValue): string | undefined {
  const names = hasFailedResult(body) ? [...RESULT_NAMES, ...ERROR_NAMES] : [...ERROR_NAMES, ...RESULT_NAMES]
  const errors = placesIn(body).flatMap(({ wsError = null }) => (isObject(wsError) ? [wsError] : [{ wsError }]))
  for (const part of [...errors, body]) {
    for (const name of names) {
      const words = findMember(part, [name])
      if (words !== undefined) return words
    }
  }
  return plainText(reply, body)
}

/** Returns the two places where a reply says how it went: at the top, and inside its result. */
function placesIn(body: JsonValue): { [key: string]: JsonValue }[] {
  return isObject(body) ? [body, body['wsResult'] ?? null].filter(isObject) : []
}

function hasFailedResult(body: JsonValue): boolean {
  const result = isObject(body) ? (body['wsResult'] ?? null) : null
  const parsed = wholeNumberSchema.safeParse(isObject(result) ? result['idResult'] : undefined)
  return parsed.success && parsed.data !== 0
}

/** XML knows no boolean: there, and perhaps elsewhere, it is text. */
function isFalse(status: JsonValue | undefined): boolean {
  return status === false || (typeof status === 'string' && status.trim().toLowerCase() === 'false')
}

/** Returns the text of a body that is neither JSON nor markup; a page of HTML says nothing in its first 500 characters. */
function plainText(reply: HttpReply, body: JsonValue): string | undefined {
  if (body !== null) return undefined
  const text = new TextDecoder().decode(reply.bytes).trim()
  return text === '' || text.startsWith('<') || text.startsWith('{') ? undefined : text
}

/** Reads the id of a request, which stands at the top; elsewhere its name may be that of a field of a record. */
export function requestIdIn(body: JsonValue): { readonly requestId?: string } {
  const id = isObject(body) ? findMember({ requestID: body['requestID'] ?? null }, ['requestID']) : undefined
  return id === undefined ? {} : { requestId: id }
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
