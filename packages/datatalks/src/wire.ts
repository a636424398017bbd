import { z } from 'zod'

/** Text, numbers and lists of text are the values that the vendor shows; nothing says what a boolean or null would do. */
const attribute = z.union([z.string(), z.number(), z.array(z.string())], {
  error: 'expected a string, a number or an array of strings',
})

const groupKey = z.string({ error: 'expected a group key' }).min(1)

/** Freely named attributes, without nested objects. */
const flatData = z.record(z.string().min(1), attribute)

/**
 * Checks the body of `contacts.upsert`: freely named attributes without nested objects, and the key of the group of
 * integrations that they are meant for.
 *
 * @see https://datatalks.atlassian.net/wiki/spaces/PI/pages/875495429/Datatalks+API+Using+the+API
 */
export const flatDataSchema = z.strictObject({ data: flatData, group_key: groupKey })

/**
 * Checks the body of `contacts.delete`.
 *
 * @see https://datatalks.atlassian.net/wiki/pages/viewpage.action?pageId=2528608280
 */
export const contactDeleteSchema = z.strictObject({
  data: z.strictObject({ email: z.string().min(1) }),
  group_key: groupKey,
})

/** Kinds of an event, as Salesmanago knows them. */
export const CONTACT_EXT_EVENT_TYPES = [
  'PURCHASE',
  'CART',
  'VISIT',
  'PHONE_CALL',
  'OTHER',
  'RESERVATION',
  'CANCELLED',
  'ACTIVATION',
  'MEETING',
  'OFFER',
  'DOWNLOAD',
  'LOGIN',
  'TRANSACTION',
] as const

/** Details that one event may have: the vendor's list ends at 10, its later text at 20. */
export type MaxEventDetails = 10 | 20

// An intersection keeps the members in the order of the input, which an object with further members does not.
const eventData = flatData.and(z.object({ contactExtEventType: z.enum(CONTACT_EXT_EVENT_TYPES).exactOptional() }))
const product = flatData.and(z.object({ product_id: z.string().min(1) }))

/**
 * Creates the check of the body of `events.create`.
 *
 * @param maxDetails - Up to which number there may be `detail1`, `detail2` and so on.
 * @see https://datatalks.atlassian.net/wiki/pages/viewpage.action?pageId=2528608280
 */
export function createEventSchema(maxDetails: MaxEventDetails) {
  const data = eventData.superRefine((attributes, context) => {
    for (const name of Object.keys(attributes)) {
      const [, number] = /^detail(\d+)$/.exec(name) ?? []
      if (number === undefined || (Number(number) >= 1 && Number(number) <= maxDetails)) continue
      context.addIssue({ code: 'custom', path: [name], message: `expected detail1 to detail${maxDetails}` })
    }
  })
  return z.strictObject({ data, group_key: groupKey })
}

/** Checks the body of `events.create`, with at most 10 details. */
export const eventSchema = createEventSchema(10)

/**
 * Checks the body of `products.send`: the only data that is a list.
 *
 * @see https://datatalks.atlassian.net/wiki/pages/viewpage.action?pageId=2528608280
 */
export const productsSchema = z.strictObject({
  data: z.array(product).min(1),
  group_key: groupKey,
})

const recent = { type: z.string().min(1), data: flatData, datatalksId: z.guid().exactOptional() }

/**
 * Checks the body of an operation of version 2. The key is needed where the data is meant for Salesmanago.
 *
 * @see https://www.datatalks.se/documentation/api-reference/
 */
export const v2Schema = z.strictObject({
  type: recent.type,
  groupKey: groupKey.exactOptional(),
  data: recent.data,
  datatalksId: recent.datatalksId,
})

/**
 * Checks the body of an operation of version 3, which knows no group key.
 *
 * @see https://www.datatalks.se/documentation/api-reference/
 */
export const v3Schema = z.strictObject(recent)

/** A body whose group key may be left to the client. */
type WithUsualKey<Body extends { readonly group_key: string }> = Omit<Body, 'group_key'> & {
  readonly group_key?: string
}

/** Freely named attributes: text, numbers and lists of text. */
export type FlatData = z.input<typeof flatData>

/** One value of {@link FlatData}. */
export type Attribute = FlatData[string]

/** Input of `contacts.upsert`. The group key may be left out where the client has one. */
export type FlatDataInput = WithUsualKey<z.input<typeof flatDataSchema>>

/** Input of `contacts.delete`. The group key may be left out where the client has one. */
export type ContactDeleteInput = WithUsualKey<z.input<typeof contactDeleteSchema>>

/** Input of `events.create`. The group key may be left out where the client has one. */
export type EventInput = WithUsualKey<z.input<typeof eventSchema>>

/** Input of `products.send`. The group key may be left out where the client has one. */
export type ProductsInput = WithUsualKey<z.input<typeof productsSchema>>

/** Input of an operation of version 2. The group key may be left out where the client has one. */
export type V2Input = z.input<typeof v2Schema>

/** Input of an operation of version 3. */
export type V3Input = z.input<typeof v3Schema>

const words = z.string().optional().catch(undefined)

/**
 * Reads an answer of the vendor's code (`success`, `messages`, `requestId`) or of its gateway (`message`). The first form
 * is documented for versions 2 and 3; for version 1 no form is.
 *
 * @see https://www.datatalks.se/documentation/api-reference/
 */
export const replySchema = z.object({
  success: z.boolean().nullish(),
  messages: z.array(z.string()).optional().catch(undefined),
  requestId: words,
  datatalksId: words,
  message: words,
  // QUIRK datatalks: the gateway spells the member of "not authorized" with a capital.
  Message: words,
  error: words,
  // How a function of the vendor's that ended in an error is passed on.
  errorMessage: words,
  errorType: words,
})

/** A decoded answer. */
export type ReplyBody = z.output<typeof replySchema>

/** What a successful call returns: ids to quote to the vendor. Success means accepted, not delivered to its target. */
export interface DatatalksReceipt {
  readonly requestId?: string
  readonly datatalksId?: string
}
