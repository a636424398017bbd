import { z } from 'zod'

/** Text, numbers and lists of text are the values that the vendor shows; nothing says what a boolean or null would do. */
const attribute = z.union([z.string(), z.number(), z.array(z.string())], {
  error: 'expected a string, a number or an array of strings',
})

const groupKey = z.string().min(1)

/**
 * Checks the input of `contacts.upsert` and `events.create`: freely named attributes without nested objects, and the key
 * of the group of integrations that they are meant for.
 *
 * @see https://datatalks.atlassian.net/wiki/spaces/PI/pages/875495429/Datatalks+API+Using+the+API
 */
export const flatDataSchema = z.strictObject({ data: z.record(z.string().min(1), attribute), group_key: groupKey })

/**
 * Checks the input of `contacts.delete`.
 *
 * @see https://datatalks.atlassian.net/wiki/pages/viewpage.action?pageId=2528608280
 */
export const contactDeleteSchema = z.strictObject({
  data: z.strictObject({ email: z.string().min(1) }),
  group_key: groupKey,
})

/** Input of `contacts.upsert` and of `events.create`. */
export type FlatDataInput = z.input<typeof flatDataSchema>

/** Input of `contacts.delete`. */
export type ContactDeleteInput = z.input<typeof contactDeleteSchema>

const words = z.string().optional().catch(undefined)

/**
 * Reads an answer of the vendor's code (`success`, `messages`, `requestId`) or of its gateway (`message`). The first form
 * is documented for later versions of the API; for this one no form is.
 *
 * @see https://www.datatalks.se/documentation/api-reference/
 */
export const replySchema = z.object({
  success: z.boolean().nullish(),
  messages: z.array(z.string()).optional().catch(undefined),
  requestId: words,
  message: words,
  // QUIRK datatalks: the gateway spells the member of "not authorized" with a capital.
  Message: words,
})

/** A decoded answer. */
export type ReplyBody = z.output<typeof replySchema>

/** What a successful call returns: the id to quote to the vendor. Success means accepted, not delivered to its target. */
export interface DatatalksReceipt {
  readonly requestId?: string
}
