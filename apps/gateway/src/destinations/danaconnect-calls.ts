import {
  contactLoadSchema,
  conversationIdSchema,
  type Danaconnect,
  mayRepeat,
  operations as facts,
  retrieveSchema,
  startDataByProjectSchema,
  startDataSchema,
  startListSchema,
  triggerSchema,
  uploadSchema,
} from '@sluice/danaconnect'
import { z } from 'zod'
import { AliasName } from '../config-shapes.ts'
import type { Account } from './danaconnect-alias.ts'
import { call } from './destination.ts'

/** Ids that the vendor does not document, so both may be absent. */
const started = z.object({ requestId: z.string().optional(), recordUid: z.string().optional() })
const retrieved = z.object({
  fields: z.record(z.string(), z.string().nullable()),
  missing: z.array(z.string()).readonly(),
  requestId: z.string().optional(),
})
const uploaded = z.object({ fileId: z.string(), fileName: z.string().optional(), requestId: z.string().optional() })
const taken = z.object({
  fileName: z.string(),
  sentLineCount: z.int().optional(),
  callbackRequested: z.boolean(),
  warnings: z.array(z.string()).readonly(),
})

/** The bytes go as they came: there is nothing in them to be checked. */
const fileSchema = uploadSchema.extend({ bytes: z.instanceof(Uint8Array<ArrayBuffer>) })

const NUMBER = /^\d{1,15}$/

/** A conversation in a path: its number, or the alias of one. */
function byName<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>) {
  const { conversationID: _, ...others } = schema.shape
  const known = (name: string): boolean =>
    NUMBER.test(name) ? conversationIdSchema.safeParse(Number(name)).success : AliasName.safeParse(name).success
  const conversation = z.string().refine(known, {
    error: 'expected the number of a conversation, or the alias of one',
  })
  return z.strictObject({ ...others, conversation })
}

async function numberOf(client: Account, conversation: string): Promise<number> {
  return NUMBER.test(conversation) ? Number(conversation) : client.conversationOf(conversation)
}

/** An alias is looked up when the delivery is sent. */
function startPayloads(input: unknown): readonly unknown[] {
  const { conversation, ...others } = Start.parse(input)
  return [NUMBER.test(conversation) ? { ...others, conversationID: Number(conversation) } : { ...others, conversation }]
}

const Start = z.looseObject({ conversation: z.string() })

/** Begins the key of a load that no delivery has a part in. */
const BY_HAND = 'by hand'

/** What of DANAConnect can be called by hand. */
export const DANACONNECT_CALLS = {
  'conversations.startData': {
    ...call(
      byName(startDataSchema),
      started,
      facts['conversations.startData'],
      async (client: Account, { conversation, ...input }, watch) =>
        client.conversations.startData({ ...input, conversationID: await numberOf(client, conversation) }, watch),
    ),
    payloads: startPayloads,
  },
  'conversations.startDataByProject': call(
    startDataByProjectSchema,
    started,
    facts['conversations.startDataByProject'],
    (client: Danaconnect, input, watch) => client.conversations.startDataByProject(input, watch),
  ),
  'conversations.startList': {
    ...call(
      byName(startListSchema),
      started,
      facts['conversations.startList'],
      async (client: Account, { conversation }, watch) =>
        client.conversations.startList({ conversationID: await numberOf(client, conversation) }, watch),
    ),
    payloads: startPayloads,
  },
  'contacts.load': {
    ...call(
      contactLoadSchema,
      taken,
      facts['contacts.load'],
      (client: Danaconnect, input, { callId, callbackUrl, observe, signal }) =>
        client.contacts.load(input, {
          correlationId: callId,
          observe,
          signal,
          ...(callbackUrl === null ? {} : { callbackUrl }),
        }),
    ),
    idempotent: (input: unknown) => mayRepeat('contacts.load', input),
    /** Each row is a delivery, and shares its call as any row does. */
    payloads: (input: unknown) => {
      const { rows, fieldsCode: _, ...settings } = contactLoadSchema.parse(input)
      return rows.map((fields) => ({ ...settings, fields }))
    },
    load: (input: unknown) => {
      const { tableCode, rows } = contactLoadSchema.parse(input)
      return { key: `${BY_HAND} ${tableCode}`, size: rows.length }
    },
  },
  'records.retrieve': call(retrieveSchema, retrieved, facts['records.retrieve'], (client: Danaconnect, input, watch) =>
    client.records.retrieve(input, watch),
  ),
  'triggers.fire': call(
    triggerSchema,
    z.object({}),
    facts['triggers.fire'],
    async (client: Danaconnect, input, watch) => {
      await client.triggers.fire(input, watch)
      return {}
    },
  ),
  'files.upload': call(fileSchema, uploaded, facts['files.upload'], (client: Danaconnect, input, watch) =>
    client.files.upload(input, watch),
  ),
} as const
