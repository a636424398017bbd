import { encodeXml, type XmlValue } from '@sluice/xml-codec'

import type { ContactnowSettings } from './contactnow-settings.ts'
import type { Reply } from './reply.ts'

/** A row of a list: text, or null where the vendor has nothing. */
export type Row = Readonly<Record<string, string | null>>

/** What every reply of ContactNow is made of. Members are written in the order in which they stand. */
export interface Envelope {
  readonly success: boolean
  readonly account_id?: string
  readonly total?: number
  readonly bad?: number
  readonly key?: number
  readonly info?: string
  readonly error?: string
  readonly token?: string
  readonly expire?: number
  readonly list?: readonly Row[]
}

/** Either of the two formats; CSV is not mocked. */
export type Format = 'json' | 'xml'

/** What an envelope cannot say about itself. */
export interface EnvelopeOptions {
  readonly format: Format
  /** Name of an item of the list, in XML. */
  readonly item?: string
}

/** Makes the envelope of a refused call. */
export function failure(error: string): Envelope {
  return { success: false, error }
}

/** Writes an envelope: always with status 200, whatever it says. */
export function writeEnvelope(envelope: Envelope, options: EnvelopeOptions, settings: ContactnowSettings): Reply {
  const body =
    options.format === 'json' ? JSON.stringify(envelope) : writeXml(envelope, options.item ?? 'item', settings)
  const isLatin1 = options.format === 'xml' && envelope.list !== undefined && settings.xmlEncoding === 'iso-8859-1'
  return { status: 200, contentType: settings.contentType, body: isLatin1 ? latin1Document(body) : body }
}

/** Declares and encodes a document as ISO-8859-1; a character that this lacks becomes its last one. */
export function latin1Document(xml: string): Uint8Array<ArrayBuffer> {
  return latin1Bytes(xml.replace(/^(<\?xml[^>]*\?>\n?)?/, '<?xml version="1.0" encoding="ISO-8859-1" ?>\n'))
}

/** Encodes text as ISO-8859-1. */
export function latin1Bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => Math.min(character.codePointAt(0) ?? 0x3f, 0xff))
}

/** Only reads carry a prolog; its blank before the end is the vendor's. */
const READ_PROLOG = '<?xml version="1.0" encoding="utf-8" ?>\n'

function writeXml(envelope: Envelope, item: string, settings: ContactnowSettings): string {
  const value: Record<string, XmlValue> = {}
  for (const [name, member] of Object.entries(envelope)) value[name] = toXml(member, item)
  // QUIRK contactnow: a failure in XML says success 1 beside the error; its JSON twin says false.
  if (!envelope.success) value['success'] = envelope.error === undefined ? '0' : settings.xmlFailureSuccess
  const prolog = envelope.list === undefined ? '' : READ_PROLOG
  return prolog + encodeXml({ name: 'result', value })
}

function toXml(member: Envelope[keyof Envelope], item: string): XmlValue {
  if (typeof member === 'object') return member.length === 0 ? '' : { [item]: member.map(rowToXml) }
  return member === true ? '1' : legal(String(member))
}

function rowToXml(row: Row): XmlValue {
  return Object.fromEntries(Object.entries(row).map(([name, text]) => [name, legal(text ?? '')]))
}

/** Drops the characters that XML cannot hold at all, such as a NUL that came in by JSON. */
function legal(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these control characters are what is being dropped
  return text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/gu, '')
}
