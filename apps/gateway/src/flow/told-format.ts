import type { Source } from '../config.ts'
import { RequestError } from '../problem.ts'
import { type ContentType, parseContentType } from './content-type.ts'
import { keyPathOf, type SentKeys } from './verify.ts'

/** What a sender is told who is honest: in the format that it wrote, its body is taken. */
const READ_OTHERWISE = 'The body could be read in another format than it names, and no signature covers the name.'
/** Most that is looked at for what a document says of itself, in bytes. */
const HEAD_BYTES = 512
const OWN_ENCODING = /^\s*<\?xml\s[^>]*encoding/
/** What another text begins with. Whoever writes a form escapes these. */
const OTHER_THAN_FORM = /^\s*[[{<]/
/** What a form has nowhere but at its end. */
// oxlint-disable-next-line no-control-regex -- these are what it looks for
const CONTROL = /[\u0000-\u001f]/
const SINGLE_BYTE: ReadonlySet<string | null> = new Set(['iso-8859-1', 'windows-1252'])

/**
 * Refuses a signed body that can be read in another way than its content type says. Most signatures cover no header: whoever
 * captured a request can call its body by another type, in which an event has another id, another shard, or another place in
 * its batch, and so would be new. Where none of these is read, a repeat is known by the bytes, whatever they are called.
 *
 * Where nothing signed tells where the address ends and the body begins, a part of the one can be moved to the other. What is
 * left of a form is a form still, and of lines there are lines left. What is left of a list, an object or XML is none: it
 * begins with a bracket, ends with the one that closes it, and no beginning or end of it does both.
 *
 * @param body - Inflated.
 * @throws RequestError `CONTENT_TYPE_UNSUPPORTED`.
 */
export function refuseOtherFormat(
  source: Source,
  { content }: SentKeys,
  contentType: string | null,
  body: Uint8Array,
): void {
  const readsNothing = source.batches === null && source.shardKey === null && keyPathOf(source) === null
  if (content === null || readsNothing) return
  const type = parseContentType(contentType)
  if ((source.scheme.unbounded === 'body' && canBeCut(type, body)) || canBeOther(type, body))
    throw new RequestError('CONTENT_TYPE_UNSUPPORTED', [], {}, { detail: READ_OTHERWISE })
}

function canBeCut({ format }: ContentType, body: Uint8Array): boolean {
  return format === 'form' || format === 'ndjson' || !OTHER_THAN_FORM.test(textOf(body))
}

function canBeOther({ format, charset }: ContentType, body: Uint8Array): boolean {
  switch (format) {
    case 'json':
      // No form that is taken, no XML and no lines are one JSON text.
      return false
    case 'form': {
      const text = textOf(body)
      return OTHER_THAN_FORM.test(text) || CONTROL.test(text.trim())
    }
    case 'xml':
      // Each of them reads any bytes, and each in its own way.
      return (
        SINGLE_BYTE.has(charset) &&
        body.some((byte) => byte > 0x7f) &&
        !OWN_ENCODING.test(textOf(body.subarray(0, HEAD_BYTES)))
      )
    case 'ndjson':
      return isOtherThanLines(textOf(body).trim())
  }
}

/** Whether lines may be a list, one event on several lines, or XML, with a line in it that is an event by itself. */
function isOtherThanLines(text: string): boolean {
  if (text.startsWith('<')) return true
  if (!text.startsWith('[') && (!text.includes('\n') || isJson(text.slice(0, text.indexOf('\n'))))) return false
  return isJson(text)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    // Anything else is that it is too deep for this engine: whatever it is, it begins like one.
    return !(error instanceof SyntaxError)
  }
}

/** Without a byte order mark. What is not UTF-8 is refused by whoever decodes it. */
function textOf(body: Uint8Array): string {
  return new TextDecoder().decode(body)
}
