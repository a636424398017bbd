import { decodeXml, encodeXml, type XmlValue } from '@sluice/xml-codec'

import type { Reply } from './reply.ts'
import { textOf } from './received.ts'

/** Rewrites a reply from JSON to XML, or the reverse, as a vendor does that ignores the format asked for. */
export function inOtherFormat(real: Reply): Reply {
  const text = typeof real.body === 'string' ? real.body : textOf(real.body)
  if (text.startsWith('<')) return { ...real, body: JSON.stringify(decodeXml(text).value) }
  const value: unknown = text === '' ? {} : JSON.parse(text)
  return { ...real, contentType: 'application/xml', body: encodeXml({ name: 'result', value: toXmlValue(value) }) }
}

function toXmlValue(value: unknown): XmlValue {
  if (Array.isArray(value)) return value.map(toXmlValue)
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object' || value === null) return ''
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toXmlValue(member)]))
}
