import { decodeJson, type JsonValue } from '@sluice/json-codec'
import { decodeXml, encodeXml, type XmlValue } from '@sluice/xml-codec'
import type { MiddlewareHandler } from 'hono'
import { parseAccept } from 'hono/utils/accept'
import { RequestError } from '../../problem.ts'

/** What is answered, the most welcome first. */
const ANSWER_TYPES = ['application/json', 'application/xml', 'text/xml'] as const
export type AnswerType = (typeof ANSWER_TYPES)[number]

/** Media ranges, the most specific first. */
const RANGES = [(type: string) => type, (type: string) => `${type.slice(0, type.indexOf('/'))}/*`, () => '*/*'] as const

/**
 * Chooses the media type of an answer by what the caller accepts: of each the most specific range decides, and of those that
 * are equally welcome JSON comes first. A header in which nothing is a media range says nothing.
 *
 * @returns null where none is accepted.
 * @see RFC 9110 section 12.5.1 https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function chooseType(accept: string | undefined): AnswerType | null {
  const accepted = new Map<string, number>()
  for (const { type, q } of parseAccept(accept ?? '')) {
    const range = type.trim().toLowerCase()
    if (/^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/.test(range)) accepted.set(range, Math.max(accepted.get(range) ?? 0, q))
  }
  if (accepted.size === 0) return 'application/json'
  const qualityOf = (type: string): number | null =>
    RANGES.map((range) => accepted.get(range(type))).find((quality) => quality !== undefined) ?? null
  // Who names no other type than that of problems gets those, and everything else in the same format.
  const best = (type: AnswerType) => Math.max(qualityOf(type) ?? 0, accepted.get(type.replace('/', '/problem+')) ?? 0)
  const [first, ...others] = ANSWER_TYPES
  const chosen = others.reduce<AnswerType>((found, type) => (best(type) > best(found) ? type : found), first)
  return best(chosen) === 0 ? null : chosen
}

/**
 * Refuses callers who accept neither format. It comes behind the guard, so that they too are told what is left of their rate.
 *
 * @throws RequestError `NOT_ACCEPTABLE`.
 */
export const isAcceptable: MiddlewareHandler = async (context, next) => {
  if (chooseType(context.req.header('accept')) === null) throw new RequestError('NOT_ACCEPTABLE')
  await next()
}

/** Answers in the format that the caller accepts, else in JSON: what the route itself answers is JSON, problems too. */
export const inAcceptedFormat: MiddlewareHandler = async (context, next) => {
  const chosen = chooseType(context.req.header('accept'))
  await next()
  context.res.headers.append('vary', 'Accept')
  if (chosen === null || chosen === 'application/json') return
  const { res } = context
  const type = res.headers.get('content-type') ?? ''
  if (!/^application\/(problem\+)?json\b/.test(type)) return
  const problem = type.startsWith('application/problem')
  const text = writeXml(problem ? 'problem' : 'result', JSON.parse(await res.text()) as JsonValue)
  const headers = new Headers(res.headers)
  headers.set('content-type', problem ? 'application/problem+xml' : chosen)
  context.res = undefined
  context.res = new Response(text, { status: res.status, headers })
}

/** RFC 9457 appendix B keeps the namespace of the RFC before it. */
const PROBLEM_NAMESPACE = 'urn:ietf:rfc:7807'
/** The element of an item of a list: RFC 9457 appendix B names that of problems. */
const ITEM = { problem: 'i', result: 'item', request: 'item' } as const
/** Names that are surely names of elements; any other stands in an attribute. */
const PLAIN_NAME = /^(?!__proto__$|constructor$|prototype$|field$|xml)[A-Za-z_][\w.-]{0,127}$/i

/**
 * Writes an answer as XML: members are elements, a list holds one element for each item, and what is null is left out. A
 * member whose name no element can have is `<field name="...">`.
 */
export function writeXml(root: keyof typeof ITEM, value: JsonValue): string {
  const written = xmlOf(value, ITEM[root])
  const namespace = root === 'problem' ? { '@xmlns': PROBLEM_NAMESPACE } : {}
  const content = typeof written === 'object' ? { ...namespace, ...written } : written
  return encodeXml({ name: root, value: content }, { declaration: true })
}

function xmlOf(value: JsonValue, item: string): string | { [name: string]: XmlValue } {
  if (Array.isArray(value)) return { [item]: value.map((one: JsonValue) => xmlOf(one, item)) }
  if (typeof value !== 'object' || value === null) return clean(value === null ? '' : String(value))
  const fields: XmlValue[] = []
  const members: Record<string, XmlValue> = {}
  for (const [name, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue
    const written = xmlOf(member, item)
    if (PLAIN_NAME.test(name)) members[name] = written
    else if (typeof written === 'string') fields.push({ '@name': clean(name), '#text': written })
    else fields.push({ '@name': clean(name), ...written })
  }
  return fields.length === 0 ? members : { ...members, field: fields }
}

/** Puts a sign in the place of characters that XML cannot hold. */
const clean = (text: string): string => text.replaceAll(NO_CHARACTER, '\u{fffd}')

/** What is no character of XML 1.0, section 2.2; half of a surrogate pair is none either. */
const NO_CHARACTER = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu

/** A `charset` parameter of a content type. */
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)"?/i

/** Reads the media type of a content type, in lower case. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

const TAKEN =
  'Send the body as application/json in UTF-8 or as application/xml; the rows of a load also as text/csv or application/x-ndjson.'

/**
 * Decodes a body by its content type. Values of XML are text: see `fitText`.
 *
 * @throws RequestError `CONTENT_TYPE_UNSUPPORTED`.
 * @throws DecodeError it is not well formed, or beyond a limit.
 */
export function decodeBody(contentType: string | undefined, body: Uint8Array, maxBytes: number): unknown {
  const type = mediaTypeOf(contentType)
  const charset = CHARSET.exec(contentType ?? '')?.[1]?.toLowerCase()
  if (type === 'application/json' || /^application\/[\w.-]+\+json$/.test(type)) {
    if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
      throw new RequestError('CONTENT_TYPE_UNSUPPORTED', [], {}, { detail: TAKEN })
    return decodeJson(body, { maxBytes, duplicateKeys: 'refuse', inexactNumbers: 'refuse-whole' })
  }
  if (type === 'application/xml' || type === 'text/xml' || /^application\/[\w.-]+\+xml$/.test(type)) {
    const { value } = decodeXml(body, { maxBytes, ...(charset === undefined ? {} : { charset }) })
    return withoutNamespace(value)
  }
  throw new RequestError('CONTENT_TYPE_UNSUPPORTED', [], {}, { detail: TAKEN })
}

/** A namespace that the root declares is none of its data. */
function withoutNamespace(value: XmlValue): unknown {
  if (typeof value !== 'object' || Array.isArray(value)) return value === '' ? {} : value
  const { '@xmlns': _, ...members } = value
  return members
}
