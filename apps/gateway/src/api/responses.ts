import { z } from '@hono/zod-openapi'
import { PROBLEM_CODES, type ProblemCode, problemFor, type StatusOf } from '../problem.ts'
import { ProblemSchema } from './schemas.ts'

/** Describes a JSON answer for the document. */
export function jsonAnswer<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

/** What every route meets that needs a configuration and the store. */
export const SERVICE = ['NOT_CONFIGURED', 'STORE_UNAVAILABLE'] as const satisfies readonly ProblemCode[]

/** What every route meets that asks for a key of the API. */
export const KEYED = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'PARAMETER_INVALID',
  ...SERVICE,
] as const satisfies readonly ProblemCode[]

/** What a route may refuse whose JSON body is checked by its own schema. */
export const JSON_REQUEST = ['PARAMETER_INVALID', 'CONTENT_TYPE_UNSUPPORTED'] as const satisfies readonly ProblemCode[]

/** What a route may refuse that takes its body as bytes, up to a cap. */
export const RECEIVED = [
  'BODY_INCOMPLETE',
  'BODY_TIMEOUT',
  'BODY_ENCODING_INVALID',
  'BODY_TOO_LARGE',
  'CONTENT_ENCODING_UNSUPPORTED',
] as const satisfies readonly ProblemCode[]

/** What is wrong with a JSON body that we decode ourselves. */
export const JSON_BODY = [
  'JSON_SYNTAX',
  'JSON_ENCODING',
  'JSON_DUPLICATE_KEY',
  'JSON_FORBIDDEN_KEY',
  'JSON_NUMBER_RANGE',
  'JSON_TOO_DEEP',
] as const satisfies readonly ProblemCode[]

/** What is wrong with an XML body. */
export const XML_BODY = [
  'XML_SYNTAX',
  'XML_ENCODING',
  'XML_DOCTYPE',
  'XML_ENTITY',
  'XML_DUPLICATE_ATTRIBUTE',
  'XML_FORBIDDEN_NAME',
  'XML_TOO_DEEP',
  'XML_TOO_MANY_ATTRIBUTES',
  'XML_TOO_MANY_NODES',
] as const satisfies readonly ProblemCode[]

/** What is wrong with a form. */
export const FORM_BODY = [
  'FORM_ENCODING',
  'FORM_FORBIDDEN_NAME',
  'FORM_REPEATED_NAME',
  'FORM_TOO_MANY_FIELDS',
] as const satisfies readonly ProblemCode[]

/** What is wrong with a body that a source takes as JSON, XML or a form. */
export const DECODED = [...JSON_BODY, ...XML_BODY, ...FORM_BODY] as const satisfies readonly ProblemCode[]

/** What any route may answer. */
const ALWAYS = [
  'HOST_INVALID',
  'URI_TOO_LONG',
  'HEADERS_TOO_LARGE',
  'INTERNAL',
] as const satisfies readonly ProblemCode[]
type Always = (typeof ALWAYS)[number]

type Status = StatusOf<ProblemCode>
/** Of a union of codes those that are answered with a status. */
type OfStatus<Code extends ProblemCode, Key extends Status> = Code extends ProblemCode
  ? StatusOf<Code> extends Key
    ? Code
    : never
  : never
type Named<Item extends ProblemCode | Status> =
  | Extract<Item, ProblemCode>
  | OfStatus<ProblemCode, Extract<Item, Status>>

type ProblemSchemaOf<Code extends ProblemCode> = z.ZodType<
  Omit<z.output<typeof ProblemSchema>, 'status' | 'code'> & { status: StatusOf<Code>; code: Code }
>

/** What a route adds to its `responses` for the codes that it names. */
type ProblemAnswers<Code extends ProblemCode> = {
  [Key in StatusOf<Code>]: {
    description: string
    content: { 'application/problem+json': { schema: ProblemSchemaOf<OfStatus<Code, Key>> } }
  }
}

