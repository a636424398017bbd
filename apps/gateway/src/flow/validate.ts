import { type Issue, SchemaError } from '@sluice/errors'
import { decodeJson } from '@sluice/json-codec'
import { decodeXml } from '@sluice/xml-codec'
import { z } from 'zod'
import type { Source } from '../config.ts'
import { RequestError } from '../problem.ts'
import { parseContentType } from './content-type.ts'
import { decodeForm } from './form.ts'

/** A name that may be shown as a part of a path. Another one may be the sender's data. */
const SHOWN_NAME = /^[\w-]{1,64}$/
/** Longest list of faults that an answer carries. */
const MAX_ISSUES = 20
/** Most names that a message lists. */
const MAX_NAMES = 30

/**
 * Decodes a verified body by its content type and checks it against the source's schema.
 *
 * @returns the data that the schema makes of it, and the decoded body as it was sent.
 *
 * @throws RequestError `CONTENT_TYPE_UNSUPPORTED`; `BODY_TOO_LARGE`; of a form, what `decodeForm` throws.
 * @throws DecodeError the body is not well formed, or beyond a limit.
 * @throws SchemaError `SCHEMA_MISMATCH` with paths, never values.
 */
export function validate<Data>(
  source: Source<Data>,
  contentType: string | null,
  body: Uint8Array,
): { readonly data: Data; readonly sent: unknown } {
  const sent = decode(source, contentType, body)
  const result = source.schema.safeParse(sent)
  if (result.success) return { data: result.data, sent }
  throw new SchemaError('validate: the body does not match the schema of its source', issuesOf(result.error))
}

function decode(source: Source, contentType: string | null, body: Uint8Array): unknown {
  const { format, charset } = parseContentType(contentType)
  switch (format) {
    case 'json':
      return decodeJson(body, {
        maxBytes: source.maxBodyBytes,
        duplicateKeys: 'refuse',
        inexactNumbers: 'text-whole',
      })
    case 'xml':
      return decodeXml(body, {
        maxBytes: source.maxBodyBytes,
        repeated: source.lists.map((path) => `*.${path}`),
        ...(charset === null ? {} : { charset }),
      }).value
    case 'form':
      if (body.length > source.maxBodyBytes) throw new RequestError('BODY_TOO_LARGE')
      return decodeForm(body, source)
    case 'ndjson':
      // Many events, and never one.
      throw new RequestError('CONTENT_TYPE_UNSUPPORTED', [], {}, { detail: 'This source takes one event at a time.' })
  }
}

/** Lists where a value differs from its schema. zod's messages name types and options, and no values. */
export function issuesOf(error: z.ZodError): readonly Issue[] {
  return error.issues.slice(0, MAX_ISSUES).map(({ code, path, message }) => {
    // zod's own message quotes what was sent.
    const quotes = code === 'unrecognized_keys' && !message.startsWith(UNKNOWN_NAMES)
    return { path: formatPath(path), message: quotes ? 'Unrecognized keys' : message }
  })
}

const UNKNOWN_NAMES = 'Unrecognized keys: expected none but '

// An issue itself does not say what its schema knows; only whoever writes its message sees that.
z.config({
  customError({ code, inst }) {
    if (code !== 'unrecognized_keys' || !(inst instanceof z.ZodObject)) return undefined
    const names = Object.keys(inst.shape)
    return names.length === 0 || names.length > MAX_NAMES ? undefined : `${UNKNOWN_NAMES}${names.join(', ')}`
  },
})

function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    const name = SHOWN_NAME.test(String(part)) ? String(part) : '*'
    return text === '' ? name : `${text}.${name}`
  }, '')
}
