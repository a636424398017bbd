import { type OutputUnit, Validator } from '@cfworker/json-schema'
import { z } from 'zod'
import { bounded } from './bounded.ts'
import { draftOf, isRecord, keywordFaults } from './keywords.ts'
import { referenceFaults } from './references.ts'

/** A schema of a source that was declared as data. */
export type JsonSchema = z.ZodType & {
  /** What is wrong with it, by the place in it. Such a schema accepts nothing. */
  readonly faults: readonly string[]
}

/**
 * Takes a JSON Schema for the schema of a source: drafts 2020-12 (where `$schema` does not say), 2019-09, 7 and 4. What is
 * in it is interpreted, as no code can be made of it on Workers. What it does not describe is let through as it is, and a
 * mapping has to check for itself what it gets.
 *
 * Nothing of it is passed over: a keyword or a format that is not checked is a fault at the start. What could take long
 * is asked only of what is short: a pattern of texts up to 500 characters, a format up to 2000; `uniqueItems` and
 * `contains` of lists up to 1000. What is longer does not match.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-validation
 */
export function jsonSchema(schema: boolean | Readonly<Record<string, unknown>>): JsonSchema {
  const draft = draftOf(schema)
  const faults = draft === null ? ['#: $schema is no draft that is known'] : keywordFaults(schema, draft)
  // References are only looked at where everything that could hold a schema does.
  const all = (faults.length === 0 ? referenceFaults(schema) : faults).map((fault) => `schema ${fault}`)
  if (draft === null || all.length > 0) return Object.assign(z.never(), { faults: all })
  const validator = new Validator(bounded(schema) as ConstructorParameters<typeof Validator>[0], draft)
  const checked = z.unknown().superRefine((value, context) => {
    for (const issue of issuesOf(validator, value)) context.addIssue({ code: 'custom', ...issue })
  })
  return Object.assign(checked, { faults: [] })
}

interface Found {
  readonly path: (string | number)[]
  readonly message: string
}

function issuesOf(validator: Validator, value: unknown): readonly Found[] {
  try {
    const { valid, errors } = validator.validate(value)
    if (valid) return []
    const told = errors.filter(tells).map((error) => ({ path: pathOf(error, value), message: messageOf(error) }))
    return told.length > 0 ? told : [{ path: [], message: 'Does not match the schema' }]
  } catch (error) {
    // It writes every name into a pointer, and half of a surrogate pair cannot be written.
    if (error instanceof URIError) return [{ path: [], message: 'A name holds half of a surrogate pair' }]
    throw error
  }
}

/** These only say that something within them was wrong, and others say what. */
const AROUND: ReadonlySet<string> = new Set([
  '$ref',
  'additionalItems',
  'additionalProperties',
  'allOf',
  'dependentSchemas',
  'if',
  'items',
  'prefixItems',
  'properties',
  'propertyNames',
])

/** Whether it says what is wrong: what was wrong with each of several choices is more than anybody wants to know. */
function tells({ keyword, keywordLocation }: OutputUnit): boolean {
  return !AROUND.has(keyword) && !/\/(?:anyOf|oneOf|contains)\//.test(keywordLocation)
}

/** Of these the library's own words quote the schema only. Others quote the value. */
const OWN_WORDS: ReadonlySet<string> = new Set(['required', 'enum', 'const', 'format'])

function messageOf({ keyword, error }: OutputUnit): string {
  if (keyword === 'type') return error.replace(/^.*Expected /, 'Expected ')
  if (keyword === 'false') return 'Nothing is accepted here'
  return OWN_WORDS.has(keyword) ? error : `Does not meet \`${keyword}\``
}

/** Reads where in a value it is. Only the value tells whether a number is an index or a name. */
function pathOf({ instanceLocation }: OutputUnit, value: unknown): (string | number)[] {
  let within = value
  return instanceLocation
    .split('/')
    .slice(1)
    .map((written) => {
      const name = decodeURI(written).replaceAll('%23', '#').replaceAll('~1', '/').replaceAll('~0', '~')
      const part = Array.isArray(within) ? Number(name) : name
      within = isRecord(within) ? within[name] : Array.isArray(within) ? (within[Number(name)] as unknown) : undefined
      return part
    })
}
