import {
  contactDeleteSchema,
  createDatatalks,
  type Datatalks,
  type DatatalksCode,
  eventSchema,
  flatDataSchema,
  operations as facts,
  productsSchema,
} from '@sluice/datatalks'
import { DATATALKS_CALLS } from './datatalks-calls.ts'
import { destination, type DestinationOptions, type DestinationPorts, operation } from './destination.ts'

/** A Datatalks access key. */
export interface DatatalksDestinationOptions extends DestinationOptions {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Version 1 at the vendor's host by default. */
  readonly baseUrl?: string | undefined
  /** `eu-north-1` by default; the vendor names none. */
  readonly region?: string | undefined
  /** `execute-api` by default. */
  readonly service?: string | undefined
}

const OPERATIONS = {
  'contacts.upsert': operation(flatDataSchema, facts['contacts.upsert'], (client: Datatalks, payload, call) =>
    client.contacts.upsert(payload, call),
  ),
  'contacts.delete': operation(contactDeleteSchema, facts['contacts.delete'], (client: Datatalks, payload, call) =>
    client.contacts.delete(payload, call),
  ),
  'products.send': operation(productsSchema, facts['products.send'], (client: Datatalks, payload, call) =>
    client.products.send(payload, call),
  ),
  'events.create': operation(eventSchema, facts['events.create'], (client: Datatalks, payload, call) =>
    client.events.create(payload, call),
  ),
} as const

/** The client has learned how far the vendor's clock is from ours, so the next signature is current. */
const RENEWABLE: readonly DatatalksCode[] = ['DATATALKS_CLOCK_SKEW']

/** Declares a Datatalks access key as a destination. */
export function datatalks(options: DatatalksDestinationOptions) {
  const { accessKeyId, secretAccessKey, baseUrl, region, service } = options
  return destination({
    kind: 'datatalks',
    operations: OPERATIONS,
    calls: DATATALKS_CALLS,
    options,
    baseUrls: [baseUrl],
    renewable: RENEWABLE,
    connect: (ports: DestinationPorts) =>
      createDatatalks({
        ...ports,
        credentials: { accessKeyId, secretAccessKey },
        ...(baseUrl === undefined ? {} : { baseUrl }),
        ...(region === undefined ? {} : { region }),
        ...(service === undefined ? {} : { service }),
      }),
  })
}
