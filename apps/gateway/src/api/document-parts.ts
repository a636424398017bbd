import type { JsonValue } from '@sluice/json-codec'
import { sampleOf } from '../console/docs/sample.ts'
import type { Schema, SchemaHolder } from '../console/docs/shape.ts'
import { PROBLEM_CODES, type ProblemCode, problemFor } from '../problem.ts'
import { writeXml } from './passthrough/formats.ts'
import { FORMAT_HEADERS, HEADERS, KEY_HEADERS, REPEAT_HEADERS } from './document-words.ts'

/** The paths of a document, as far as its answers are changed. */
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

interface Operation {
  readonly tags?: readonly string[]
  readonly requestBody?: { readonly content: Content }
  readonly parameters?: readonly { readonly name?: string }[]
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly responses: Answers
}

type Answers = Readonly<Record<string, Answer>>

interface Answer {
  /** Where the answer is, where it is not here. */
  readonly $ref?: string
  readonly description?: string
  readonly headers?: Readonly<Record<string, object>>
  readonly content?: Content
}

type Content = Readonly<Record<string, Media>>

interface Media {
  readonly schema?: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, object>>
}

/** More codes than this are counted in a name, and not told. */
const MAX_NAMED_CODES = 3

/** Says of every answer which headers it has: always, to a key that is known, to a repeat, and in a format of choice. */
export function withHeaders(paths: Paths): Paths {
  return mapAnswers(paths, (answer, { security = [], parameters = [] }, status) => {
    const wasAtTheDoor = !BEFORE_KEY.has(status) && status !== '401'
    const isOfKey = security.some((way) => 'key' in way)
    const isOfSource = security.some((way) => 'sourceKey' in way)
    const isOnce = isOfKey && parameters.some(({ name }) => name === 'idempotency-key')
    const hasFormats = Object.keys(answer.content ?? {}).some((type) => type.endsWith('xml'))
    const headers = {
      ...((isOfKey || isOfSource) && wasAtTheDoor ? pointersTo(KEY_HEADERS) : {}),
      ...(isOnce && wasAtTheDoor && isKept(status) ? pointersTo(REPEAT_HEADERS) : {}),
      ...(hasFormats && !BEFORE_KEY.has(status) ? pointersTo(FORMAT_HEADERS) : {}),
      ...pointersTo(HEADERS),
    }
    return { ...answer, headers: { ...answer.headers, ...headers } }
  })
}

function pointersTo(headers: object): Readonly<Record<string, object>> {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, { $ref: `#/components/headers/${name}` }]))
}

/** Statuses of a request whose key was not looked at. */
const BEFORE_KEY: ReadonlySet<string> = new Set(['414', '431'])

/** Statuses that are answered before a repeat is looked for, or without an effect. */
const NEVER_KEPT: ReadonlySet<string> = new Set(['403', '406', '429'])
const isKept = (status: string): boolean => !NEVER_KEPT.has(status) && Number(status) <= 500

/** Gives every body that is asked for or answered an example, made of those of its members; in XML the same one as in JSON. */
export function withExamples(paths: Paths, document: SchemaHolder): Paths {
  const exemplified = (content: Content, root: 'request' | 'result'): Content => {
    const inJson = mapValues(content, (media, type) =>
      type !== 'application/json' || media.schema === undefined || 'example' in media || isAnything(media.schema)
        ? media
        : { ...media, example: sampleOf(document, media.schema) },
    )
    return mapValues(inJson, (media, type) => ({ ...media, ...xmlExample(type, inJson, root) }))
  }
  const inBodies = mapValues(paths, (item) =>
    mapValues(item, ({ requestBody, ...operation }) => ({
      ...operation,
      ...(requestBody === undefined
        ? {}
        : { requestBody: { ...requestBody, content: exemplified(requestBody.content, 'request') } }),
    })),
  )
  return mapAnswers(inBodies, (answer) =>
    answer.content === undefined ? answer : { ...answer, content: exemplified(answer.content, 'result') },
  )
}

/**
 * The same example in XML; of problems that of the first code. It stands in a `data:` address, since a schema says of XML what is
 * in it and not how it is written, and those who check examples take what stands beside the schema for a value of it.
 */
function xmlExample(type: string, content: Content, root: 'request' | 'result'): Pick<Media, 'examples'> {
  const shown = (name: string, text: string) => ({
    examples: { [name]: { externalValue: `data:${type};charset=utf-8,${encodeURIComponent(text)}` } },
  })
  if (type === 'application/xml') {
    const example = content['application/json']?.example
    return example === undefined ? {} : shown('xml', writeXml(root, example as JsonValue))
  }
  const code = Object.keys(content['application/problem+json']?.examples ?? {}).find(isProblemCode)
  if (type !== 'application/problem+xml' || code === undefined) return {}
  const { type: urn, title, status } = problemFor(code).problem
  return shown(code, writeXml('problem', { type: urn, title, status, code }))
}

const isProblemCode = (code: string): code is ProblemCode => PROBLEM_CODES.some((known) => known === code)

const isAnything = (schema: Schema): boolean => Object.keys(schema).length === 0

/** Writes the problems that several operations answer with once, by the names of their codes, and points there. */
export function sharedAnswers(paths: Paths): { readonly paths: Paths; readonly responses: Answers } {
  const counts = new Map<string, number>()
  mapAnswers(paths, (answer) => {
    const text = JSON.stringify(answer)
    counts.set(text, (counts.get(text) ?? 0) + 1)
    return answer
  })
  const responses: Record<string, Answer> = {}
  const pointing = mapAnswers(paths, (answer) => {
    const codes = Object.keys(answer.content?.['application/problem+json']?.examples ?? {})
    const isShared = (counts.get(JSON.stringify(answer)) ?? 0) > 1
    if (!isShared || codes.length === 0) return answer
    const name = freeName(responses, nameOf(codes), answer)
    responses[name] = answer
    return { $ref: `#/components/responses/${name}` }
  })
  return { paths: pointing, responses }
}

function nameOf(codes: readonly string[]): string {
  const [first = ''] = codes
  return codes.length > MAX_NAMED_CODES ? `${first}.and-${codes.length - 1}-more` : codes.join('.')
}

/** A name that no other answer has. */
function freeName(responses: Answers, name: string, answer: Answer, number = 1): string {
  const tried = number === 1 ? name : `${name}.${number}`
  const known = responses[tried]
  const isFree = known === undefined || JSON.stringify(known) === JSON.stringify(answer)
  return isFree ? tried : freeName(responses, name, answer, number + 1)
}

type Change = (answer: Answer, operation: Operation, status: string) => Answer

function mapAnswers(paths: Paths, change: Change): Paths {
  return mapValues(paths, (item) =>
    mapValues(item, (operation) => ({
      ...operation,
      responses: mapValues(operation.responses, (answer, status) => change(answer, operation, status)),
    })),
  )
}

function mapValues<Value, Result>(
  object: Readonly<Record<string, Value>>,
  change: (value: Value, key: string) => Result,
): Readonly<Record<string, Result>> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))
}
