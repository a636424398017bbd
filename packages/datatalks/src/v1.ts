import { checkInput } from '@sluice/errors'

import type { CallApi, DatatalksCall } from './call-api.ts'
import {
  type ContactDeleteInput,
  contactDeleteSchema,
  createEventSchema,
  type DatatalksReceipt,
  type EventInput,
  type FlatDataInput,
  flatDataSchema,
  type MaxEventDetails,
  type ProductsInput,
  productsSchema,
} from './wire.ts'

const CONTACTS_PATH = '/contacts'
const EVENTS_PATH = '/events'
const PRODUCTS_PATH = '/products'

/** A client of version 1 of the Datatalks integrations API: one function per operation, one HTTP request per call. */
export interface Datatalks {
  readonly contacts: {
    /**
     * Creates a contact, or updates the one with the same email.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `SIGNATURE_INPUT`; TransportError; UpstreamError with a `DatatalksCode`.
     * @see https://datatalks.atlassian.net/wiki/spaces/PI/pages/875495429/Datatalks+API+Using+the+API
     */
    readonly upsert: (input: FlatDataInput, call?: DatatalksCall) => Promise<DatatalksReceipt>
    /**
     * Deletes a contact. The vendor prints this call for its old host only.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `SIGNATURE_INPUT`; TransportError; UpstreamError with a `DatatalksCode`.
     * @see https://datatalks.atlassian.net/wiki/pages/viewpage.action?pageId=2528608280
     */
    readonly delete: (input: ContactDeleteInput, call?: DatatalksCall) => Promise<DatatalksReceipt>
  }
  readonly events: {
    /**
     * Creates an event. An id of one's own in `externalId` lets a duplicate be found later.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `SIGNATURE_INPUT`; TransportError; UpstreamError with a `DatatalksCode`.
     * @see https://datatalks.atlassian.net/wiki/pages/viewpage.action?pageId=2528608280
     */
    readonly create: (input: EventInput | FlatDataInput, call?: DatatalksCall) => Promise<DatatalksReceipt>
  }
  readonly products: {
    /**
     * Sends products to the feed. The vendor's texts disagree on whether it adds them or sets the feed, and this call is
     * printed for its old host only.
     *
     * @throws SchemaError `SCHEMA_MISMATCH`; EncodeError `SIGNATURE_INPUT`; TransportError; UpstreamError with a `DatatalksCode`.
     * @see https://datatalks.atlassian.net/wiki/pages/viewpage.action?pageId=2528608280
     */
    readonly send: (input: ProductsInput, call?: DatatalksCall) => Promise<DatatalksReceipt>
  }
}

/** What the client of version 1 knows beside how to call. */
interface V1Settings {
  readonly groupKey: string | undefined
  readonly maxEventDetails: MaxEventDetails
}

/** Creates the operations of version 1. */
export function createV1(callApi: CallApi, { groupKey, maxEventDetails }: V1Settings): Datatalks {
  const eventSchema = createEventSchema(maxEventDetails)
  const keyed = <Input extends object>(input: Input): Input | (Input & { group_key: string }) =>
    groupKey === undefined || 'group_key' in input ? input : { ...input, group_key: groupKey }

  return {
    contacts: {
      async upsert(input, call) {
        const operation = 'contacts.upsert'
        const body = checkInput(`datatalks ${operation}`, flatDataSchema, keyed(input))
        return callApi({ operation, method: 'POST', path: CONTACTS_PATH, body }, call)
      },
      async delete(input, call) {
        const operation = 'contacts.delete'
        const body = checkInput(`datatalks ${operation}`, contactDeleteSchema, keyed(input))
        return callApi({ operation, method: 'DELETE', path: CONTACTS_PATH, body }, call)
      },
    },
    events: {
      async create(input, call) {
        const operation = 'events.create'
        const body = checkInput(`datatalks ${operation}`, eventSchema, keyed(input))
        return callApi({ operation, method: 'POST', path: EVENTS_PATH, body }, call)
      },
    },
    products: {
      async send(input, call) {
        const operation = 'products.send'
        const body = checkInput(`datatalks ${operation}`, productsSchema, keyed(input))
        return callApi({ operation, method: 'POST', path: PRODUCTS_PATH, body }, call)
      },
    },
  }
}
