import { type CsvRecord, decodeCsvStream } from '@sluice/csv-codec'
import { SchemaError } from '@sluice/errors'
import { decodeJson } from '@sluice/json-codec'
import type { Context, MiddlewareHandler } from 'hono'
import type { z } from 'zod'
import { issuesOf } from '../../flow/validate.ts'
import { RequestError } from '../../problem.ts'
import { queryFaults } from '../auth.ts'
import { bodyOf } from '../body.ts'
import { parametersOf, pathPart, type Takes } from './path.ts'
import { fitText } from './fit-text.ts'
import { decodeBody, mediaTypeOf } from './formats.ts'

/** Largest body of a call, and of a load or a file: what the client itself takes. */
const MAX_BODY_BYTES = 1_048_576
export const MAX_LOAD_BYTES = 10_485_760
/** Rows of one load. All of them are in memory at once, since the client takes them so. */
export const MAX_ROWS = 10_000

/** What an operation takes, and from where. */
export interface InputSource {
  readonly takes: Takes
  readonly path: string
  readonly input: z.ZodType
}

/** How large a body may be. */
export const bodyLimitOf = (takes: Takes): number =>
  takes === 'rows' || takes === 'bytes' ? MAX_LOAD_BYTES : MAX_BODY_BYTES

/**
 * Reads what a call takes from the path, the query and the body, and checks it by the client's own schema.
 *
 * @throws RequestError `PARAMETER_INVALID` a part of the path or the query; `CONTENT_TYPE_UNSUPPORTED`; `BODY_TOO_LARGE`;
 * `LOAD_TOO_LARGE`.
 * @throws DecodeError the body is not well formed, or beyond a limit.
 * @throws SchemaError `SCHEMA_MISMATCH` with paths, never values.
 */
export async function readInput(context: Context, { takes, path, input }: InputSource): Promise<unknown> {
  const fixed = inPath(context, path)
  if (takes === 'query') {
    const checked = input.safeParse(fitText(input, { ...inQuery(context), ...fixed }, ','))
    if (checked.success) return checked.data
    throw new RequestError('PARAMETER_INVALID', issuesOf(checked.error))
  }
  const given = takes === 'bytes' ? await fileOf(context) : await membersOf(context, takes)
  for (const name of Object.keys(fixed)) if (Object.hasOwn(given, name)) throw mismatch(name, 'is given by the path')
  const checked = input.safeParse(fitText(input, { ...given, ...fixed }, takes === 'rows' ? ',' : null))
  if (!checked.success) throw new SchemaError('the body does not fit its operation', issuesOf(checked.error))
  return checked.data
}

const mismatch = (path: string, message: string) =>
  new SchemaError('the body does not fit its operation', [{ path, message }])

/** Parameters of the query that are known; null where the schema of the operation knows. */
const PARAMETERS = {
  query: null,
  body: ['destination', 'orderingKey'],
  rows: ['destination', 'orderingKey'],
  bytes: ['destination', 'fileName'],
} as const
/** What a load takes beside, where its body is nothing but rows. */
const LOAD_SETTINGS = ['operationType', 'keyField', 'strict'] as const

/**
 * Makes the middleware that refuses parameters of the query which a write does not know, and settings of a load beside a
 * body that has a place for them: one of the two would hold without a word.
 */
export function isKnownQuery(takes: Takes): MiddlewareHandler {
  return async (context, next) => {
    const hasSettings = takes === 'rows' && isRows(mediaTypeOf(context.req.header('content-type')))
    const faults = queryFaults(context, hasSettings ? [...PARAMETERS.rows, ...LOAD_SETTINGS] : PARAMETERS[takes])
    if (faults.length > 0) throw new RequestError('PARAMETER_INVALID', faults)
    await next()
  }
}

