import { checkLimits, DecodeError, MAX_DEPTH } from '@sluice/errors'
import { XMLParser } from 'fast-xml-parser'

import { decodeXmlBytes } from './encoding.ts'
import { guardXml, type XmlLimits } from './guard.ts'
import { faultAt } from './position.ts'
import { PARSED, type ParsedNode, shapeDocument } from './shape.ts'
import type { XmlDocument } from './value.ts'

/** Limits and choices of {@link decodeXml}. */
export interface DecodeXmlOptions extends Partial<XmlLimits> {
  /** Largest input, in bytes; of a string, in bytes of UTF-8. Default 1,048,576. */
  readonly maxBytes?: number
  /**
   * Encoding that the content type names. Without it the document's own declaration counts.
   *
   * @see RFC 7303 section 3 https://www.rfc-editor.org/rfc/rfc7303#section-3
   */
  readonly charset?: string
  /** Deepest nesting of elements; 1 allows only the root. Default 64, at most 512. */
  readonly maxDepth?: number
  /** Elements, attributes, comments, processing instructions and CDATA sections together. Default 100,000. */
  readonly maxNodes?: number
  /** Attributes of one element. Default 64. */
  readonly maxAttributes?: number
  /**
   * Elements that contain a list, as dotted paths from the root such as `result.list` (or `*.list` for any root): their value is an array of their
   * children's values, whatever the children's names, and empty when there are none. It has no place for attributes:
   * `xmlns` is dropped, any other is refused.
   */
  readonly lists?: readonly string[]
  /** Elements that may occur more than once, as dotted paths such as `contact.tags`: their value is always an array. */
  readonly repeated?: readonly string[]
}

const DEFAULT_MAX_BYTES = 1_048_576
const DEFAULT_MAX_DEPTH = 64
const DEFAULT_MAX_NODES = 100_000
const DEFAULT_MAX_ATTRIBUTES = 64

/** Lax on its own: it makes something of any text. So it is given only what was guarded. It keeps nothing between calls. */
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  textNodeName: PARSED.text,
  cdataPropName: PARSED.cdata,
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  // References are resolved later, and once: the parser knows no character references.
  processEntities: false,
  // The limits are the guard's.
  maxNestedTags: Number.MAX_SAFE_INTEGER,
  // It renames `toString` and the like, which are harmless as keys of their own.
  onDangerousProperty: (name) => name,
  jPath: false,
})

/**
 * Decodes an XML document within limits: no DTD, no entities but the predefined five, every value text. Text of a leaf
 * is kept exactly, but for its line ends, which become LF. An element that repeats is an array of its occurrences.
 *
 * @throws DecodeError `XML_ENCODING`; `XML_SYNTAX` not well formed; `XML_DOCTYPE`; `XML_ENTITY` unknown, or a character
 * that XML cannot hold; `XML_DUPLICATE_ATTRIBUTE`; `XML_TOO_LARGE`; `XML_TOO_DEEP`; `XML_TOO_MANY_NODES`;
 * `XML_TOO_MANY_ATTRIBUTES`; `XML_FORBIDDEN_NAME` `__proto__`, `constructor`, `prototype`, an attribute of a list.
 * @throws ConfigError `CONFIG_INVALID` a limit that is no whole number from 0 on, or a depth beyond 512.
 * @see XML 1.0 https://www.w3.org/TR/xml/
 */
export function decodeXml(input: Uint8Array | string, options: DecodeXmlOptions = {}): XmlDocument {
  const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES
  const limits: XmlLimits = {
    maxDepth: options.maxDepth ?? DEFAULT_MAX_DEPTH,
    maxNodes: options.maxNodes ?? DEFAULT_MAX_NODES,
    maxAttributes: options.maxAttributes ?? DEFAULT_MAX_ATTRIBUTES,
  }
  checkLimits('xml', { maxBytes, ...limits }, { maxDepth: MAX_DEPTH })
  checkSize(input, maxBytes)
  const decoded = typeof input === 'string' ? input.replace(/^\ufeff/, '') : decodeXmlBytes(input, options.charset)
  const text = decoded.replaceAll(/\r\n?/g, '\n')
  const kept = guardXml(text, limits)
  const document = shapeDocument(parse(kept), { lists: options.lists ?? [], repeated: options.repeated ?? [] })
  if (document === undefined) throw faultAt(text, text.length, 'XML_SYNTAX', 'no root element')
  return document
}

function checkSize(input: Uint8Array | string, maxBytes: number): void {
  // A UTF-16 unit takes at least one byte of UTF-8: a string that is too long need not be encoded to be refused.
  const isTooLarge =
    input.length > maxBytes || (typeof input === 'string' && new TextEncoder().encode(input).length > maxBytes)
  if (isTooLarge) throw new DecodeError('XML_TOO_LARGE', `XML: larger than ${maxBytes} bytes`)
}

/** Builds the tree. The library's words are dropped: they quote. */
function parse(text: string): readonly ParsedNode[] {
  try {
    return parser.parse(text)
  } catch {
    throw new DecodeError('XML_SYNTAX', 'XML: not well formed', { line: 1, column: 1 })
  }
}
