import {
  campaignFieldReadSchema,
  campaignTableReadSchema,
  type Contactnow,
  datasetCreateSchema,
  datasetReadSchema,
  datasetUpdateSchema,
  dncReadSchema,
  operations as facts,
  recordCreateSchema,
  recordReadSchema,
  recordUpdateSchema,
} from '@sluice/contactnow'
import { z } from 'zod'
import { call } from './destination.ts'

const created = z.object({ key: z.int() })
const updated = z.object({ total: z.int() })
/** The vendor's remark on whether the record is dialled. */
const info = z.string().nullable()
/** A row: every value is text, and null is the vendor's zero date. */
const listing = z.object({ total: z.int(), list: z.array(z.record(z.string(), z.string().nullable())).readonly() })

/** What of ContactNow can be called by hand: all of it but the tokens, which nobody outside ever sees. */
export const CONTACTNOW_CALLS = {
  'datasets.create': call(datasetCreateSchema, created, facts['datasets.create'], (client: Contactnow, input, watch) =>
    client.datasets.create(input, watch),
  ),
  'datasets.read': call(datasetReadSchema, listing, facts['datasets.read'], (client: Contactnow, input, watch) =>
    client.datasets.read(input, watch),
  ),
  'datasets.update': call(datasetUpdateSchema, updated, facts['datasets.update'], (client: Contactnow, input, watch) =>
    client.datasets.update(input, watch),
  ),
  ...prefixed('records', recordCalls('records')),
  ...prefixed('data', recordCalls('data')),
  'campaignTables.read': call(
    campaignTableReadSchema,
    listing,
    facts['campaignTables.read'],
    (client: Contactnow, input, watch) => client.campaignTables.read(input, watch),
  ),
  'campaignFields.read': call(
    campaignFieldReadSchema,
    listing,
    facts['campaignFields.read'],
    (client: Contactnow, input, watch) => client.campaignFields.read(input, watch),
  ),
  'dnc.read': call(dncReadSchema, listing, facts['dnc.read'], (client: Contactnow, input, watch) =>
    client.dnc.read(input, watch),
  ),
} as const

/** Live records, and those of datasets by the vendor's other script: the calls are the same. */
function recordCalls(kind: 'records' | 'data') {
  return {
    create: call(
      recordCreateSchema,
      created.extend({ info }),
      facts[`${kind}.create`],
      (client: Contactnow, input, watch) => client[kind].create(input, watch),
    ),
    read: call(recordReadSchema, listing, facts[`${kind}.read`], (client: Contactnow, input, watch) =>
      client[kind].read(input, watch),
    ),
    update: call(
      recordUpdateSchema,
      updated.extend({ info }),
      facts[`${kind}.update`],
      (client: Contactnow, input, watch) => client[kind].update(input, watch),
    ),
  } as const
}

/** Gives calls the names that they have in the client. */
function prefixed<const Kind extends string, Made extends object>(
  kind: Kind,
  made: Made,
): { [Name in keyof Made & string as `${Kind}.${Name}`]: Made[Name] } {
  const named = Object.entries(made).map(([name, one]) => [`${kind}.${name}`, one])
  return Object.fromEntries(named) as { [Name in keyof Made & string as `${Kind}.${Name}`]: Made[Name] }
}
