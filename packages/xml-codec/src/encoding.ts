import { DecodeError } from '@sluice/errors'

type Family = 'utf-8' | 'utf-16le' | 'utf-16be' | 'iso-8859-1' | 'windows-1252'

/** Which families of bytes may carry which declared encoding. */
const DECLARABLE: ReadonlyMap<string, readonly [Family, ...Family[]]> = new Map([
  ['utf-8', ['utf-8']],
  ['us-ascii', ['utf-8']],
  ['utf-16', ['utf-16le', 'utf-16be']],
  ['utf-16le', ['utf-16le']],
  ['utf-16be', ['utf-16be']],
  ['iso-8859-1', ['iso-8859-1']],
  ['windows-1252', ['windows-1252']],
])

/** What windows-1252 has at 0x80 to 0x9f; at the five places that it leaves undefined, the control character itself. */
const WINDOWS_1252_UPPER = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

const DECLARATION = /^<\?xml\s[^>]*?\sencoding\s*=\s*(?:"([^"]*)"|'([^']*)')/

/** Longest XML declaration that is looked at, in bytes. */
const MAX_DECLARATION_BYTES = 512

const DECLARATION_START = /^<\?xml\s/

/** How much is turned into text at a time: engines limit the number of arguments. */
const CHUNK_BYTES = 8192

/**
 * Decodes the bytes of a document by its byte order mark, its declaration, and what was said of it outside; none may
 * contradict another.
 *
 * @param charset - From the content type that the document came with, if it named one.
 * @throws DecodeError `XML_ENCODING` contradiction, an encoding that is not supported, or bytes that it does not have.
 * @see XML 1.0 appendix F https://www.w3.org/TR/xml/#sec-guessing
 */
export function decodeXmlBytes(bytes: Uint8Array, charset?: string): string {
  const { marked, length } = byteOrderMark(bytes)
  const family = marked ?? familyWithoutMark(bytes)
  const head = decodeFamily(bytes.subarray(length, length + MAX_DECLARATION_BYTES), family, false)
  if (bytes.length - length > MAX_DECLARATION_BYTES && DECLARATION_START.test(head) && !head.includes('?>')) {
    throw new DecodeError('XML_ENCODING', `XML: a declaration of more than ${MAX_DECLARATION_BYTES} bytes`)
  }
  const [, double, single] = DECLARATION.exec(head) ?? []
  const declared = labelOf(double ?? single)
  const sent = labelOf(charset)
  if (declared !== undefined && sent !== undefined && declared !== sent) {
    throw new DecodeError('XML_ENCODING', 'XML: the declared encoding is not the one of the content type')
  }
  if ((declared ?? sent) === 'us-ascii' && bytes.some((byte) => byte > 0x7f)) {
    throw new DecodeError('XML_ENCODING', 'XML: bytes that us-ascii does not have')
  }
  return decodeFamily(bytes.subarray(length), agreed(family, declared ?? sent, marked !== undefined), true)
}

/** Many write utf8 where the registered name is UTF-8. */
function labelOf(name: string | undefined): string | undefined {
  const label = name?.toLowerCase()
  return label === 'utf8' ? 'utf-8' : label
}

function agreed(family: Family, declared: string | undefined, isMarked: boolean): Family {
  if (declared === undefined) {
    if (family === 'utf-8' || isMarked) return family
    throw new DecodeError('XML_ENCODING', 'XML: UTF-16 without a byte order mark or a declaration')
  }
  const possible = DECLARABLE.get(declared)
  if (possible === undefined) throw new DecodeError('XML_ENCODING', 'XML: the declared encoding is not supported')
  if (possible.includes(family)) return family
  const [only] = possible
  // Without a mark, the encodings that extend ASCII look alike up to the declaration.
  if (!isMarked && family === 'utf-8' && !only.startsWith('utf-16')) return only
  throw new DecodeError('XML_ENCODING', 'XML: the declared encoding is not the one of the bytes')
}

function byteOrderMark(bytes: Uint8Array): { marked?: Family; length: number } {
  const [first, second, third, fourth] = bytes
  if (first === 0xef && second === 0xbb && third === 0xbf) return { marked: 'utf-8', length: 3 }
  if (first === 0xfe && second === 0xff) return { marked: 'utf-16be', length: 2 }
  // FF FE 00 00 is UTF-32, and would be read as UTF-16 with NULs.
  if (first === 0xff && second === 0xfe && !(third === 0 && fourth === 0)) return { marked: 'utf-16le', length: 2 }
  return { length: 0 }
}

function familyWithoutMark(bytes: Uint8Array): Family {
  const [first, second] = bytes
  if (first === 0 && second === 0x3c) return 'utf-16be'
  if (first === 0x3c && second === 0) return 'utf-16le'
  return 'utf-8'
}

function decodeFamily(bytes: Uint8Array, family: Family, strict: boolean): string {
  // Not by TextDecoder: to the web's standard iso-8859-1 is windows-1252, and Node 20 decodes windows-1252 wrongly.
  if (family === 'iso-8859-1') return decodeSingleBytes(bytes, (byte) => byte)
  if (family === 'windows-1252') {
    return decodeSingleBytes(bytes, (byte) =>
      byte < 0x80 || byte > 0x9f ? byte : WINDOWS_1252_UPPER.charCodeAt(byte - 0x80),
    )
  }
  try {
    return new TextDecoder(family, { fatal: strict, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new DecodeError('XML_ENCODING', `XML: bytes that ${family} does not have`)
  }
}

function decodeSingleBytes(bytes: Uint8Array, codeOf: (byte: number) => number): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    text += String.fromCharCode(...Array.from(bytes.subarray(start, start + CHUNK_BYTES), codeOf))
  }
  return text
}
