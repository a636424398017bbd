import { decodeXml, encodeXml, type XmlDocument } from '@sluice/xml-codec'
import { SaxesParser } from 'saxes'

import { loadLibrary } from './adapters-library.ts'
import type { Contender } from './adapters-rounds.ts'

interface FastXmlParser {
  readonly XMLParser: new (options: object) => { parse(text: string, validate: boolean): unknown }
  readonly XMLBuilder: new (options: object) => { build(value: object): string }
}

const RECORDS = 20

/** A page of records, as an upstream lists them. */
const PAGE: XmlDocument = {
  name: 'result',
  value: {
    success: '1',
    list: {
      row: Array.from({ length: RECORDS }, (_, index) => ({
        id: String(4_000_000 + index),
        firstname: 'Åsa',
        lastname: 'Lindström & Söner',
        MobilePhone: '+46701234567',
        Customer_Email: `asa.lindstrom+${index}@example.se`,
        address: 'Sveavägen 44, 111 34 Stockholm',
        note: 'Asked to be called back on a weekday after nine, about the annual plan.',
        created: '2026-11-22 12:30:15',
      })),
    },
  },
}

const text = encodeXml(PAGE, { declaration: true })
const bytes = new TextEncoder().encode(text)
const decoder = new TextDecoder()

/** Megabytes of the document that is decoded and encoded. */
export const XML_MEGABYTES = bytes.length / 1e6

function parseWithSaxes(): void {
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.write(decoder.decode(bytes)).close()
}

export async function xmlDecoders(): Promise<Contender[]> {
  const { XMLParser } = await loadLibrary<FastXmlParser>('fast-xml-parser', '@sluice/xml-codec')
  const parser = new XMLParser({ ignoreAttributes: false, parseTagValue: false })
  return [
    { name: 'decodeXml', work: () => decodeXml(bytes, { lists: ['result.list'] }) },
    { name: 'fast-xml-parser, validating', work: () => parser.parse(decoder.decode(bytes), true) },
    { name: 'fast-xml-parser, not validating', work: () => parser.parse(decoder.decode(bytes), false) },
    { name: 'saxes, events only', work: parseWithSaxes },
  ]
}

export async function xmlEncoders(): Promise<Contender[]> {
  const { XMLBuilder } = await loadLibrary<FastXmlParser>('fast-xml-parser', '@sluice/xml-codec')
  const builder = new XMLBuilder({ ignoreAttributes: false })
  const value = { [PAGE.name]: PAGE.value }
  return [
    { name: 'encodeXml', work: () => encodeXml(PAGE) },
    { name: 'fast-xml-parser, building', work: () => builder.build(value) },
  ]
}
