import type { JsonValue } from '@sluice/json-codec'

import type { DatatalksSettings } from './datatalks-settings.ts'

/** A value that an attribute may have. */
export type Attribute = string | number | boolean | null | readonly string[]

/** One flat record. */
export type Attributes = Readonly<Record<string, Attribute>>

/** What is sent where. */
export type DatatalksOperation =
  | 'contacts.upsert'
  | 'contacts.delete'
  | 'events.create'
  | 'products.send'
  | `v${2 | 3}.${'profiles' | 'events' | 'inventory'}`

/** A body that keeps the contract, or what is wrong with it. */
export type CheckedBody =
  | { readonly records: readonly Attributes[]; readonly groupKey: string }
  | { readonly messages: readonly string[] }

/**
 * Checks a body against the contract of v1: `data` flat, `group_key` one that this access key may use.
 *
 * @param groupKeys - Groups of the access key: another customer's is answered exactly as one that nobody has.
 */
export function checkBody(
  body: JsonValue,
  operation: DatatalksOperation,
  groupKeys: readonly string[],
  settings: DatatalksSettings,
): CheckedBody {
  if (!isObject(body)) return { messages: ['the body must be an object'] }
  const { data, group_key: groupKey, ...rest } = body
  const records = operation === 'products.send' ? data : [data ?? null]
  const messages: string[] = []
  if (data === undefined) messages.push('data is required')
  else if (!Array.isArray(records)) messages.push('data must be an array')
  else for (const record of records) messages.push(...faultsOfRecord(record, operation, settings))
  if (typeof groupKey !== 'string' || groupKey === '') messages.push('group_key is required')
  else if (!groupKeys.includes(groupKey)) messages.push('unknown group_key')
  if (settings.extraMembers === 'refuse' && Object.keys(rest).length > 0) messages.push('unknown member')
  if (messages.length > 0 || !Array.isArray(records) || typeof groupKey !== 'string') return { messages }
  return { records: records.flatMap((record) => (isAttributes(record) ? [record] : [])), groupKey }
}

/** The types of external events that the integration knows. */
const EVENT_TYPES: readonly string[] = [
  'PURCHASE',
  'CART',
  'VISIT',
  'PHONE_CALL',
  'OTHER',
  'RESERVATION',
  'CANCELLED',
  'ACTIVATION',
  'MEETING',
  'OFFER',
  'DOWNLOAD',
  'LOGIN',
  'TRANSACTION',
]

/** Says what is wrong with one record: it must be flat, and hold what its operation asks for. */
export function faultsOfRecord(
  record: JsonValue,
  operation: DatatalksOperation,
  settings: DatatalksSettings,
): string[] {
  if (!isObject(record)) return ['data must be an object']
  const values = Object.values(record)
  const faults: string[] = []
  if (!isAttributes(record)) faults.push('data must be flat')
  if (settings.nulls === 'refuse' && values.includes(null)) faults.push('null is not allowed in data')
  if (settings.booleans === 'refuse' && values.some((value) => typeof value === 'boolean')) {
    faults.push('true and false are not allowed in data')
  }
  const { contactExtEventType: type, product_id: productId } = record
  if (operation === 'events.create' && settings.unknownEventTypes === 'refuse' && type !== undefined) {
    if (typeof type !== 'string' || !EVENT_TYPES.includes(type)) faults.push('unknown contactExtEventType')
  }
  if (operation === 'products.send' && productId === undefined) faults.push('product_id is required')
  return faults
}

/** Tells a flat record from any other value. */
export function isAttributes(record: JsonValue): record is Record<string, string | number | boolean | null | string[]> {
  return isObject(record) && Object.values(record).every(isAttribute)
}

function isAttribute(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string')
  return typeof value !== 'object' || value === null
}

/** Tells an object from any other value. */
export function isObject(value: JsonValue): value is { [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
