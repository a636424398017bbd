import type { JsonValue } from '@sluice/json-codec'

import {
  type CheckedBody,
  type DatatalksOperation,
  faultsOfRecord,
  isAttributes,
  isObject,
} from './datatalks-contract.ts'
import type { DatatalksSettings } from './datatalks-settings.ts'

/** What v2 and v3 are sent: `{ type, data }`, with the group in v2 alone. */
export type LaterOperation = Extract<DatatalksOperation, `v${2 | 3}.${string}`>

/** Tells the operations of v2 and v3 from those of v1. */
export function isLater(operation: DatatalksOperation): operation is LaterOperation {
  return operation.startsWith('v2.') || operation.startsWith('v3.')
}

/**
 * Checks a body against what is printed of v2 and v3.
 *
 * @param groupKeys - Groups of the access key.
 */
export function checkLaterBody(
  body: JsonValue,
  operation: LaterOperation,
  groupKeys: readonly string[],
  settings: DatatalksSettings,
): CheckedBody {
  if (!isObject(body)) return { messages: ['the body must be an object'] }
  const { type, data = null, groupKey, datatalksId, ...rest } = body
  const messages = faultsOfRecord(data, operation, settings)
  if (typeof type !== 'string' || type === '') messages.push('type is required')
  if (operation.startsWith('v3.') && groupKey !== undefined) messages.push('unknown member')
  if (groupKey !== undefined && !groupKeys.some((known) => known === groupKey)) messages.push('unknown groupKey')
  if (datatalksId !== undefined && !isUuid(datatalksId)) messages.push('datatalksId must be a UUID')
  // QUIRK datatalks: the printed samples of v3 hold a member that is called "null".
  const strays = Object.keys(rest).filter((name) => name !== 'null')
  if (settings.extraMembers === 'refuse' && strays.length > 0) messages.push('unknown member')
  if (messages.length > 0 || !isAttributes(data)) return { messages }
  return { records: [data], groupKey: typeof groupKey === 'string' ? groupKey : '' }
}

function isUuid(value: JsonValue): boolean {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
}
