import { z } from 'zod'

/** A value that is written: the vendor's samples send numbers as text, so both become text. */
const written = z.union([z.string(), z.number()], { error: 'expected a string or a number' }).transform(String)
const digits = written.pipe(z.string().regex(/^\d+$/, { error: 'expected digits' }))
const digitsOrList = written.pipe(z.string().regex(/^\d+(,\d+)*$/, { error: 'expected digits, or a list of them' }))
const datasetStatus = z.enum(['LIVE', 'HOLD', 'EXPIRED'])

/** A time as the vendor writes it, without a zone. */
const moment = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?$/, { error: 'expected YYYY-MM-DD HH:MM:SS, or a date alone' })

/** `dial priority` of a dataset: 90 comes first. */
const priority = written.pipe(z.string().regex(/^([0-9]|[1-8][0-9]|90)$/, { error: 'expected 0 to 90' }))
const limit = z.int().min(1)

/** Addresses that one token may be bound to. */
const MAX_ADDRESSES = 10

/** Columns that hold a number to dial, in lower case: the present names, and those of an older client. */
const PHONE_COLUMNS = new Set(['homephone', 'workphone', 'mobilephone', 'ddi_home', 'ddi_work', 'ddi_mobile'])

/**
 * Checks the input of `token.get`.
 *
 * @see https://support.8x8.com/cloud-contact-center/contactnow/contactnow-how-to/contactnow-shared-api-token-distributed-systems
 */
export const tokenGetSchema = z.strictObject({
  addresses: z.array(z.string().min(1)).min(1).max(MAX_ADDRESSES).exactOptional(),
})

/**
 * Checks the input of `token.validate`.
 *
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export const tokenValidateSchema = z.strictObject({ token: z.string().min(1) })

/**
 * Checks the input of `datasets.create`.
 *
 * @see https://support.8x8.com/uk/Cloud_Contact_Center/ContactNow/ContactNow_How-To/ContactNow%3A_Using_ecnow_datasets_API_ecnow.php_end_point_for_datasets_management
 */
export const datasetCreateSchema = z.strictObject({
  description: z.string().min(1),
  import_table: z.string().min(1),
})

/**
 * Checks the input of `datasets.read`. Every filter may be left out; `description` is found anywhere in the row's; `limit` is the number of rows, 500 unless told.
 *
 * @see https://support.8x8.com/uk/Cloud_Contact_Center/ContactNow/ContactNow_How-To/ContactNow%3A_Using_ecnow_datasets_API_ecnow.php_end_point_for_datasets_management
 */
export const datasetReadSchema = z.strictObject({
  dataset: digits.exactOptional(),
  qid: digitsOrList.exactOptional(),
  import_table: z.string().min(1).exactOptional(),
  d_status: datasetStatus.exactOptional(),
  description: z.string().min(1).exactOptional(),
  limit: limit.exactOptional(),
})

/**
 * Checks the input of `datasets.update`. A dataset that was set to `EXPIRED` cannot be opened again.
 *
 * @see https://support.8x8.com/uk/Cloud_Contact_Center/ContactNow/ContactNow_How-To/ContactNow%3A_Using_ecnow_datasets_API_ecnow.php_end_point_for_datasets_management
 */
export const datasetUpdateSchema = z.strictObject({
  description: z.string().exactOptional(),
  import_table: z.string().min(1).exactOptional(),
  qid: digits.exactOptional(),
  dataset: digits,
  d_status: datasetStatus.exactOptional(),
  d_priority: priority.exactOptional(),
  notes: z.string().exactOptional(),
  reccount: written.exactOptional(),
})

/**
 * Checks the input of `records.create` and `data.create`: a dataset, a number to dial, and any column of the table. Column names are
 * passed on as they are.
 *
 * @see https://support.8x8.com/cloud-contact-center/contactnow/contactnow-how-to/contactnow-using-ecnow-records-api-ecnow-php-endpoint-for-live-records
 */
export const recordCreateSchema = z
  .object({ dataset: digits })
  .catchall(written)
  .refine(hasPhone, { error: 'expected at least one of HomePhone, WorkPhone, MobilePhone' })

/**
 * Checks the input of `records.read` and `data.read`: `table` or `dataset` is required; `limit` is the number of rows, 500 unless told.
 *
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export const recordReadSchema = z
  .strictObject({
    table: z.string().min(1).exactOptional(),
    dataset: digits.exactOptional(),
    id: digits.exactOptional(),
    urn: z.string().min(1).exactOptional(),
    outcome: digitsOrList.exactOptional(),
    agent: digits.exactOptional(),
    ddi: z.string().min(1).exactOptional(),
    mode: z.enum(['active', 'live', 'callbacks', 'live-callbacks', 'unexpired']).exactOptional(),
    timetype: z.enum(['callback', 'processdate']).exactOptional(),
    tstart: z.string().min(1).exactOptional(),
    tstop: z.string().min(1).exactOptional(),
    limit: limit.exactOptional(),
  })
  .refine((filter) => filter.table !== undefined || filter.dataset !== undefined, {
    error: 'expected table or dataset',
  })

/**
 * Checks the input of `records.update` and `data.update`: the record, its dataset, and the columns that change.
 *
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export const recordUpdateSchema = z.object({ id: digits, dataset: digits }).catchall(written)

/**
 * Checks the input of `campaignTables.read`; `limit` is the number of rows, 500 unless told.
 *
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export const campaignTableReadSchema = z.strictObject({ limit: limit.exactOptional() })

/**
 * Checks the input of `campaignFields.read`. Every filter may be left out; `limit` is the number of rows, 500 unless told.
 *
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export const campaignFieldReadSchema = z.strictObject({
  table: z.string().min(1).exactOptional(),
  name: z.string().min(1).exactOptional(),
  limit: limit.exactOptional(),
})

/**
 * Checks the input of `dnc.read`. `tstart` and `tstop` are the times of the first and the last match; `limit` is the
 * number of rows, 500 unless told.
 *
 * @see https://support.8x8.com/cloud-contact-center/contactnow/ContactNow_APIs/contactnow-using-dnc-api-from-database.php-endpoint-for-viewing-dnc-list
 */
export const dncReadSchema = z.strictObject({
  qid: digitsOrList.exactOptional(),
  tstart: moment.exactOptional(),
  tstop: moment.exactOptional(),
  limit: limit.exactOptional(),
})

export type CampaignTableReadInput = z.input<typeof campaignTableReadSchema>
export type CampaignFieldReadInput = z.input<typeof campaignFieldReadSchema>
export type DncReadInput = z.input<typeof dncReadSchema>
export type TokenGetInput = z.input<typeof tokenGetSchema>
export type TokenValidateInput = z.input<typeof tokenValidateSchema>
export type DatasetCreateInput = z.input<typeof datasetCreateSchema>
export type DatasetReadInput = z.input<typeof datasetReadSchema>
export type DatasetUpdateInput = z.input<typeof datasetUpdateSchema>
export type RecordCreateInput = z.input<typeof recordCreateSchema>
export type RecordReadInput = z.input<typeof recordReadSchema>
export type RecordUpdateInput = z.input<typeof recordUpdateSchema>

function hasPhone(row: Readonly<Record<string, string>>): boolean {
  return Object.entries(row).some(([name, value]) => PHONE_COLUMNS.has(name.toLowerCase()) && value !== '')
}
