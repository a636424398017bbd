import { type Issue, SchemaError } from './stages.ts'

/**
 * What a schema has to be: a Standard Schema, as zod, valibot and arktype make them.
 *
 * @see https://standardschema.dev
 */
export interface InputSchema<Output = unknown> {
  readonly '~standard': {
    readonly vendor?: string
    readonly validate: (value: unknown) => Checked<Output> | Promise<Checked<Output>>
  }
}

type Checked<Output> = { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly Fault[] }

interface Fault {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** Vendors whose messages say what was expected. Those of others, such as valibot and arktype, quote what was received. */
const SILENT_VENDORS: ReadonlySet<string | undefined> = new Set(['zod'])

const UNQUOTED = 'is not what its schema expects'

/** Longest list of faults that an error carries: ten thousand rows may all have the same one. */
const MAX_ISSUES = 20

/**
 * Checks the input of an operation against a schema that needs no waiting, and returns what the schema makes of it.
 *
 * @param label - Names the operation in the error's message, such as `contactnow records.create`.
 * @throws SchemaError `SCHEMA_MISMATCH` with the paths, and, of a zod schema, its expectations. The messages of other
 * vendors may quote the value, and are replaced by a fixed one.
 */
export function checkInput<Output>(label: string, schema: InputSchema<Output>, input: unknown): Output {
  const message = `${label}: the input does not fit`
  const result = schema['~standard'].validate(input)
  if (result instanceof Promise) throw new SchemaError(message, [{ path: '', message: 'its schema has to be awaited' }])
  if (result.issues === undefined) return result.value
  const isSilent = SILENT_VENDORS.has(schema['~standard'].vendor)
  throw new SchemaError(
    message,
    result.issues.slice(0, MAX_ISSUES).map((fault) => issueOf(fault, isSilent)),
  )
}

function issueOf({ message, path = [] }: Fault, isSilent: boolean): Issue {
  const parts = path.map((part) => (typeof part === 'object' ? part.key : part))
  return { path: parts.reduce<string>(appendPart, ''), message: isSilent ? message : UNQUOTED }
}

function appendPart(path: string, part: PropertyKey): string {
  if (typeof part === 'number') return `${path}[${part}]`
  return path === '' ? String(part) : `${path}.${String(part)}`
}
