import { createRoute, z } from '@hono/zod-openapi'
import type { Call } from '../../destinations/destination.ts'
import type { ProblemCode } from '../../problem.ts'
import { ONCE, onceHeaders, onceRequest } from '../idempotent.ts'
import { alsoInXml, DECODED, KEYED, problemAnswers, RECEIVED } from '../responses.ts'
import { exampleOf, wordsOfPart } from './examples.ts'
import { type Members, parametersOf, pathPart, type Takes } from './path.ts'
import { AcceptanceSchema } from '../schemas.ts'

type ParametersOf<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParametersOf<Rest>
  : never
type MembersOf<Path extends string> =
  ParametersOf<Path> extends infer Name extends string ? (Name extends keyof Members ? Members[Name] : Name) : never

/** A schema without the members that stand in the path. */
type Rest<Input extends z.ZodType, Path extends string> = z.ZodType<
  Omit<z.output<Input>, MembersOf<Path>>,
  Omit<z.input<Input>, MembersOf<Path>>
>

/** For the document and the types only: what comes in is checked by the whole of the client's own schema. */
function restOf<Input extends z.ZodType, Path extends string>(input: Input, path: Path): Rest<Input, Path> {
  if (!(input instanceof z.ZodObject)) throw new TypeError('an input is an object')
  const members = parametersOf(path).map(([, member]) => member)
  const shape = Object.entries(input.shape).filter(([name]) => !members.includes(name))
  return documented(objectOf(input, shape)) as Rest<Input, Path>
}

function objectOf(
  { def: { catchall } }: z.ZodObject,
  shape: readonly (readonly [string, z.core.$ZodType])[],
): z.ZodObject {
  const made = z.object(Object.fromEntries(shape))
  return catchall === undefined ? made : made.catchall(catchall)
}

/** The generator of the document takes only `optional` for optional, and not that a member may be absent but not undefined. */
function documented(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodExactOptional) return z.optional(documented(schema.def.innerType))
  if (schema instanceof z.ZodArray) return schema.clone({ ...schema.def, element: documented(schema.def.element) })
  if (schema instanceof z.ZodIntersection)
    return schema.clone({ ...schema.def, left: documented(schema.def.left), right: documented(schema.def.right) })
  if (!(schema instanceof z.ZodObject)) return schema
  return objectOf(
    schema,
    Object.entries(schema.shape).map(([name, member]) => [name, documented(member)] as const),
  )
}

const account = z.string().optional().openapi({ description: 'Name of the account, where several are configured.' })

/** Parameters of the query that every write takes. */
const WRITE_QUERY = {
  destination: account,
  orderingKey: z.string().min(1).max(255).optional().openapi({
    description: 'With `Prefer: respond-async`: deliveries to the account with the same key go one after the other.',
  }),
} as const

/** What is wrong with a CSV body. */
const CSV_BODY = [
  'CSV_ENCODING',
  'CSV_FIELD_TOO_LARGE',
  'CSV_HEADER',
  'CSV_NUL',
  'CSV_ROW_LENGTH',
  'CSV_SYNTAX',
  'CSV_TOO_LARGE',
  'CSV_TOO_MANY_COLUMNS',
  'CSV_TOO_MANY_ROWS',
] as const satisfies readonly ProblemCode[]

const IN_BODY = 'Of rows in CSV or NDJSON; in JSON and XML it stands in the body, and here it is refused.'

/** Settings of a load whose rows come as CSV or NDJSON. */
const LOAD_QUERY = {
  operationType: z.string().optional().openapi({ description: IN_BODY, example: 'UPDINS' }),
  keyField: z
    .string()
    .optional()
    .openapi({ description: `Codes of fields, divided by commas. ${IN_BODY}`, example: 'EMAIL' }),
  strict: z.string().optional().openapi({ description: IN_BODY, example: 'true' }),
} as const

