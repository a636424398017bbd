import { decodeJson, encodeJson, type JsonValue } from '@sluice/json-codec'
import { decodeXml, encodeXml, type XmlValue } from '@sluice/xml-codec'

/** The format of a request and of its reply: the vendor's `format` governs both directions. */
export type Format = 'json' | 'xml'

/** A payload in the format in which it is sent. */
export interface Payload {
  readonly contentType: string
  readonly text: string
}

/**
 * Writes one row as the payload of a create or an update.
 *
 * @param element - Name of the row's element in XML.
 * @throws EncodeError `XML_NAME` a column is no XML name; `XML_CHARACTER` a value holds a character that XML cannot carry.
 */
export function encodeRow(format: Format, element: string, row: Readonly<Record<string, string>>): Payload {
  if (format === 'json') return { contentType: 'application/json', text: encodeJson([row]) }
  const document = { name: 'easycall', value: { [element]: row } }
  return { contentType: 'application/xml', text: encodeXml(document, { declaration: true }) }
}

/**
 * Decodes a reply strictly in the format that was asked for, whatever its Content-Type says; null stands for an XML
 * document that is not a `result`, such as a page of HTML.
 *
 * @throws DecodeError `JSON_*` or `XML_*`.
 */
export function decodeReply(format: Format, bytes: Uint8Array): JsonValue | XmlValue {
  const maxBytes = bytes.length
  // QUIRK contactnow: a printed sample has one column twice in a row, so the last one wins.
  if (format === 'json') return decodeJson(bytes, { duplicateKeys: 'last', maxBytes })
  const { name, value } = decodeXml(bytes, { lists: ['result.list'], maxBytes })
  return name === 'result' ? value : null
}
