import type { ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import Ajv2020 from 'ajv/dist/2020.js'
import { closedSchema } from './closed-schema.ts'
import {
  type Answer,
  type Document,
  findOperation,
  findPaths,
  isObject,
  type JsonObject,
  type Placed,
} from './document.ts'

/** What was asked. */
export interface Asked {
  readonly method: string
  /** Without its query. */
  readonly path: string
}

/** What was answered. */
export interface Replied {
  readonly status: number
  readonly headers: Headers
  /** Null where it is not looked at: an answer that does not end. */
  readonly body: string | null
}

/** Says what of a reply is not as the document says; nothing where all of it is. */
export type ReplyCheck = (asked: Asked, reply: Replied) => readonly string[]

const PROBLEM_JSON = 'application/problem+json'
const PROBLEM_XML = 'application/problem+xml'

/**
 * Creates the check of replies against the document: the status, the media type, the headers that are always there, every
 * member of the body, and with it the code of a problem.
 */
export function createReplyCheck(document: Document): ReplyCheck {
  const validate = createValidate(document)
  return (asked, reply) => {
    const placed = findOperation(document, asked.method, asked.path)
    return placed === undefined ? checkElsewhere(document, asked, reply) : checkReply(placed, asked, reply)
  }

  function checkReply({ operation }: Placed, { method }: Asked, reply: Replied): readonly string[] {
    const answer = operation.responses[String(reply.status)]
    if (answer === undefined) return [`${operation.operationId} has no ${reply.status}: ${reply.body ?? ''}`]
    const faults = [
      ...missingHeaders(answer, reply.headers),
      ...(method === 'HEAD' || reply.body === null ? [] : checkBody(answer, reply.body, mediaTypeOf(reply.headers))),
    ]
    return faults.map((fault) => `${operation.operationId} ${reply.status}: ${fault}`)
  }

  function checkBody(answer: Answer, body: string, mediaType: string): readonly string[] {
    if (answer.content === undefined) return body === '' ? [] : [`a body that is not documented: ${body}`]
    const content = answer.content[mediaType]
    if (content === undefined) return [`${mediaType} is not documented`]
    if (mediaType === PROBLEM_XML) return checkXmlCode(answer, body)
    if (!mediaType.endsWith('json') || content.schema === undefined) return []
    return validate(content.schema, JSON.parse(body) as unknown)
  }
}

/** What is refused by its head, whatever it is for. */
const HEAD_CODES: ReadonlySet<unknown> = new Set(['HOST_INVALID', 'URI_TOO_LONG', 'HEADERS_TOO_LARGE'])

const HEAD_STATUSES: ReadonlySet<number> = new Set([400, 414, 431])

/** Where the document has no such path, or the path has no such method, the answer says that and nothing else. */
function checkElsewhere(document: Document, { method, path }: Asked, { status, headers, body }: Replied) {
  const paths = findPaths(document, path)
  const where = `${method} ${paths[0] ?? 'where nothing is'}`
  const methods = paths
    .flatMap((template) => Object.keys(document.paths[template] ?? {}))
    .map((one) => one.toUpperCase())
  const [expected, expectedCode] = paths.length === 0 ? [404, 'NOT_FOUND'] : [405, 'METHOD_NOT_ALLOWED']
  if (body !== null && method !== 'HEAD') {
    const code = codeOf(body, headers)
    if (HEAD_CODES.has(code)) return []
    if (code !== expectedCode) return [`${where} is ${status} ${String(code)}, and not ${expectedCode}`]
  }
  if (method === 'HEAD' && HEAD_STATUSES.has(status)) return []
  const allowed = [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : [])])].toSorted().join()
  const said = (headers.get('allow')?.split(', ').toSorted() ?? []).join()
  return [
    ...(status === expected ? [] : [`${where} is ${status}, and not ${expected}`]),
    ...(status !== 405 || said === allowed ? [] : [`${where} allows ${said}, and not ${allowed}`]),
  ]
}

function codeOf(body: string, headers: Headers): unknown {
  if (mediaTypeOf(headers) === PROBLEM_XML) return /<code>(\w+)<\/code>/.exec(body)?.[1]
  if (mediaTypeOf(headers) !== PROBLEM_JSON) return 'no problem'
  const problem = JSON.parse(body) as unknown
  return isObject(problem) ? problem['code'] : undefined
}

/** A problem in XML is the same as the one in JSON: its code is one of those that have an example. */
function checkXmlCode({ content = {} }: Answer, body: string): readonly string[] {
  const code = /<code>(\w+)<\/code>/.exec(body)?.[1] ?? ''
  return code in (content[PROBLEM_JSON]?.examples ?? {}) ? [] : [`the code ${code} is not documented`]
}

function missingHeaders({ headers = {} }: Answer, sent: Headers): readonly string[] {
  return Object.entries(headers).flatMap(([name, { required }]) =>
    required === true && !sent.has(name) ? [`${name} is missing`] : [],
  )
}

function mediaTypeOf(headers: Headers): string {
  return (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
}

/** Creates the check of a value against a schema of the document; each schema is compiled once. */
export function createValidate(document: Document): (schema: JsonObject, value: unknown) => readonly string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  addFormats.default(ajv)
  const compiled = new Map<JsonObject, ValidateFunction>()
  return (schema, value) => {
    const check = compiled.get(schema) ?? ajv.compile(closedSchema(document, schema))
    compiled.set(schema, check)
    if (check(value)) return []
    return (check.errors ?? []).map(({ instancePath, message, params }) =>
      [instancePath, message, JSON.stringify(params)].join(' '),
    )
  }
}