const writeHeaders = onceHeaders.extend({
  prefer: z.string().optional().openapi({
    description: '`respond-async` (RFC 7240): stored first, and delivered as any event.',
    example: 'respond-async',
  }),
})

/** As `onceRequest`. */
const writeRequest: object = { headers: writeHeaders }

/** In both formats, of which the types know the one that a program is answered in unless it asks for the other. */
function both<Schema extends z.ZodType>(schema: Schema): { 'application/json': { schema: Schema } } {
  const xml: object = { 'application/xml': { schema } }
  return { 'application/json': { schema }, ...xml }
}

const header = (description: string) => ({ description, schema: { type: 'string' as const } })

/** What any call may be answered with: see `failures.ts`. */
const READ_PROBLEMS = [
  ...KEYED,
  'STORE_FULL',
  'NOT_ACCEPTABLE',
  'PARAMETER_INVALID',
  'DESTINATION_AMBIGUOUS',
  'DESTINATION_CLOSED',
  'DESTINATION_NOT_CONFIGURED',
  'DESTINATION_UNKNOWN',
  'UPSTREAM_REFUSED',
  'UPSTREAM_NOT_FOUND',
  'UPSTREAM_CONFLICT',
  'UPSTREAM_PARTIAL',
  'UPSTREAM_FAILED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNREACHABLE',
  'UPSTREAM_UNAUTHORIZED',
  'UPSTREAM_BUSY',
] as const satisfies readonly ProblemCode[]
const BYTES_PROBLEMS = [...READ_PROBLEMS, ...RECEIVED, ...ONCE, 'SCHEMA_MISMATCH', 'UPSTREAM_UNSURE'] as const
const WRITE_PROBLEMS = [
  ...BYTES_PROBLEMS,
  ...DECODED,
  'JSON_TOO_LARGE',
  'XML_TOO_LARGE',
  'CONTENT_TYPE_UNSUPPORTED',
  'EVENT_SOURCE_GONE',
  'MAPPING_REFUSED',
] as const satisfies readonly ProblemCode[]
const LOAD_PROBLEMS = [...WRITE_PROBLEMS, ...CSV_BODY, 'LOAD_TOO_LARGE'] as const

