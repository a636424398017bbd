import { z } from 'zod'

/** Largest `conversationID`: the vendor types it as int32. */
const MAX_CONVERSATION_ID = 2_147_483_647

/**
 * Checks the number of one activation of a flow. Every reactivation makes a new one.
 *
 * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
 */
export const conversationIdSchema = z.int().min(1).max(MAX_CONVERSATION_ID)

/** Checks one field value: clients of this API send every value as text, numbers too. */
const fieldValueSchema = z.union([z.string(), z.number()], { error: 'expected a string or a number' }).transform(String)

/**
 * Checks the input of `conversations.startData`: field code to value, flat.
 *
 * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
 */
export const startDataSchema = z.strictObject({
  conversationID: conversationIdSchema,
  fields: z.record(z.string().min(1), fieldValueSchema),
})

/**
 * Checks the input of `conversations.startList`.
 *
 * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
 */
export const startListSchema = z.strictObject({ conversationID: conversationIdSchema })

/** Input of `conversations.startData`. */
export type StartDataInput = z.input<typeof startDataSchema>

/** Input of `conversations.startList`. */
export type StartListInput = z.input<typeof startListSchema>

/**
 * Reads the answer of a start. An `idResult` of 0 is the only documented value.
 *
 * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
 */
export const startReplySchema = z.looseObject({
  wsResult: z.looseObject({
    idResult: z.union([
      z.int(),
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(Number),
    ]),
    resultDescription: z.string().optional(),
  }),
})

/** What a start returns. Both ids are undocumented extras, so both may be absent. */
export interface StartReceipt {
  readonly requestId?: string
  readonly recordUid?: string
}
