import type { ContactnowCall } from './data-calls.ts'
import type { Datasets } from './datasets.ts'
import type { Records } from './records.ts'
import type { Listing } from './replies.ts'
import { type DatasetRow, readCell, type RecordRow, type Row } from './rows.ts'
import type { RecordUpdateInput } from './wire.ts'

/** What a look at the vendor's rows says about an earlier write. */
export type Finding<Found> =
  /** Exactly one row carries the marker, or all the changes: the write took effect, and this is what it made. */
  | { readonly verdict: 'landed'; readonly row: Found }
  /** Every row was seen and is something else, or none of the changes shows: the write did not take effect, unless it is still under way. */
  | { readonly verdict: 'absent' }
  /** Several rows carry the marker, a row says nothing where it would stand, only some changes show, or not every row was seen: somebody has to look. */
  | { readonly verdict: 'unclear'; readonly rows: readonly Found[] }

/** How a dataset that may have been created is recognised. */
export interface DatasetMarker {
  readonly import_table: string
  /** A text that stands in the description of this dataset alone. */
  readonly marker: string
  /** Rows that are looked at, 500 unless told: where there are more, an absence is not proven. */
  readonly limit?: number
}

/** How a record that may have been created is recognised. */
export interface RecordMarker {
  readonly dataset: string | number
  /** A column of the table that was given to the marker; its name is found in any case. */
  readonly column: string
  /** The value that the column holds in this record alone. */
  readonly marker: string
  /** The number of the record: then fewer rows have to be looked at. */
  readonly ddi?: string
  /** Rows that are looked at, 500 unless told: where there are more, an absence is not proven. */
  readonly limit?: number
}

/**
 * Looks whether a dataset with a marker in its description exists. One read; nothing is changed.
 *
 * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `ContactnowCode`.
 */
export async function findDataset(
  client: { readonly datasets: Pick<Datasets, 'read'> },
  { marker, ...filter }: DatasetMarker,
  call?: ContactnowCall,
): Promise<Finding<DatasetRow>> {
  const listing = await client.datasets.read(filter, call)
  return conclude(
    listing,
    ({ description }) => description,
    (description) => description.includes(marker),
  )
}

/**
 * Looks whether a record with a marker in one of its columns exists. An older record with the same number is never taken
 * for it. One read; nothing is changed.
 *
 * @param records - `client.records`, or `client.data` where the create went there.
 * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `ContactnowCode`.
 */
export async function findRecord(
  records: Pick<Records, 'read'>,
  { column, marker, ...filter }: RecordMarker,
  call?: ContactnowCall,
): Promise<Finding<RecordRow>> {
  const listing = await records.read(filter, call)
  return conclude(
    listing,
    (row) => cellOf(row, column),
    (cell) => cell === marker,
  )
}

/** The field that adds a line to `notes`. */
const APPENDED = 'notes_append'

/**
 * Looks whether an update of a record took effect: whether its columns hold what was sent, and its notes end with what was
 * appended. Where only some of that shows, or nothing but an appended line, it is unclear. One read; nothing is changed.
 *
 * @param records - `client.records`, or `client.data` where the update went there.
 * @throws SchemaError `SCHEMA_MISMATCH`; TransportError; UpstreamError with a `ContactnowCode`.
 */
export async function confirmUpdate(
  records: Pick<Records, 'read'>,
  { id, dataset, ...changes }: RecordUpdateInput,
  call?: ContactnowCall,
): Promise<Finding<RecordRow>> {
  const { list } = await records.read({ id, dataset }, call)
  const [row] = list
  if (row === undefined || list.length > 1) return { verdict: 'unclear', rows: list }
  const signs = Object.entries(changes).map(([name, value]) => signOf(row, name, String(value)))
  if (signs.length > 0 && signs.every((sign) => sign === 'differs')) return { verdict: 'absent' }
  // An appended line marks no update as this one: the same words may have been appended before.
  const setsColumns = Object.keys(changes).some((name) => !isAppended(name))
  const allShow = signs.every((sign) => sign === 'shows')
  return setsColumns && allShow ? { verdict: 'landed', row } : { verdict: 'unclear', rows: list }
}

function isAppended(name: string): boolean {
  return name.toLowerCase() === APPENDED
}

/** Tells whether one change shows in a row. An absence of the column, or of the appended line at the very end, proves nothing. */
function signOf(row: RecordRow, name: string, value: string): 'shows' | 'differs' | 'unproven' {
  const appends = isAppended(name)
  const cell = cellOf(row, appends ? 'notes' : name)
  if (cell === undefined) return 'unproven'
  if (!appends) return (cell ?? '') === (readCell(value) ?? '') ? 'shows' : 'differs'
  const notes = (cell ?? '').trimEnd()
  if (notes.endsWith(value.trim())) return 'shows'
  // Another line may have been added since, or the same one long before.
  return notes.includes(value.trim()) ? 'unproven' : 'differs'
}

function conclude<Found>(
  { total, list }: Listing<Found>,
  cellIn: (row: Found) => string | null | undefined,
  isMarked: (cell: string) => boolean,
): Finding<Found> {
  const marked = list.filter((row) => isMarked(cellIn(row) ?? ''))
  const [row] = marked
  if (row !== undefined) return marked.length === 1 ? { verdict: 'landed', row } : { verdict: 'unclear', rows: marked }
  // A row without the column may be the one that was created: the vendor may have dropped the marker.
  const unproven = list.filter((other) => (cellIn(other) ?? '') === '')
  return unproven.length === 0 && list.length >= total ? { verdict: 'absent' } : { verdict: 'unclear', rows: unproven }
}

function cellOf(row: Row, column: string): string | null | undefined {
  const wanted = column.toLowerCase()
  return Object.entries(row).find(([name]) => name.toLowerCase() === wanted)?.[1]
}
