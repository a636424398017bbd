import { DecodeError } from '@sluice/errors'
import { decodeJson, type JsonValue } from '@sluice/json-codec'
import { decodeXml, type XmlValue } from '@sluice/xml-codec'

import type { Format } from './contactnow-envelope.ts'
import type { ContactnowSettings } from './contactnow-settings.ts'

/** One row of a payload, all values as text; null when it is not a flat object. */
export type PayloadRow = Readonly<Record<string, string>> | null

/** The rows of a payload, and the names of the XML elements they came in; or what is wrong with all of it. */
export type Payload =
  | { readonly rows: readonly PayloadRow[]; readonly elements: readonly string[] }
  | { readonly error: string }

/** Reads a payload in the format of the call. */
export function readPayload(bytes: Uint8Array, format: Format, settings: ContactnowSettings): Payload {
  try {
    return format === 'json' ? readJson(bytes, settings) : readXml(bytes, settings)
  } catch (error) {
    if (error instanceof DecodeError) return { error: 'Bad argument: payload' }
    throw error
  }
}

/** The child elements that are taken for rows: the vendor's samples use the first for datasets as well. */
const ROW_ELEMENTS: readonly string[] = ['ecnow_records', 'ecnow_datasets', 'ecnow_dataset', 'ecnow_data']
const REPEATED = ROW_ELEMENTS.map((name) => `easycall.${name}`)

function readJson(bytes: Uint8Array, settings: ContactnowSettings): Payload {
  const value = decodeJson(bytes, { maxBytes: settings.maxPayloadBytes, duplicateKeys: 'last' })
  if (Array.isArray(value)) return { rows: value.map(flattenJson), elements: [] }
  if (!settings.acceptBareObject) return { error: 'Bad argument: payload' }
  return { rows: [flattenJson(value)], elements: [] }
}

function flattenJson(value: JsonValue): PayloadRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  const row: Record<string, string> = {}
  for (const [name, member] of Object.entries(value)) {
    if (typeof member === 'object' && member !== null) return null
    row[name] = member === null ? '' : String(member)
  }
  return row
}

function readXml(bytes: Uint8Array, settings: ContactnowSettings): Payload {
  const { name, value } = decodeXml(bytes, {
    maxBytes: settings.maxPayloadBytes,
    maxNodes: settings.maxPayloadBytes,
    repeated: REPEATED,
  })
  if (name !== 'easycall') return { error: 'Bad argument: easycall' }
  if (typeof value === 'string')
    return value.trim() === '' ? { rows: [], elements: [] } : { error: 'Bad argument: easycall' }
  const children = Array.isArray(value) ? [] : Object.entries(value)
  if (children.some(([child]) => !ROW_ELEMENTS.includes(child))) return { error: 'Bad argument: easycall' }
  return {
    rows: children.flatMap(([, rows]) => (Array.isArray(rows) ? rows : [rows]).map(flattenXml)),
    elements: children.map(([child]) => child),
  }
}

function flattenXml(value: XmlValue): PayloadRow {
  if (typeof value === 'string' || Array.isArray(value)) return null
  const row: Record<string, string> = {}
  for (const [name, member] of Object.entries(value)) {
    if (typeof member !== 'string') return null
    row[name] = member
  }
  return row
}
