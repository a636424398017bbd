import { type Document, type JsonObject, operationsOf, type Parameter, type Placed } from '../document/document.ts'
import type { Dice } from './dice.ts'
import type { Known } from './known.ts'
import { ODD_PATH_PARTS, ODD_TEXTS, oddBody } from './odd.ts'
import { createValues } from './value.ts'

/** A request as it is sent. */
export interface FuzzRequest {
  readonly operationId: string
  readonly method: string
  /** Each part of the path as it is sent. */
  readonly parts: readonly string[]
  readonly query: readonly (readonly [name: string, value: string])[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer> | null
}

/** What a request of an operation may look like that no schema tells: a body for a source, a callback that is waited for. */
export interface Hint {
  readonly parameters?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** What makes requests. */
export interface RequestSettings {
  readonly document: Document
  readonly known: Known
  readonly dice: Dice
  /** A key that may do everything, and others. */
  readonly keys: { readonly all: string; readonly reader: string; readonly others: readonly string[] }
  readonly hints: Readonly<Record<string, (dice: Dice) => Hint>>
}

/** How often a request stays as it should be. */
const VALID_SHARE = 0.4

/**
 * Creates what makes one request after the other: each of a random operation, valid or spoiled in one or two places. Half of
 * them are of the operations that are sought, where there are any.
 */
export function createRequests(settings: RequestSettings): (sought: ReadonlySet<string>) => FuzzRequest {
  const { document, dice } = settings
  const operations = operationsOf(document)
  const spoilers = createSpoilers(settings)
  return (sought) => {
    const some = dice.chance(0.5) ? operations.filter(({ operation }) => sought.has(operation.operationId)) : []
    const valid = validRequest(settings, dice.pick(some.length === 0 ? operations : some))
    if (dice.chance(VALID_SHARE)) return valid
    const spoiled = dice.pick(spoilers)(valid)
    return dice.chance(0.3) ? dice.pick(spoilers)(spoiled) : spoiled
  }
}

function validRequest(settings: RequestSettings, placed: Placed): FuzzRequest {
  const { document, known, dice, keys, hints } = settings
  const { method, path, operation } = placed
  const values = createValues(document, known, dice)
  const hint = dice.chance(0.8) ? (hints[operation.operationId]?.(dice) ?? {}) : {}
  const valueOf = ({ name, schema }: Parameter) => hint.parameters?.[name] ?? String(values.valid(schema, name))
  const parameters = operation.parameters ?? []
  const ofPath = new Map(parameters.filter((one) => one.in === 'path').map((one) => [one.name, valueOf(one)]))
  const isThere = ({ name, required }: Parameter) =>
    required === true || hint.parameters?.[name] !== undefined || dice.chance(0.25)
  const chosen = parameters.filter((one) => one.in !== 'path' && isThere(one))
  const content = bodyOf(placed, hint, values.valid)
  return {
    operationId: operation.operationId,
    method: method.toUpperCase(),
    parts: path
      .split('/')
      .map((part) => (part.startsWith('{') ? encodeURIComponent(ofPath.get(part.slice(1, -1)) ?? 'x') : part)),
    query: chosen.filter((one) => one.in === 'query').map((one) => [one.name, valueOf(one)]),
    headers: {
      ...Object.fromEntries(
        chosen.filter((one) => one.in === 'header').map((one) => [one.name, headerValue(valueOf(one))]),
      ),
      ...(content === null ? {} : { 'content-type': content.type }),
      ...(operation.security.some((way) => 'key' in way) ? { authorization: `Bearer ${keys.all}` } : {}),
      ...hint.headers,
    },
    body: content === null ? null : new TextEncoder().encode(content.text),
  }
}

/** A body of the first media type, written as that says. */
function bodyOf({ operation }: Placed, hint: Hint, valid: (schema: JsonObject, name: string) => unknown) {
  const [[type, media] = ['', {}]] = Object.entries(operation.requestBody?.content ?? {})
  if (type === '') return null
  const value = hint.body ?? valid(media.schema ?? {}, 'body')
  return { type, text: typeof value === 'string' ? value : JSON.stringify(value) }
}

type Spoiler = (request: FuzzRequest) => FuzzRequest

const TYPES = [
  '',
  'text/plain',
  'application/xml',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
]
const MORE_TYPES = [
  'multipart/form-data; boundary=x',
  '+json',
  'application/problem+json',
  'application/x-ndjson',
  'a/b/c;;',
]
const CREDENTIALS = ['', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a b', 'Digest x', `Bearer ${'k'.repeat(5000)}`]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Every way to make a request worse. */
function createSpoilers({ document, known, dice, keys }: RequestSettings): readonly Spoiler[] {
  const { spoil } = createValues(document, known, dice)
  const withHeader = (request: FuzzRequest, name: string, value: string): FuzzRequest => ({
    ...request,
    headers: { ...request.headers, [name]: headerValue(value) },
  })
  const spoilBody: Spoiler = (request) =>
    request.body === null ? request : { ...request, body: spoiledText(request.body, spoil) }
  const spoilPath: Spoiler = (request) => {
    const at = dice.number(1, request.parts.length - 1)
    return { ...request, parts: request.parts.with(at, dice.pick(ODD_PATH_PARTS)) }
  }
  const spoilQuery: Spoiler = (request) => {
    const [name] = dice.pick([...request.query, ['limit'], ['cursor'], ['unknown'], ['state'], ['text']] as const)
    const value = known.word(name, dice.pick(['evt_', 'dlv_', 'job_']), dice) ?? dice.pick(ODD_TEXTS)
    return { ...request, query: [...request.query, [name, dice.chance(0.3) ? value : dice.pick(ODD_TEXTS)]] }
  }
  return [
    spoilBody,
    spoilBody,
    spoilBody,
    (request) => ({ ...request, body: oddBody(dice) }),
    spoilPath,
    spoilQuery,
    spoilQuery,
    (request) => ({ ...request, parts: [...request.parts, dice.pick(['', 'more', ...ODD_PATH_PARTS])] }),
    (request) => ({ ...request, method: dice.pick(METHODS) }),
    (request) => withHeader(request, 'authorization', dice.pick(CREDENTIALS)),
    (request) =>
      withHeader(request, 'authorization', `Bearer ${dice.pick([keys.reader, keys.reader, ...keys.others])}`),
    (request) => withHeader(request, 'content-type', dice.pick([...TYPES, ...MORE_TYPES])),
    (request) =>
      withHeader(request, 'content-encoding', dice.pick(['gzip', 'br', 'identity', 'deflate', 'gzip, gzip'])),
    (request) => withHeader(request, 'idempotency-key', dice.pick(['same', '"same"', '"', ...ODD_TEXTS])),
    (request) => withHeader(request, 'accept', dice.pick(['text/html', 'application/xml;q=0.1', '*/*;q=0', ';;'])),
    (request) => withHeader(request, 'prefer', dice.pick(['respond-async', 'respond-async, wait=0', 'x'])),
    (request) => withHeader(request, 'last-event-id', dice.pick(['0', '-1', ...ODD_TEXTS])),
  ]
}

function spoiledText(body: Uint8Array, spoil: (value: unknown) => unknown): Uint8Array<ArrayBuffer> {
  const text = new TextDecoder().decode(body)
  try {
    return new TextEncoder().encode(JSON.stringify(spoil(JSON.parse(text) as unknown)) ?? '')
  } catch {
    // What is no JSON is broken off.
    return new TextEncoder().encode(text.slice(0, text.length / 2))
  }
}

/** A header holds no control characters and nothing beyond Latin-1: the client would not send it. */
function headerValue(text: string): string {
  return text
    .replaceAll(/[^\x20-\x7e\xa0-\xff]/g, '?')
    .trim()
    .slice(0, 8000)
}

/** Writes a request's target as it is sent. */
export function targetOf({ parts, query }: FuzzRequest): string {
  const asked = query.map(([name, value]) => `${encodeURIComponent(name)}=${encode(value)}`).join('&')
  return `${parts.join('/') || '/'}${asked === '' ? '' : `?${asked}`}`
}

/** As `encodeURIComponent`, but for half a character, which it refuses. */
function encode(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, '\ufffd'))
}

const SHOWN_BODY = 600

/** Writes a request as a command that sends it again. */
export function curlOf(url: string, request: FuzzRequest): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
  const headers = Object.entries(request.headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)
  const body =
    request.body === null
      ? []
      : [`--data-binary ${quoted(new TextDecoder().decode(request.body).slice(0, SHOWN_BODY))}`]
  return ['curl -i -X', request.method, quoted(`${url}${targetOf(request)}`), ...headers, ...body].join(' ')
}
