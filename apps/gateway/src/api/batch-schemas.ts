import { z } from '@hono/zod-openapi'
import { AcceptanceSchema, ProblemSchema } from './schemas.ts'

const index = z.int().min(0).openapi({ description: 'Its place in the batch, from 0. Blank lines are not counted.' })

const KeptItemSchema = AcceptanceSchema.extend({ index, status: z.literal(202) }).openapi('KeptItem', {
  description: 'The item is an event of its own, on disk with its deliveries.',
})

const RefusedItemSchema = z
  .object({ index, status: z.int().min(400).max(499), problem: ProblemSchema })
  .openapi('RefusedItem', { description: 'The item was not kept. What it would have been answered alone.' })

/** Every item was kept, or some were. */
export const ReceivedBatchSchema = z
  .object({ items: z.array(z.union([KeptItemSchema, RefusedItemSchema])) })
  .openapi('ReceivedBatch', {
    description: 'Of every item what became of it. Those with status 202 are on disk, the others are not.',
  })

/** What a problem with the code `BATCH_REFUSED` says beside: none was kept. */
export const RefusedItemsSchema = z.object({
  items: z.array(RefusedItemSchema).optional().openapi({ description: 'Of a batch, what is wrong with which item.' }),
})
