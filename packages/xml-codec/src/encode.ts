import { EncodeError, MAX_DEPTH } from '@sluice/errors'

import { findForbiddenCharacter } from './characters.ts'
import { isForbiddenName, isName } from './names.ts'
import { ATTRIBUTE_PREFIX, TEXT_KEY, type XmlDocument, type XmlValue } from './value.ts'

/** Choices of {@link encodeXml}. */
export interface EncodeXmlOptions {
  /** Begin with `<?xml version="1.0" encoding="UTF-8"?>`. Default false. */
  readonly declaration?: boolean
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // As characters they would be changed by whoever reads them: line ends become LF, and blanks in attributes spaces.
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}

/**
 * Encodes a document, keys in their order. An array repeats its element, an empty one leaves it out.
 *
 * @throws EncodeError `XML_CHARACTER` a character that XML cannot hold; `XML_NAME` a key that is no name, `__proto__`,
 * `constructor`, `prototype`, an array where no name is repeated, or an attribute or `#text` that is not text; `XML_VALUE`
 * what is neither text, array nor plain object, such as a number, null or a Date; a cycle, or more than 512 levels.
 * @see XML 1.0 https://www.w3.org/TR/xml/
 */
export function encodeXml(document: XmlDocument, options: EncodeXmlOptions = {}): string {
  return (options.declaration === true ? DECLARATION : '') + encodeElement(document.name, document.value, 1)
}

function encodeElement(name: string, value: XmlValue, depth: number): string {
  checkName(name)
  // A cycle has no end, so it ends here too.
  if (depth > MAX_DEPTH) throw new EncodeError('XML_VALUE', `XML: nested deeper than ${MAX_DEPTH} levels`)
  if (Array.isArray(value)) throw new EncodeError('XML_NAME', 'XML: an array where no element can be repeated')
  if (typeof value !== 'string' && !isPlainObject(value)) throw noForm()
  const entries = typeof value === 'string' ? [[TEXT_KEY, value] as const] : Object.entries(value)
  const attributes = entries.map(([key, content]) => encodeAttribute(key, content)).join('')
  const content = entries.map(([key, content]) => encodeContent(key, content, depth)).join('')
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`
}

function encodeAttribute(key: string, value: XmlValue): string {
  if (!key.startsWith(ATTRIBUTE_PREFIX)) return ''
  const name = key.slice(ATTRIBUTE_PREFIX.length)
  checkName(name)
  return ` ${name}="${escape(value, /[&<>"\t\n\r]/g)}"`
}

function encodeContent(key: string, value: XmlValue, depth: number): string {
  if (key.startsWith(ATTRIBUTE_PREFIX)) return ''
  if (key === TEXT_KEY) return escape(value, /[&<>\r]/g)
  // A hole has to be seen: map would leave it out in silence.
  return (Array.isArray(value) ? Array.from(value) : [value])
    .map((item) => encodeElement(key, item, depth + 1))
    .join('')
}

function escape(value: XmlValue, escaped: RegExp): string {
  if (Array.isArray(value) || isPlainObject(value)) {
    throw new EncodeError('XML_NAME', 'XML: an attribute or a text that is not text')
  }
  if (typeof value !== 'string') throw noForm()
  if (findForbiddenCharacter(value) !== -1)
    throw new EncodeError('XML_CHARACTER', 'XML: a character that XML cannot hold')
  return value.replaceAll(escaped, (character) => ESCAPES[character] ?? character)
}

function checkName(name: string): void {
  if (!isName(name) || isForbiddenName(name)) throw new EncodeError('XML_NAME', 'XML: a key that is no name')
}

/** The types promise as much, and a value that came in as `any` breaks it: of a Date or a Map nothing would be written. */
function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function noForm(): EncodeError {
  return new EncodeError('XML_VALUE', 'XML: a value that XML has no form for')
}
