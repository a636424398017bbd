import { z } from 'zod'

/** One row of a list: column name to text, null where the vendor's zero time says that there is none. */
export type Row = Readonly<Record<string, string | null>>

/** A dataset as it is listed. All columns but the id may be missing. */
export type DatasetRow = Row & { readonly dataset: string }

/** A record as it is listed. All columns but the id may be missing. */
export type RecordRow = Row & { readonly id: string }

// QUIRK contactnow: "no time" is written as a zero date.
const NO_TIME: ReadonlySet<string> = new Set(['0000-00-00 00:00:00', '0000-00-00'])

const yes = z.literal([true, 1, '1', 'true']).transform(() => true)
const no = z.literal([false, 0, '0', 'false']).transform(() => false)

/** A count is a number in JSON and text in XML, where an empty element stands for none. */
const count = z
  .union([
    z.int(),
    z
      .string()
      .regex(/^-?\d+$/)
      .transform(Number),
    z.literal(['', null]).transform(() => undefined),
  ])
  .optional()

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
  .transform((text) => (NO_TIME.has(text) ? null : text))

const id = z.union([z.string().min(1), z.int().transform(String)])

/** Reads one row of `ecnow_datasets`. */
export const datasetRowSchema = z.object({ dataset: id }).catchall(cell)

/** Reads one row of `ecnow_records`. */
export const recordRowSchema = z.object({ id }).catchall(cell)

/**
 * Reads what every reply has in common, from JSON and from XML alike.
 *
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export const envelopeSchema = z.object({
  success: z.union([yes, no]),
  error: z
    .string()
    .nullish()
    .transform((text) => text?.trim() ?? ''),
  total: count,
  bad: count,
  key: count,
  info: z.string().nullish(),
  token: z.string().nullish(),
  expire: count,
  list: z.array(z.unknown()).nullish(),
})

/** What every reply has in common. */
export type Envelope = z.output<typeof envelopeSchema>
