import { RequestError } from '../problem.ts'

/** What a body can be read as. */
export type BodyFormat = 'json' | 'xml' | 'form' | 'ndjson'

export interface ContentType {
  readonly format: BodyFormat
  /** In lower case; null where none is said. */
  readonly charset: string | null
}

const PLAIN_JSON: ContentType = { format: 'json', charset: null }
/** A `charset` parameter; lenient about blanks, since it only ever makes us more careful. */
const CHARSET = /^\s*charset\s*=\s*"?([^"\s]+)"?\s*$/
/** What quotes may hide: a comma or a semicolon within them separates nothing. */
const QUOTED = /"(?:[^"\\]|\\.)*"/g

/** Types of what is one JSON text on each line. None of them is registered; all of them are in use. */
const NDJSON_TYPES: ReadonlySet<string> = new Set([
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/x-jsonl',
  'application/jsonlines',
  'application/x-jsonlines',
])

/** What a source takes, for who sent something else. */
const TAKEN =
  'Send the body as application/json, application/xml or application/x-www-form-urlencoded, in UTF-8 but for XML, which may say otherwise; a batch, where the source takes them, as a JSON array or application/x-ndjson.'

/**
 * Reads what a body is by its `Content-Type`.
 *
 * @throws RequestError `CONTENT_TYPE_UNSUPPORTED` none of the formats; two types, as two headers make; two charsets; or
 * another charset than UTF-8 for anything but XML, which may name its own.
 */
export function parseContentType(header: string | null): ContentType {
  const read = readContentType(header)
  if (read === null) throw new RequestError('CONTENT_TYPE_UNSUPPORTED', [], {}, { detail: TAKEN })
  return read
}

/** The same, and null for what is not accepted. */
export function readContentType(header: string | null): ContentType | null {
  // Nearly every request says just this.
  if (header === 'application/json') return PLAIN_JSON
  const text = (header ?? '').toLowerCase()
  const [type = '', ...parameters] = text.split(';')
  const charsets = new Set(parameters.flatMap((parameter) => CHARSET.exec(parameter)?.[1] ?? []))
  const format = formatOf(type.trim())
  if (format === null || charsets.size > 1 || text.replaceAll(QUOTED, '').includes(',')) return null
  const [charset = null] = charsets
  const isUtf8 = charset === null || charset === 'utf-8' || charset === 'utf8'
  return format === 'xml' || isUtf8 ? { format, charset } : null
}

/** Recognises `application/json`, `application/xml`, `text/xml` and the `+json` and `+xml` suffixes of RFC 6839. */
function formatOf(type: string): BodyFormat | null {
  if (type === 'application/json' || /^[^/\s,]+\/[^/\s,]+\+json$/.test(type)) return 'json'
  if (type === 'application/xml' || type === 'text/xml' || /^[^/\s,]+\/[^/\s,]+\+xml$/.test(type)) return 'xml'
  if (type === 'application/x-www-form-urlencoded') return 'form'
  return NDJSON_TYPES.has(type) ? 'ndjson' : null
}