const LOAD_ID = z.object({ id: z.string().openapi({ example: 'bat_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }) })

const stored = {
  description: 'With `Prefer: respond-async`: it is on disk, and will be delivered.',
  headers: {
    Location: header('The delivery; the event where there are several.'),
    'Preference-Applied': header('`respond-async`.'),
  },
  content: both(AcceptanceSchema),
} as const

/** Every member is a call. */
type CallsOf<Made> = { readonly [Name in keyof Made]: Call }

/** Declares the routes of one kind of upstream over its calls. */
export function routesOf<const Kind extends string, Made extends CallsOf<Made>>(kind: Kind, tag: string, calls: Made) {
  type Name = keyof Made & string
  const shared = (operationId: string, summary: string, scope: 'read' | 'ingest') => ({
    operationId,
    summary,
    tags: [tag],
    security: [{ key: [scope] }] as Record<string, string[]>[],
  })
  const answer = <Status extends number, N extends Name>(status: Status, operation: N) => {
    const made = { description: 'What the upstream says.', content: both(resultOf(calls, operation)) }
    return { [status]: made } as { [Key in Status]: typeof made }
  }

  const write = <
    N extends Name,
    const Path extends string,
    Method extends 'post' | 'patch' | 'delete',
    Status extends 200 | 201,
  >(
    method: Method,
    operation: N,
    path: Path,
    status: Status,
    id: string,
    summary: string,
  ) => {
    const body = both(restOf(inputOf(calls, operation), path))
    Object.assign(body['application/json'], exampleOf(operation))
    const route = createRoute({
      ...shared(id, summary, 'ingest'),
      method,
      path,
      request: {
        ...parametersOfRoute(path),
        query: z.object(WRITE_QUERY),
        ...writeRequest,
        body: { content: body },
      },
      responses: { ...answer(status, operation), 202: stored, ...alsoInXml(problemAnswers(...WRITE_PROBLEMS)) },
    })
    return { kind, operation, takes: 'body' as Takes, status, route }
  }

  return {
    /** A write: what does not stand in the path is its body. */
    write,
    /** A load: its rows may also come as CSV or NDJSON, and then its settings stand in the query. */
    load<N extends Name, const Path extends string>(operation: N, path: Path, id: string, summary: string) {
      const { route, ...made } = write('post', operation, path, 201, id, summary)
      const { body, query } = route.request
      const rows: object = { 'text/csv': { schema: z.string() }, 'application/x-ndjson': { schema: z.string() } }
      const content = { ...body.content, ...rows }
      const request = { ...route.request, query: query.extend(LOAD_QUERY), body: { content } }
      const loaded = {
        description: 'What the upstream says, and the id of the load: how it ends is told later.',
        headers: { Location: header('Where to read how it ended.') },
        content: both(z.intersection(resultOf(calls, operation), LOAD_ID)),
      }
      const responses = { ...route.responses, 201: loaded, ...alsoInXml(problemAnswers(...LOAD_PROBLEMS)) }
      return { ...made, takes: 'rows' as Takes, route: { ...route, request, responses } }
    },
    /** A file: its bytes are the body, as they are. */
    upload<N extends Name, const Path extends string>(operation: N, path: Path, id: string, summary: string) {
      const route = createRoute({
        ...shared(id, summary, 'ingest'),
        method: 'post',
        path,
        request: {
          ...parametersOfRoute(path),
          query: z.object({ destination: account, fileName: z.string().openapi({ example: 'invoice.pdf' }) }),
          ...onceRequest,
          body: { content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } } },
        },
        responses: { ...answer(201, operation), ...alsoInXml(problemAnswers(...BYTES_PROBLEMS)) },
      })
      return { kind, operation, takes: 'bytes' as Takes, status: 201 as const, route }
    },
    /** A read: what does not stand in the path stands in the query. */
    get<N extends Name, const Path extends string>(operation: N, path: Path, id: string, summary: string) {
      const route = createRoute({
        ...shared(id, summary, 'read'),
        method: 'get',
        path,
        request: {
          ...parametersOfRoute(path),
          query: withAccount(restOf(inputOf(calls, operation), path)),
        },
        responses: { ...answer(200, operation), ...alsoInXml(problemAnswers(...READ_PROBLEMS)) },
      })
      return { kind, operation, takes: 'query' as Takes, status: 200 as const, route }
    },
  }
}

const inputOf = <Made extends CallsOf<Made>, N extends keyof Made>(calls: Made, name: N): Made[N]['input'] =>
  calls[name].input
const resultOf = <Made extends CallsOf<Made>, N extends keyof Made>(calls: Made, name: N): Made[N]['result'] =>
  calls[name].result

/** The parameters of a path, if it has any: a caller need not name what there is none of. */
function parametersOfRoute<Path extends string>(path: Path) {
  const names = parametersOf(path).map(([name]) => name)
  const params = z.object(Object.fromEntries(names.map((name) => [name, pathPart.openapi(wordsOfPart(name))])))
  return (names.length === 0 ? {} : { params }) as Path extends `${string}{${string}`
    ? { params: z.ZodObject<{ [Parameter in ParametersOf<Path>]: typeof pathPart }> }
    : object
}

interface Account {
  readonly destination?: string
}

/** The parameters of a query, with the account. */
function withAccount<Output, Input>(schema: z.ZodType<Output, Input>) {
  const shape = schema instanceof z.ZodObject ? schema.shape : {}
  const query: unknown = z.object({ ...shape, destination: account })
  // All that a route has to know of it is what goes in and what comes out.
  return query as z.ZodPipe<z.ZodType<Input & Account, Input & Account>, z.ZodType<Output & Account>>
}
