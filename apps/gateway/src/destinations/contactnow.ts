import {
  type Contactnow,
  type ContactnowCode,
  createContactnow,
  datasetCreateSchema,
  datasetUpdateSchema,
  type Format,
  operations as facts,
  recordCreateSchema,
  recordUpdateSchema,
} from '@sluice/contactnow'
import { destination, type DestinationOptions, type DestinationPorts, operation } from './destination.ts'

/** An 8x8 ContactNow account. */
export interface ContactnowDestinationOptions extends DestinationOptions {
  readonly username: string
  readonly password: string
  /** Where the scripts are; the vendor's host for Europe by default. */
  readonly baseUrl?: string | undefined
  /** Format of requests and replies, `json` by default. */
  readonly format?: Format
  /** Addresses, at most 10, from which the token is to work; by default the one from which it is asked for. */
  readonly addresses?: readonly string[]
}

const OPERATIONS = {
  'datasets.create': operation(datasetCreateSchema, facts['datasets.create'], (client: Contactnow, payload, call) =>
    client.datasets.create(payload, call),
  ),
  'datasets.update': operation(datasetUpdateSchema, facts['datasets.update'], (client: Contactnow, payload, call) =>
    client.datasets.update(payload, call),
  ),
  'data.create': operation(recordCreateSchema, facts['data.create'], (client: Contactnow, payload, call) =>
    client.data.create(payload, call),
  ),
  'data.update': operation(recordUpdateSchema, facts['data.update'], (client: Contactnow, payload, call) =>
    client.data.update(payload, call),
  ),
  'records.create': operation(recordCreateSchema, facts['records.create'], (client: Contactnow, payload, call) =>
    client.records.create(payload, call),
  ),
  'records.update': operation(recordUpdateSchema, facts['records.update'], (client: Contactnow, payload, call) =>
    client.records.update(payload, call),
  ),
} as const

/** A refused token is dropped by the client, so the next call fetches another. */
const RENEWABLE: readonly ContactnowCode[] = ['CONTACTNOW_TOKEN_EXPIRED', 'CONTACTNOW_TOKEN_INVALID']

/** Declares an 8x8 ContactNow account as a destination. */
export function contactnow(options: ContactnowDestinationOptions) {
  const { username, password, baseUrl, format, addresses } = options
  return destination({
    kind: 'contactnow',
    operations: OPERATIONS,
    options,
    baseUrls: [baseUrl],
    renewable: RENEWABLE,
    connect: (ports: DestinationPorts) =>
      createContactnow({
        ...ports,
        credentials: { username, password },
        ...(baseUrl === undefined ? {} : { baseUrl }),
        ...(format === undefined ? {} : { format }),
        ...(addresses === undefined ? {} : { addresses }),
      }),
  })
}
