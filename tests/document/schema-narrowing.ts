import { type Document, isObject, type JsonObject } from './document.ts'
import { flatSchema, listOf, propertiesOf } from './flat-schema.ts'

/** A schema, and the document that its references lead into. */
export interface Placed {
  readonly document: Document
  readonly schema: JsonObject
}

/** Limits of which a larger value takes less, and those of which a smaller one does. */
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties']
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties']
/** What takes less wherever it says something else. */
const EXACT = ['pattern', 'format', 'const', 'multipleOf', 'uniqueItems']

/**
 * Lists where a schema takes less than another one did, by the paths of the members. What it cannot compare it takes for a
 * difference.
 */
export function narrowings(wide: Placed, narrow: Placed, path = ''): readonly string[] {
  const from = flatSchema(wide.document, wide.schema)
  const to = flatSchema(narrow.document, narrow.schema)
  const [fromChoices, toChoices] = [choicesOf(from), choicesOf(to)]
  if (fromChoices !== null || toChoices !== null) {
    const targets = (toChoices ?? [to]).map((schema) => ({ ...narrow, schema }))
    return (fromChoices ?? [from]).flatMap((schema, index) => {
      const fits = targets.some((target) => narrowings({ ...wide, schema }, target).length === 0)
      return fits ? [] : [`${path || '.'}: choice ${index + 1} is no longer taken`]
    })
  }
  return [
    ...typeNarrowings(from, to),
    ...enumNarrowings(from, to),
    ...limitNarrowings(from, to),
    ...requiredNarrowings(from, to),
  ]
    .map((fault) => `${path || '.'}: ${fault}`)
    .concat(memberNarrowings({ ...wide, schema: from }, { ...narrow, schema: to }, path))
}

function choicesOf(schema: JsonObject): readonly JsonObject[] | null {
  const choices = schema['anyOf'] ?? schema['oneOf']
  return Array.isArray(choices) ? choices.filter(isObject) : null
}

function typeNarrowings(from: JsonObject, to: JsonObject): readonly string[] {
  if (to['type'] === undefined) return []
  const types = listOf(to['type'])
  const taken = (type: unknown) => types.includes(type) || (type === 'integer' && types.includes('number'))
  if (from['type'] === undefined) return ['any type was taken']
  return listOf(from['type']).flatMap((type) => (taken(type) ? [] : [`type ${String(type)} is gone`]))
}

function enumNarrowings(from: JsonObject, to: JsonObject): readonly string[] {
  const values = to['enum']
  if (!Array.isArray(values)) return []
  const before = from['enum'] ?? (from['const'] === undefined ? undefined : [from['const']])
  if (!Array.isArray(before)) return ['any value was taken']
  return before.flatMap((value) => (values.includes(value) ? [] : [`value ${String(value)} is gone`]))
}

function limitNarrowings(from: JsonObject, to: JsonObject): readonly string[] {
  const isStricter = (key: string, stricter: (one: number, other: number) => boolean): boolean => {
    const [before, now] = [from[key], to[key]]
    return typeof now === 'number' && (typeof before !== 'number' || stricter(now, before))
  }
  return [
    ...LOWER.filter((key) => isStricter(key, (now, before) => now > before)),
    ...UPPER.filter((key) => isStricter(key, (now, before) => now < before)),
    ...EXACT.filter((key) => to[key] !== undefined && to[key] !== from[key]),
    ...(to['additionalProperties'] === false && from['additionalProperties'] !== false ? ['additionalProperties'] : []),
  ].map((key) => `${key} is stricter`)
}

function requiredNarrowings(from: JsonObject, to: JsonObject): readonly string[] {
  const before = listOf(from['required'])
  return listOf(to['required']).flatMap((name) => (before.includes(name) ? [] : [`${String(name)} is required`]))
}

function memberNarrowings(from: Placed, to: Placed, path: string): readonly string[] {
  const members = propertiesOf(to.schema)
  const ofMembers = Object.entries(propertiesOf(from.schema)).flatMap(([name, schema]) => {
    const target = members[name]
    const place = `${path}.${name}`
    if (target !== undefined) return narrowings({ ...from, schema }, { ...to, schema: target }, place)
    return to.schema['additionalProperties'] === false ? [`${place}: is no longer taken`] : []
  })
  const ofItems = ['items', 'additionalProperties'].flatMap((key) => {
    const [before, now] = [from.schema[key], to.schema[key]]
    if (!isObject(now)) return []
    return narrowings({ ...from, schema: isObject(before) ? before : {} }, { ...to, schema: now }, `${path}[]`)
  })
  return [...ofMembers, ...ofItems]
}
