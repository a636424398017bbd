import { z } from 'zod'

/**
 * One row of a list: column name to text. Every value is text, numbers too, as it is on the wire: a phone keeps its
 * leading 0 and an id its digits. Null stands where the vendor's zero time says that there is none.
 */
export type Row = Readonly<Record<string, string | null>>

/** A dataset as it is listed. All columns but the id may be missing. */
export type DatasetRow = Row & { readonly dataset: string }

/** A record as it is listed. All columns but the id may be missing. */
export type RecordRow = Row & { readonly id: string }

/** A table of a campaign. */
export type CampaignTableRow = Row & { readonly name: string }

/** A column of a campaign's table. All members but the name may be missing. */
export type CampaignFieldRow = Row & { readonly name: string }

/** A number that may not be called. All columns but the number may be missing. */
export type DncRow = Row & { readonly ddi: string }

// QUIRK contactnow: "no time" is written as a zero date.
const NO_TIME: ReadonlySet<string> = new Set(['0000-00-00 00:00:00', '0000-00-00'])

/** Reads one text of the vendor's: null stands for the zero time. */
export function readCell(text: string): string | null {
  return NO_TIME.has(text) ? null : text
}

/** JSON marks a missing text as null, XML cannot: both read as the empty text, so that both formats give one result. */
const cell = z
  .union([
    z.string(),
    z.number().transform(String),
    z.null().transform(() => ''),
    // QUIRK contactnow: a column may come twice in one row; the last one counts, as in JSON.
    z
      .array(z.string())
      .min(1)
      .transform((values) => values.at(-1) ?? ''),
  ])
  .transform(readCell)

const id = z.union([z.string().min(1), z.int().transform(String)])

/** Reads one row of `ecnow_datasets`. */
export const datasetRowSchema = z.object({ dataset: id }).catchall(cell)

/** Reads one row of `ecnow_records` and of `ecnow_data`. */
export const recordRowSchema = z.object({ id }).catchall(cell)

/** Reads one row of `campaign_tables`. */
export const campaignTableRowSchema = z.object({ name: id }).catchall(cell)

/** Reads one row of `campaign_fields`. */
export const campaignFieldRowSchema = z.object({ name: id }).catchall(cell)

/** Reads one row of `dnc`. */
export const dncRowSchema = z.object({ ddi: id }).catchall(cell)
