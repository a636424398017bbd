import { patternFault } from './pattern.ts'

const DRAFTS = {
  'http://json-schema.org/draft-04/schema': '4',
  'http://json-schema.org/draft-07/schema': '7',
  'https://json-schema.org/draft/2019-09/schema': '2019-09',
  'https://json-schema.org/draft/2020-12/schema': '2020-12',
} as const
export type Draft = (typeof DRAFTS)[keyof typeof DRAFTS]

/** Formats that are checked. In JSON Schema others would mean nothing. */
const FORMATS: ReadonlySet<unknown> = new Set([
  'date',
  'time',
  'date-time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uri-reference',
  'uuid',
])
const TYPES: ReadonlySet<unknown> = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'])

/** Keywords that say something to people only. */
const ANNOTATIONS = ['$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly']

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
const isNumber = (value: unknown): boolean => Number.isFinite(value)
const isText = (value: unknown): boolean => typeof value === 'string'
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const isType = (value: unknown): boolean =>
  TYPES.has(value) || (Array.isArray(value) && value.length > 0 && value.every((one) => TYPES.has(one)))

/** What a value keyword has to be. */
const VALUES: Readonly<Record<string, readonly [is: (value: unknown, draft: Draft) => boolean, what: string]>> = {
  $schema: [isText, 'the address of a draft'],
  $ref: [(value) => isText(value) && String(value).startsWith('#'), 'a place in this very schema, such as `#/$defs/x`'],
  type: [isType, 'a type or a list of types'],
  enum: [(value) => Array.isArray(value) && value.length > 0, 'a list of values'],
  const: [() => true, ''],
  required: [isTexts, 'a list of names'],
  minProperties: [isCount, 'a whole number from 0'],
  maxProperties: [isCount, 'a whole number from 0'],
  minItems: [isCount, 'a whole number from 0'],
  maxItems: [isCount, 'a whole number from 0'],
  minContains: [isCount, 'a whole number from 0'],
  maxContains: [isCount, 'a whole number from 0'],
  uniqueItems: [(value) => typeof value === 'boolean', 'true or false'],
  minLength: [isCount, 'a whole number from 0'],
  maxLength: [isCount, 'a whole number from 0'],
  format: [(value) => FORMATS.has(value), `one of ${[...FORMATS].join(', ')}: no other is checked`],
  minimum: [isNumber, 'a number'],
  maximum: [isNumber, 'a number'],
  exclusiveMinimum: [(value, draft) => (draft === '4' ? typeof value === 'boolean' : isNumber(value)), 'a number'],
  exclusiveMaximum: [(value, draft) => (draft === '4' ? typeof value === 'boolean' : isNumber(value)), 'a number'],
  multipleOf: [(value) => isNumber(value) && Number(value) > 0, 'a number above 0'],
}

/** Why a keyword that people know is not taken. */
const NOT_TAKEN: ReadonlyMap<string, string> = new Map([
  ['nullable', 'write the type as a list with "null" in it'],
  ['patternProperties', 'nothing bounds its time; use propertyNames'],
  ['dependencies', 'use dependentRequired or dependentSchemas'],
])

const ONE = ['additionalProperties', 'propertyNames', 'contains', 'not', 'if', 'then', 'else', 'additionalItems']
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems']
const MAPS = ['properties', '$defs', 'definitions', 'dependentSchemas']

/** A part of a schema, and where it stands. */
export interface Part {
  readonly at: string
  readonly schema: unknown
  /** Whether it is about the very value that the schema around it is about. */
  readonly samePlace: boolean
}

/** Lists the schemas directly within a schema. */
export function partsOf(schema: Readonly<Record<string, unknown>>, at = '#'): readonly Part[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    const here = `${at}/${keyword}`
    const samePlace = SAME_PLACE.has(keyword)
    if (ONE.includes(keyword) || (keyword === 'items' && !Array.isArray(value)))
      return [{ at: here, schema: value, samePlace }]
    if (LISTS.includes(keyword) || keyword === 'items')
      return Array.isArray(value)
        ? value.map((one: unknown, index) => ({ at: `${here}/${index}`, schema: one, samePlace }))
        : []
    if (!MAPS.includes(keyword) || !isRecord(value)) return []
    return Object.entries(value).map(([name, one]) => ({
      at: `${here}/${escapePointer(name)}`,
      schema: one,
      samePlace,
    }))
  })
}

