import { type Issue, SchemaError } from '@sluice/errors'
import type { JsonValue } from '@sluice/json-codec'

import type { Attribute, FlatData } from './wire.ts'

/** What to do with values that the vendor's pages do not show. */
export interface FlattenOptions {
  /** Default `refuse`; `omit` leaves members that are null out. */
  readonly nulls?: 'refuse' | 'omit'
  /** Default `refuse`; `yes-no` writes `Yes` and `No`, which is right only where the vendor's mapping says so. */
  readonly booleans?: 'refuse' | 'yes-no'
}

/** Deepest nesting that is followed; a value that contains itself has no end. */
const MAX_DEPTH = 64

interface Flattening {
  readonly options: FlattenOptions
  readonly attributes: Map<string, Attribute>
  readonly issues: Issue[]
}

/**
 * Makes flat data of nested: members of objects get dotted names, lists of scalars become lists of text. The client never
 * does this by itself, because the vendor's mapping has to know the names.
 *
 * @throws SchemaError `SCHEMA_MISMATCH` naming every place: a list that holds an object or a list, null, a boolean, an
 * object without members, and two members that would get one name.
 */
export function flatten(nested: { readonly [name: string]: JsonValue }, options: FlattenOptions = {}): FlatData {
  const flattening: Flattening = { options, attributes: new Map(), issues: [] }
  flattenMembers(nested, '', 1, flattening)
  if (flattening.issues.length > 0) throw new SchemaError('datatalks flatten: the data does not fit', flattening.issues)
  return Object.fromEntries(flattening.attributes)
}

function flattenMembers(
  nested: { readonly [name: string]: JsonValue },
  path: string,
  depth: number,
  flattening: Flattening,
): void {
  const members = Object.entries(nested)
  if (members.length === 0) flattening.issues.push({ path, message: 'expected an object with members' })
  for (const [name, value] of members) {
    flattenMember(value, path === '' ? name : `${path}.${name}`, depth, flattening)
  }
}

function flattenMember(value: JsonValue, path: string, depth: number, flattening: Flattening): void {
  const { options, issues } = flattening
  if (value === null) {
    if (options.nulls !== 'omit') issues.push({ path, message: 'expected a value, not null' })
  } else if (Array.isArray(value)) {
    putAttribute(path, textList(value, path, flattening), flattening)
  } else if (typeof value === 'object') {
    if (depth < MAX_DEPTH) flattenMembers(value, path, depth + 1, flattening)
    else issues.push({ path, message: `expected at most ${MAX_DEPTH} levels` })
  } else {
    putAttribute(path, typeof value === 'boolean' ? textOf(value, path, flattening) : value, flattening)
  }
}

function putAttribute(name: string, attribute: Attribute, { attributes, issues }: Flattening): void {
  if (attributes.has(name)) issues.push({ path: name, message: 'expected one member that gets this name, not two' })
  attributes.set(name, attribute)
}

function textList(list: readonly JsonValue[], path: string, flattening: Flattening): string[] {
  return list.flatMap((item, index) => {
    if (typeof item !== 'object') return [textOf(item, `${path}[${index}]`, flattening)]
    if (item === null && flattening.options.nulls === 'omit') return []
    flattening.issues.push({ path: `${path}[${index}]`, message: 'expected a string or a number' })
    return []
  })
}

function textOf(value: string | number | boolean, path: string, { options, issues }: Flattening): string {
  if (typeof value !== 'boolean') return String(value)
  if (options.booleans !== 'yes-no') issues.push({ path, message: 'expected a string or a number, not a boolean' })
  return value ? 'Yes' : 'No'
}
