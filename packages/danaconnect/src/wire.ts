import { z } from 'zod'

/** Largest `conversationID`: the vendor types it as int32. */
const MAX_CONVERSATION_ID = 2_147_483_647

/** One part of a path. A URL would resolve a single or a double dot. */
export const pathPartSchema = z
  .string()
  .min(1)
  .regex(/^(?!\.{1,2}$)/, { error: 'expected a name, not dots' })

/**
 * Checks the number of one activation of a flow. Every reactivation makes a new one.
 *
 * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
 */
export const conversationIdSchema = z.int().min(1).max(MAX_CONVERSATION_ID)

/** Checks the handle of a flow that stays the same over reactivations. */
export const projectIdSchema = z.union([pathPartSchema, z.int().min(1).transform(String)], {
  error: 'expected a string or a whole number',
})

/** Checks one field value: clients of this API send every value as text, numbers too. */
const fieldValueSchema = z.union([z.string(), z.number()], { error: 'expected a string or a number' }).transform(String)

/** Checks field code to value, flat. */
const fieldsSchema = z.record(z.string().min(1), fieldValueSchema)

/**
 * Checks the input of `conversations.startData`: field code to value, flat.
 *
 * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
 */
export const startDataSchema = z.strictObject({ conversationID: conversationIdSchema, fields: fieldsSchema })

/**
 * Checks the input of `conversations.startDataByProject`.
 *
 * @see https://help.danaconnect.com/es/article/api-rest-activacion-de-conversaciones-1gk3381/
 */
export const startDataByProjectSchema = z.strictObject({ projectID: projectIdSchema, fields: fieldsSchema })

/**
 * Checks the input of `conversations.startList`.
 *
 * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
 */
export const startListSchema = z.strictObject({ conversationID: conversationIdSchema })

/**
 * Checks a `dana` code, which an email or SMS puts into its links. A placeholder that the sending node did not fill in, such
 * as `$f{dana}`, is refused.
 */
const danaSchema = pathPartSchema.regex(/^[^\s${}%<>]+$/, { error: 'expected a code, not a placeholder' })

/**
 * Checks the input of `records.retrieve`: without `fields` the vendor returns all of them.
 *
 * @see https://help.danaconnect.com/es/article/api-rest-recuperacion-de-datos-de-un-contacto-a-partir-de-codigo-de-external-trigger-smgcxp
 */
export const retrieveSchema = z.strictObject({
  dana: danaSchema,
  fields: z
    .array(z.string().regex(/^[^,\s]+$/, { error: 'expected a field code' }))
    .min(1)
    .exactOptional(),
})

/** Checks the input of `triggers.fire`: the values are written to the record before the flow goes on. */
export const triggerSchema = z.strictObject({
  dana: danaSchema,
  fields: fieldsSchema
    .refine((fields) => !Object.keys(fields).some((code) => code.toLowerCase() === 'dana'), {
      error: 'expected field codes other than dana',
    })
    .exactOptional(),
})

/**
 * Checks the input of `files.upload`, beside the bytes.
 *
 * @see https://dev.danaconnect.com/openapi/fileupload-reference
 */
export const uploadSchema = z.strictObject({
  fileName: z.string().regex(/^[^/\\\p{Cc}]+$/u, { error: 'expected a file name without a folder' }),
  contentType: z
    .string()
    .regex(/^[\w.+-]+\/[\w.+-]+(; ?[\w-]+=[\w.-]+)?$/, { error: 'expected a media type' })
    .exactOptional(),
})

export type StartDataInput = z.input<typeof startDataSchema>
export type StartDataByProjectInput = z.input<typeof startDataByProjectSchema>
export type StartListInput = z.input<typeof startListSchema>
export type RetrieveInput = z.input<typeof retrieveSchema>
export type TriggerInput = z.input<typeof triggerSchema>
export type UploadInput = z.input<typeof uploadSchema> & { readonly bytes: Uint8Array }

/** A whole number; text is tolerated. */
export const wholeNumberSchema = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number),
])

/**
 * Reads the answer of a start. An `idResult` of 0 is the only documented value.
 *
 * @see https://dev.danaconnect.com/openapi/conversation-reference/v1
 */
export const startReplySchema = z.looseObject({
  wsResult: z.looseObject({ idResult: wholeNumberSchema.pipe(z.literal(0)), resultDescription: z.string().optional() }),
})

/** Reads the answer of an external trigger. */
export const triggerReplySchema = z.looseObject({ result: z.boolean() })

/**
 * Reads the answer of the token endpoint.
 *
 * @see https://dev.danaconnect.com/developer-portal/oauth2
 */
export const tokenReplySchema = z.looseObject({
  access_token: z.string().regex(/^[\w.~+/-]+=*$/),
  token_type: z
    .string()
    .regex(/^bearer$/i)
    .optional(),
  expires_in: wholeNumberSchema.pipe(z.int().min(1)).optional(),
})

/** A token, and the instant from which it is refused. */
export interface Token {
  readonly token: string
  readonly expiresAtMs: number
}

/** What a start returns. Both ids are undocumented extras, so both may be absent. */
export interface StartReceipt {
  readonly requestId?: string
  readonly recordUid?: string
}
