import type { Attribute, Attributes } from './datatalks-contract.ts'
import type { DatatalksMapping, DatatalksSettings } from './datatalks-settings.ts'

/** What would be forwarded to the integration. */
export type Forwarded = Readonly<Record<string, Attribute | Readonly<Record<string, Attribute>>>>

/**
 * Maps a record as the vendor's set-up for a group says; attributes without a mapping are left out.
 *
 * @returns Null when a scalar stands where a list is mapped, and the settings refuse that.
 */
export function mapRecord(record: Attributes, groupKey: string, settings: DatatalksSettings): Forwarded | null {
  const mappings = settings.mappings[groupKey]
  if (mappings === undefined) return record
  const forwarded: Record<string, Forwarded[string]> = {}
  for (const mapping of mappings) {
    const value = mapOne(record, mapping)
    if (value === undefined) continue
    if (mapping.kind === 'list' && !Array.isArray(value)) {
      if (settings.scalarForList === 'refuse') return null
      if (settings.scalarForList === 'drop') continue
    }
    forwarded[mapping.to] = value
  }
  return forwarded
}

function mapOne(record: Attributes, mapping: DatatalksMapping): Forwarded[string] | undefined {
  if (mapping.kind !== 'dynamic') return record[mapping.from]
  const named: Record<string, Attribute> = {}
  for (const [from, to] of Object.entries(mapping.keys)) {
    const value = record[from]
    if (value !== undefined) named[to] = value
  }
  return Object.keys(named).length === 0 ? undefined : named
}
