import { resolve } from 'node:path'

/** Where the document lies that is committed. */
export const COMMITTED_PATH = resolve(import.meta.dir, '../../openapi.json')

/** The document of the last version: `bun run openapi --baseline` writes it when a version is made. */
export const BASELINE_PATH = resolve(import.meta.dir, '../../openapi.baseline.json')

export type JsonObject = Readonly<Record<string, unknown>>

/** The document of the API, as far as the tests look at it. */
export interface Document {
  readonly openapi: string
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, JsonObject>>
  readonly tags: readonly { readonly name: string }[]
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly tags: readonly string[]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, Answer>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'query' | 'path' | 'header'
  readonly required?: boolean
  readonly schema: JsonObject
}

export type Content = Readonly<Record<string, MediaType>>

export interface MediaType {
  readonly schema?: JsonObject
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, JsonObject>>
}

export interface Answer {
  readonly description: string
  readonly headers?: Readonly<Record<string, { readonly required?: boolean; readonly schema?: JsonObject }>>
  readonly content?: Content
}

/** One operation of the document, and where it is. */
export interface Placed {
  /** In small letters. */
  readonly method: string
  /** With its parameters, such as `/v1/events/{id}`. */
  readonly path: string
  readonly operation: Operation
}

/** Reads a document, and writes its shared answers out where they are pointed to. */
export function readDocument(text: string): Document {
  const document = JSON.parse(text) as Document
  const answer = (given: Answer): Answer => {
    const reference = '$ref' in given ? given.$ref : undefined
    return typeof reference === 'string' ? (resolveRef(document, reference) as JsonObject & Answer) : given
  }
  const paths = mapValues(document.paths, (item) =>
    mapValues(item, (operation) => ({ ...operation, responses: mapValues(operation.responses, answer) })),
  )
  return { ...document, paths }
}

/** Reads the document that is committed. */
export async function readCommitted(): Promise<Document> {
  return readDocument(await Bun.file(COMMITTED_PATH).text())
}

function mapValues<Value>(object: Readonly<Record<string, Value>>, change: (value: Value) => Value) {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
}

/** Lists every operation. */
export function operationsOf(document: Pick<Document, 'paths'>): readonly Placed[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  )
}

/**
 * Finds the operation that a request is for: of several paths that match the one with the fewest parameters. `HEAD` is
 * answered as `GET` is.
 */
export function findOperation(document: Pick<Document, 'paths'>, method: string, path: string): Placed | undefined {
  const asked = method === 'HEAD' ? 'get' : method.toLowerCase()
  return findPaths(document, path)
    .flatMap((template) => {
      const operation = document.paths[template]?.[asked]
      return operation === undefined ? [] : [{ method: asked, path: template, operation }]
    })
    .at(0)
}

/** Finds the paths of the document that a request's path is one of, the one with the fewest parameters first. */
export function findPaths(document: Pick<Document, 'paths'>, path: string): readonly string[] {
  const parts = path.split('/')
  return Object.keys(document.paths)
    .filter((template) => matches(template.split('/'), parts))
    .toSorted((one, other) => parameterCount(one) - parameterCount(other))
}

function matches(template: readonly string[], parts: readonly string[]): boolean {
  return (
    template.length === parts.length &&
    template.every((part, at) => part === parts[at] || (part.startsWith('{') && parts[at] !== ''))
  )
}

const parameterCount = (template: string): number => template.split('{').length - 1

/** Reads what a reference points to. */
export function resolveRef(document: Document, reference: string): JsonObject {
  const found = reference
    .replace(/^#\//, '')
    .split('/')
    .reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), document)
  if (!isObject(found)) throw new Error(`the document has no ${reference}`)
  return found
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
