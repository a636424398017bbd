import { EncodeError } from '@sluice/errors'

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
 * `constructor`, `prototype`, an array where no name is repeated, or an attribute or `#text` that is not text.
 * @see XML 1.0 https://www.w3.org/TR/xml/
 */
export function encodeXml(document: XmlDocument, options: EncodeXmlOptions = {}): string {
  return (options.declaration === true ? DECLARATION : '') + encodeElement(document.name, document.value)
}

function encodeElement(name: string, value: XmlValue): string {
  checkName(name)
  if (Array.isArray(value)) throw new EncodeError('XML_NAME', 'XML: an array where no element can be repeated')
  const entries = typeof value === 'string' ? [[TEXT_KEY, value] as const] : Object.entries(value)
  const attributes = entries.map(([key, content]) => encodeAttribute(key, content)).join('')
  const content = entries.map(([key, content]) => encodeContent(key, content)).join('')
  return content === '' ? `<${name}${attributes}/>` : `<${name}${attributes}>${content}</${name}>`
}

function encodeAttribute(key: string, value: XmlValue): string {
  if (!key.startsWith(ATTRIBUTE_PREFIX)) return ''
  const name = key.slice(ATTRIBUTE_PREFIX.length)
  checkName(name)
  return ` ${name}="${escape(value, /[&<>"\t\n\r]/g)}"`
}

function encodeContent(key: string, value: XmlValue): string {
  if (key.startsWith(ATTRIBUTE_PREFIX)) return ''
  if (key === TEXT_KEY) return escape(value, /[&<>\r]/g)
  return (Array.isArray(value) ? value : [value]).map((item) => encodeElement(key, item)).join('')
}

function escape(value: XmlValue, escaped: RegExp): string {
  if (typeof value !== 'string') throw new EncodeError('XML_NAME', 'XML: an attribute or a text that is not text')
  if (findForbiddenCharacter(value) !== -1)
    throw new EncodeError('XML_CHARACTER', 'XML: a character that XML cannot hold')
  return value.replaceAll(escaped, (character) => ESCAPES[character] ?? character)
}

function checkName(name: string): void {
  if (!isName(name) || isForbiddenName(name)) throw new EncodeError('XML_NAME', 'XML: a key that is no name')
}
