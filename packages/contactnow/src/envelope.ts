import { z } from 'zod'

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
