import { z } from '@hono/zod-openapi'
import { AliasedNumber } from '../config-shapes.ts'

const instant = z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' })
const conversationID = z.int().openapi({ example: 4711 })

const AliasChangeSchema = z
  .object({
    at: instant,
    by: z.string(),
    why: z.string(),
    before: conversationID.nullable().openapi({ description: 'What it stood for, by whatever; null for nothing.' }),
    after: conversationID.nullable().openapi({ description: 'What it stood for then; null for nothing.' }),
    removed: z
      .boolean()
      .openapi({ description: 'Whether what was set was removed: what the configuration says holds.' }),
  })
  .openapi('AliasChange')

const fields = {
  alias: z.string().openapi({ example: 'welcome' }),
  conversationID: conversationID.openapi({ description: 'What deliveries are sent to that name the alias.' }),
  from: z.enum(['api', 'configuration']).openapi({ description: 'What is set by the API goes before.' }),
}

export const AliasSchema = z
  // A union: a schema that is `nullable` would be so wherever its name stands, also in the history.
  .object({ ...fields, changed: z.union([AliasChangeSchema, z.null()]) })
  .openapi('Alias', { description: 'What a conversation is called that gets a new number at each activation.' })

export const AliasListSchema = z.object({ aliases: z.array(AliasSchema) }).openapi('AliasList')

export const AliasWithHistorySchema = z
  .object({
    ...fields,
    conversationID: fields.conversationID.nullable().openapi({ description: 'Null where it stands for nothing now.' }),
    from: fields.from.nullable(),
    history: z.array(AliasChangeSchema).openapi({ description: 'The newest first, 200 at most.' }),
  })
  .openapi('AliasWithHistory')

const why = z.string().min(1).max(500).openapi({ example: 'The flow was activated anew.' })

export const SetAliasSchema = z.strictObject({ conversationID: AliasedNumber, why }).openapi('SetAlias')

export const RemoveAliasQuery = z.strictObject({ why })
