import {
  bearer,
  type ConfigFile,
  contactnow,
  danaconnect,
  datatalks,
  defineConfig,
  route,
  source,
  z,
} from '@sluice/gateway'
import { GATEWAY_URL } from '../world/addresses.ts'
import { type Setup, type SetupName, SETUPS } from './setups.ts'

const Contact = z.object({ email: z.email(), contact: z.string() })

/** How long a callback is waited for. */
export const CALLBACK_WAIT_MS = 3_600_000
/** How long after an unsure attempt an absence is believed. */
export const SETTLE_MS = 60_000
/** Rows that share a load at the most. */
export const BATCH_ROWS = 3

/**
 * What the model knows: an operation of each kind. One that tells by a callback and is sent in batches, one that can be
 * looked for, one that may be repeated, and one of which nobody can ask. The second and third keep each contact's order.
 */
export default defineConfig(declare(SETUPS['as it was']))

/** The same, but for the route of the record. */
export function configOf(setup: SetupName): ConfigFile {
  return defineConfig(declare(SETUPS[setup]))
}

function declare({ name, marker }: Setup): ConfigFile {
  return (settings) => {
    const contacts = source({ scheme: bearer(settings.secret('SLUICE_INGEST_TOKEN')), schema: Contact })
    const destinations = {
      danaconnect: danaconnect({
        user: settings.text('DANACONNECT_USER'),
        company: settings.text('DANACONNECT_COMPANY'),
        password: settings.secret('DANACONNECT_PASSWORD'),
        appservUrl: settings.text('DANACONNECT_APPSERV_URL'),
        wsUrl: settings.text('DANACONNECT_WS_URL'),
        batches: { maxRows: BATCH_ROWS, maxAgeMs: 5000 },
        callback: { parameter: 'callbackUrl', baseUrl: GATEWAY_URL, waitMs: CALLBACK_WAIT_MS },
      }),
      contactnow: contactnow({
        username: settings.text('CONTACTNOW_USERNAME'),
        password: settings.secret('CONTACTNOW_PASSWORD'),
        baseUrl: settings.text('CONTACTNOW_URL'),
      }),
      datatalks: datatalks({
        accessKeyId: settings.text('DATATALKS_ACCESS_KEY_ID'),
        secretAccessKey: settings.secret('DATATALKS_SECRET_ACCESS_KEY'),
        baseUrl: settings.text('DATATALKS_URL'),
        region: settings.text('DATATALKS_REGION'),
      }),
    }
    const conversationID = settings.integer('DANACONNECT_CONVERSATION_ID')
    const dataset = settings.text('CONTACTNOW_DATASET')
    const groupKey = settings.text('DATATALKS_GROUP_KEY')
    return {
      sources: { contacts },
      destinations,
      routes: [
        route(contacts, destinations.danaconnect, 'contacts.load', {
          map: ({ email }) => ({ tableCode: 'CONTACTS', operationType: 'INSALL' as const, fields: { EMAIL: email } }),
        }),
        route(contacts, destinations.danaconnect, 'conversations.startData', {
          map: ({ email }) => ({ conversationID, fields: { EMAIL: email } }),
        }),
        route(contacts, destinations.contactnow, 'records.create', {
          // A column that is not given to the id may hold anything.
          map: ({ email }) => ({ dataset, MobilePhone: '+46700000001', Customer_Email: email, Reference: email }),
          name,
          ...(marker === null ? {} : { marker }),
          settleMs: SETTLE_MS,
          orderingKey: ({ contact }) => contact,
        }),
        route(contacts, destinations.datatalks, 'contacts.upsert', {
          map: ({ email, contact }) => ({ data: { email, name: contact }, group_key: groupKey }),
          orderingKey: ({ contact }) => contact,
        }),
      ],
      keys: [{ name: 'admin', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['read', 'operate'] }],
    }
  }
}