/** The members of the input that stand in the path. */
function inPath(context: Context, path: string): Readonly<Record<string, string>> {
  const found = parametersOf(path).map(([parameter, member]) => {
    const checked = pathPart.safeParse(context.req.param(parameter))
    if (checked.success) return [member, checked.data] as const
    const issues = issuesOf(checked.error).map(({ message }) => ({ path: parameter, message }))
    throw new RequestError('PARAMETER_INVALID', issues)
  })
  return Object.fromEntries(found)
}

/** The query but for the account; a parameter that comes twice is a list, and one without a value was left out. */
function inQuery(context: Context): Readonly<Record<string, string | string[]>> {
  const entries = Object.entries(context.req.queries())
    .filter(([name]) => name !== 'destination')
    .map(([name, values]) => [name, values.filter((value) => value !== '')] as const)
    .filter(([, values]) => values.length > 0)
  return Object.fromEntries(
    entries.map(([name, [one = '', ...more]]) => [name, more.length === 0 ? one : [one, ...more]]),
  )
}

/** The members of the input that stand in the body. */
async function membersOf(context: Context, takes: 'body' | 'rows'): Promise<Readonly<Record<string, unknown>>> {
  const contentType = context.req.header('content-type')
  const type = mediaTypeOf(contentType)
  if (takes === 'rows' && isRows(type)) {
    const rows = type === 'text/csv' ? await csvRows(context) : await ndjsonRows(context)
    const [first] = rows
    if (first === undefined) throw mismatch('rows', 'expected at least one row')
    const { destination: _, orderingKey: __, ...settings } = context.req.query()
    return { ...settings, fieldsCode: Object.keys(first), rows }
  }
  const body = await bodyOf(context, bodyLimitOf(takes))
  // An operation may take nothing.
  if (body.length === 0) return {}
  const decoded = decodeBody(contentType, body, bodyLimitOf(takes))
  if (typeof decoded !== 'object' || decoded === null || Array.isArray(decoded))
    throw mismatch('', 'expected an object')
  const rows: unknown = 'rows' in decoded ? decoded.rows : null
  if (takes === 'rows' && Array.isArray(rows) && rows.length > MAX_ROWS) throw new RequestError('LOAD_TOO_LARGE')
  return { ...decoded }
}

const ROW_TYPES: ReadonlySet<string> = new Set([
  'text/csv',
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
])
const isRows = (type: string): boolean => ROW_TYPES.has(type)

/** Reads rows as they come, and no further than to the first that is too many. */
async function csvRows(context: Context): Promise<readonly CsvRecord[]> {
  const body = new Blob([await bodyOf(context, MAX_LOAD_BYTES)]).stream()
  const rows: CsvRecord[] = []
  for await (const row of decodeCsvStream(body, { header: true, maxBytes: MAX_LOAD_BYTES, emptyLines: 'skip' })) {
    if (rows.length === MAX_ROWS) throw new RequestError('LOAD_TOO_LARGE')
    rows.push(row)
  }
  return rows
}

async function ndjsonRows(context: Context): Promise<readonly object[]> {
  const text = decodeUtf8(await bodyOf(context, MAX_LOAD_BYTES))
  const rows: object[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    if (rows.length === MAX_ROWS) throw new RequestError('LOAD_TOO_LARGE')
    const row = decodeJson(line, { maxBytes: MAX_LOAD_BYTES, duplicateKeys: 'refuse', inexactNumbers: 'refuse-whole' })
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw mismatch(`rows[${index}]`, 'expected an object')
    rows.push(row)
  }
  return rows
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch {
    throw new RequestError('BODY_INCOMPLETE')
  }
}

/** A file: its bytes, its name from the query, and its type. */
async function fileOf(context: Context): Promise<Readonly<Record<string, unknown>>> {
  const bytes = await bodyOf(context, MAX_LOAD_BYTES)
  const fileName = context.req.query('fileName')
  const contentType = context.req.header('content-type')
  return {
    bytes,
    ...(fileName === undefined ? {} : { fileName }),
    ...(contentType === undefined ? {} : { contentType }),
  }
}
