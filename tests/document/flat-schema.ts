import { type Document, isObject, type JsonObject, resolveRef } from './document.ts'

/**
 * Writes the outermost level of a schema as one object: references are followed, and the parts of `allOf` put together, the
 * later before the earlier where two say something of one member.
 */
export function flatSchema(document: Document, schema: JsonObject): JsonObject {
  const { $ref: reference, allOf, ...rest } = schema
  if (typeof reference === 'string') {
    return flatSchema(document, { ...resolveRef(document, reference), ...rest })
  }
  if (!Array.isArray(allOf)) return rest
  const parts = allOf.filter(isObject).map((part) => flatSchema(document, part))
  return [...parts, rest].reduce(join, {})
}

function join(one: JsonObject, other: JsonObject): JsonObject {
  const required = [...listOf(one['required']), ...listOf(other['required'])]
  return {
    ...one,
    ...other,
    ...(required.length === 0 ? {} : { required: [...new Set(required)] }),
    ...(one['properties'] === undefined && other['properties'] === undefined
      ? {}
      : { properties: { ...propertiesOf(one), ...propertiesOf(other) } }),
  }
}

export function propertiesOf({ properties }: JsonObject): Readonly<Record<string, JsonObject>> {
  return isObject(properties) ? (properties as Readonly<Record<string, JsonObject>>) : {}
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value]
}
