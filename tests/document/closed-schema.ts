import { type Document, isObject, type JsonObject, resolveRef } from './document.ts'

/**
 * Writes a schema of the document out, references and all, and closes its objects: an object that lists its members and
 * says nothing of others has no others. So a reply with a member that nobody documented does not fit.
 */
export function closedSchema(document: Document, schema: JsonObject): JsonObject {
  return write(schema, { closes: true, within: [] })

  interface Place {
    /** Whether an object closes itself here, or the one that it is a part of does. */
    readonly closes: boolean
    readonly within: readonly string[]
  }

  function write(part: JsonObject, place: Place): JsonObject {
    const { $ref: reference, ...rest } = part
    if (typeof reference === 'string') {
      if (place.within.includes(reference)) throw new Error(`${reference} holds itself, which this cannot write out`)
      return write({ ...resolveRef(document, reference), ...rest }, { ...place, within: [...place.within, reference] })
    }
    const written = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, member(key, value, place)]))
    const isList = part['properties'] !== undefined || part['allOf'] !== undefined
    const isOpen = !place.closes || part['additionalProperties'] !== undefined || !isList
    return isOpen ? written : { ...written, unevaluatedProperties: false }
  }

  function member(key: string, value: unknown, place: Place): unknown {
    const inside = { ...place, closes: true }
    if (key === 'properties' && isObject(value)) return mapValues(value, (one) => schemaAt(one, inside))
    if (key === 'items' || key === 'additionalProperties') return schemaAt(value, inside)
    if (!Array.isArray(value)) return value
    if (key === 'allOf') return value.map((one) => schemaAt(one, { ...place, closes: false }))
    return key === 'anyOf' || key === 'oneOf' ? value.map((one) => schemaAt(one, place)) : value
  }

  function schemaAt(value: unknown, place: Place): unknown {
    return isObject(value) ? write(value, place) : value
  }
}

function mapValues(object: JsonObject, change: (value: unknown) => unknown): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
}
