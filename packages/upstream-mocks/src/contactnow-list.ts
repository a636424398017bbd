import type { Envelope, Row } from './contactnow-envelope.ts'

/** Makes the envelope of a read: `limit` cuts the list, and leaves `total` alone. */
export function listed<T>(
  found: readonly T[],
  variables: ReadonlyMap<string, string>,
  toRow: (entry: T) => Row,
): Envelope {
  const limit = variables.get('limit') ?? ''
  const shown = /^[0-9]+$/.test(limit) ? found.slice(0, Number(limit)) : found
  return { success: true, total: found.length, list: shown.map(toRow) }
}
