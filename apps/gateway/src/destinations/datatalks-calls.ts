import {
  contactDeleteSchema,
  type Datatalks,
  eventSchema,
  flatDataSchema,
  operations as facts,
  productsSchema,
} from '@sluice/datatalks'
import { z } from 'zod'
import { call } from './destination.ts'

/** Ids to quote to the vendor, where it names any. */
const receipt = z.object({ requestId: z.string().optional(), datatalksId: z.string().optional() })

/** What of Datatalks can be called by hand. */
export const DATATALKS_CALLS = {
  'contacts.upsert': call(flatDataSchema, receipt, facts['contacts.upsert'], (client: Datatalks, input, watch) =>
    client.contacts.upsert(input, watch),
  ),
  'contacts.delete': call(contactDeleteSchema, receipt, facts['contacts.delete'], (client: Datatalks, input, watch) =>
    client.contacts.delete(input, watch),
  ),
  'events.create': call(eventSchema, receipt, facts['events.create'], (client: Datatalks, input, watch) =>
    client.events.create(input, watch),
  ),
  'products.send': call(productsSchema, receipt, facts['products.send'], (client: Datatalks, input, watch) =>
    client.products.send(input, watch),
  ),
} as const
