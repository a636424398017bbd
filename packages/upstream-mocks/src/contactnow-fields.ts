import type { Row } from './contactnow-envelope.ts'

const STANDARD: readonly (readonly [name: string, type: string, size: string])[] = [
  ['id', 'int', '11'],
  ['datasetid', 'int', '11'],
  ['FirstName', 'smalltext', '50'],
  ['LastName', 'smalltext', '50'],
  ['HomePhone', 'smalltext', '20'],
  ['MobilePhone', 'smalltext', '20'],
  ['WorkPhone', 'smalltext', '20'],
  ['Customer_Email', 'smalltext', '100'],
  ['notes', 'largetext', '65535'],
]

/** Lists the columns of a table as `campaign_fields` does. */
export function fieldRows(table: string): Row[] {
  return STANDARD.map(([name, type, size], index) => ({
    position: String(index + 1),
    table,
    name,
    size,
    standard_field: String(index + 1),
    group_name: '',
    type,
    prompt: name,
    readonly: index < 2 ? 'Y' : 'N',
    search: 'yes',
    hidden: 'N',
    hidden_on_script: 'N',
    order: String(index + 1),
    picklist: '',
    required: 'N',
  }))
}