/**
 * Describes the problems that a route may answer with: it names their codes, and status, words, headers and examples
 * follow from `problem.ts`. What any route may answer is added.
 *
 * A number stands for every code of that status. Name the codes instead where you know them.
 */
export function problemAnswers<const Items extends readonly (ProblemCode | Status)[]>(
  ...items: Items
): ProblemAnswers<Named<Items[number]> | Always> {
  const codes: readonly ProblemCode[] = [...new Set<ProblemCode>([...items.flatMap(codesOf), ...ALWAYS])]
  const statuses = [...new Set(codes.map(statusOf))].toSorted((one, other) => one - other)
  const answers = statuses.map((status) => {
    const ofStatus = codes.filter((code) => statusOf(code) === status)
    return [status, answerOf(status, ofStatus)]
  })
  return Object.fromEntries(answers) as ProblemAnswers<Named<Items[number]> | Always>
}

interface ProblemAnswer {
  readonly description: string
  readonly content: { readonly 'application/problem+json': { readonly schema: z.ZodType } }
}

/** Says of problems that they are written as XML too, for callers who rather accept that. */
export function alsoInXml<Answers extends Readonly<Record<number, ProblemAnswer>>>(answers: Answers): Answers {
  const both = Object.entries(answers).map(([status, answer]) => {
    const problem = answer.content['application/problem+json']
    const content = { ...answer.content, 'application/problem+xml': { schema: problem.schema } }
    return [status, { ...answer, content }]
  })
  return Object.fromEntries(both) as Answers
}

function codesOf(item: ProblemCode | Status): readonly ProblemCode[] {
  return typeof item === 'number' ? PROBLEM_CODES.filter((code) => statusOf(code) === item) : [item]
}

const STATUSES = new Map(PROBLEM_CODES.map((code) => [code, problemFor(code).problem.status as Status]))
const statusOf = (code: ProblemCode): Status => STATUSES.get(code) ?? 500

/** Many routes answer with the same codes, and a schema takes long to make: each answer is made once. */
const ANSWERS = new Map<string, ProblemAnswer>()

function answerOf(status: Status, codes: readonly ProblemCode[]): ProblemAnswer {
  const key = codes.join()
  const known = ANSWERS.get(key)
  if (known !== undefined) return known
  const answer = makeAnswer(status, codes)
  ANSWERS.set(key, answer)
  return answer
}

function makeAnswer(status: Status, codes: readonly ProblemCode[]) {
  const headers = headersOf(codes)
  return {
    description: describe(codes),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    content: {
      'application/problem+json': {
        schema: ProblemSchema.extend({ status: z.literal(status), code: z.enum(codes) }),
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  }
}

function describe(codes: readonly ProblemCode[]): string {
  const [only = 'INTERNAL', ...more] = codes
  if (more.length === 0) return problemFor(only).problem.title
  return codes.map((code) => `- \`${code}\`: ${problemFor(code).problem.title}`).join('\n')
}

const HEADERS: Readonly<Record<string, { readonly name: string; readonly description: string }>> = {
  'accept-encoding': { name: 'Accept-Encoding', description: 'The codings of a body that are accepted.' },
  allow: { name: 'Allow', description: 'The methods that the path takes.' },
  connection: { name: 'Connection', description: '`close`: it is not used again.' },
  'retry-after': { name: 'Retry-After', description: 'Seconds after which to send it again.' },
  'www-authenticate': { name: 'WWW-Authenticate', description: 'How to authenticate.' },
}

/** The headers that come with these codes; one that comes with each of them is always there. */
function headersOf(codes: readonly ProblemCode[]) {
  const sent = codes.map((code) => problemFor(code).headers)
  const names = [...new Set(sent.flatMap((headers) => Object.keys(headers)))]
  return Object.fromEntries(
    names.map((key) => {
      const { name, description } = HEADERS[key] ?? { name: key, description: '' }
      const example = sent.map((headers) => headers[key]).find((value) => value !== undefined)
      const required = sent.every((headers) => key in headers)
      return [name, { description, required, schema: { type: 'string' as const }, example }]
    }),
  )
}