/** Makes a schema of which every schema directly within it was changed. */
export function changeParts(
  schema: Readonly<Record<string, unknown>>,
  change: (part: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  const changed = Object.entries(schema).map(([keyword, value]) => {
    if (ONE.includes(keyword)) return [keyword, change(value)] as const
    if (LISTS.includes(keyword) || keyword === 'items')
      return [keyword, Array.isArray(value) ? value.map(change) : change(value)] as const
    if (!MAPS.includes(keyword) || !isRecord(value)) return [keyword, value] as const
    return [keyword, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(one)]))] as const
  })
  return Object.fromEntries(changed)
}

const SAME_PLACE: ReadonlySet<string> = new Set([
  'anyOf',
  'oneOf',
  'allOf',
  'not',
  'if',
  'then',
  'else',
  'dependentSchemas',
])

/** RFC 6901 section 3. */
export const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** Finds the draft that a schema is written for: 2020-12 where it does not say; null where there is no such one. */
export function draftOf(schema: unknown): Draft | null {
  const said = isRecord(schema) ? schema['$schema'] : undefined
  if (said === undefined) return '2020-12'
  const address = typeof said === 'string' ? said.replace(/#$/, '') : ''
  return Object.entries(DRAFTS).find(([known]) => known === address)?.[1] ?? null
}

/** Lists what is wrong with a schema: every keyword that is not known or is not what it should be. Nothing is passed over. */
export function keywordFaults(schema: unknown, draft: Draft, at = '#'): readonly string[] {
  if (typeof schema === 'boolean') return []
  if (!isRecord(schema)) return [`${at}: a schema is an object, true or false`]
  const own = Object.entries(schema).flatMap(([keyword, value]) => {
    const fault = keywordFault(keyword, value, draft, at)
    return fault === null ? [] : [`${at}: ${keyword} ${fault}`]
  })
  return [
    ...own,
    ...siblingFaults(schema, draft, at),
    ...partsOf(schema, at).flatMap((part) => keywordFaults(part.schema, draft, part.at)),
  ]
}

function keywordFault(keyword: string, value: unknown, draft: Draft, at: string): string | null {
  if (ANNOTATIONS.includes(keyword)) return null
  // Only the whole of it may have an address: that of a part would change what its references mean.
  if (keyword === '$id' || keyword === 'id') return at === '#' && isText(value) ? null : 'is only taken at the root'
  if (keyword === 'pattern') return isText(value) ? patternFault(String(value)) : 'must be text'
  const known = Object.hasOwn(VALUES, keyword) ? VALUES[keyword] : undefined
  if (known !== undefined) {
    const [is, what] = known
    return is(value, draft) ? null : `must be ${what}`
  }
  if (keyword === 'items' || ONE.includes(keyword)) return null
  if (LISTS.includes(keyword)) return Array.isArray(value) && value.length > 0 ? null : 'must be a list of schemas'
  if (MAPS.includes(keyword)) return isRecord(value) ? null : 'must map names to schemas'
  if (keyword === 'dependentRequired')
    return isRecord(value) && Object.values(value).every(isTexts) ? null : 'must map names to lists of names'
  return `is not taken: ${NOT_TAKEN.get(keyword) ?? 'it would be passed over in silence'}`
}

/** In these drafts whatever stands beside a reference means nothing. */
function siblingFaults(schema: Readonly<Record<string, unknown>>, draft: Draft, at: string): readonly string[] {
  if (!('$ref' in schema) || (draft !== '4' && draft !== '7')) return []
  const ignored = Object.keys(schema).filter(
    (keyword) =>
      keyword !== '$ref' &&
      !ANNOTATIONS.includes(keyword) &&
      !['$defs', 'definitions', '$schema', '$id', 'id'].includes(keyword),
  )
  return ignored.map((keyword) => `${at}: ${keyword} beside $ref means nothing in draft ${draft}`)
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
