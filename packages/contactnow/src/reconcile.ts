import type { ContactnowCall } from './data-calls.ts'
import type { Datasets } from './datasets.ts'
import type { Records } from './records.ts'
import type { Listing } from './replies.ts'
import type { DatasetRow, RecordRow, Row } from './rows.ts'

/** What a look at the vendor's rows says about an earlier create. */
export type Finding<Found> =
  /** Exactly one row carries the marker: the create took effect, and this is what it made. */
  | { readonly verdict: 'landed'; readonly row: Found }
  /** Every row was seen and belongs to something else: the create did not take effect, unless it is still under way. */
  | { readonly verdict: 'absent' }
  /** Several rows carry the marker, a row says nothing where it would stand, or not every row was seen: somebody has to look. */
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
