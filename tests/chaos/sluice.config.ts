import { bearer, contactnow, danaconnect, datatalks, defineConfig, route, source, z } from '@sluice/gateway'
import { BATCH_ROWS } from './batch-rows.ts'

const Contact = z.object({
  email: z.email(),
  phone: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  dataset: z.string(),
})

/** The first row of a load waits this long for others. */
const BATCH_AGE_MS = 100
/** How long a callback is waited for: the sandbox repeats it all the while, so that it meets a living gateway. */
const CALLBACK_WAIT_MS = 4000
/** The sandbox shows a record as soon as it is there. */
const SETTLE_MS = 1000
/** Column of the records that keeps the delivery's id. */
const MARKER = 'Reference'

/**
 * What the kill test runs: one source, and one operation of each upstream. By default two of them can be asked, or tell by
 * themselves, how a call ended, and what stays open is parked. With `CHAOS_ON_UNSURE=resend` nobody can be asked, and
 * what is unsure is sent again.
 */
export default defineConfig((settings) => {
  const resends = settings.text('CHAOS_ON_UNSURE') === 'resend'
  const onUnsure = resends ? 'resend' : 'park'
  const contacts = source({ scheme: bearer(settings.secret('SLUICE_INGEST_TOKEN')), schema: Contact })
  const tableCode = settings.text('CHAOS_TABLE')
  const groupKey = settings.text('DATATALKS_GROUP_KEY')
  const callback = {
    parameter: 'callbackUrl',
    baseUrl: settings.text('CHAOS_CALLBACK_URL'),
    waitMs: CALLBACK_WAIT_MS,
  }
  const destinations = {
    danaconnect: danaconnect({
      user: settings.text('DANACONNECT_USER'),
      company: settings.text('DANACONNECT_COMPANY'),
      password: settings.secret('DANACONNECT_PASSWORD'),
      appservUrl: settings.text('DANACONNECT_APPSERV_URL'),
      wsUrl: settings.text('DANACONNECT_WS_URL'),
      batches: { maxRows: BATCH_ROWS, maxAgeMs: BATCH_AGE_MS },
      ...(resends ? {} : { callback }),
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
  return {
    sources: { contacts },
    destinations,
    routes: [
      route(contacts, destinations.danaconnect, 'contacts.load', {
        onUnsure,
        map: ({ email, firstName, lastName }) => ({
          tableCode,
          operationType: 'INSALL' as const,
          fields: { EMAIL: email, NAME: firstName, SURNAME: lastName },
        }),
      }),
      route(contacts, destinations.contactnow, 'records.create', {
        onUnsure,
        ...(resends ? {} : { marker: MARKER, settleMs: SETTLE_MS }),
        map: ({ email, phone, firstName, lastName, dataset }) => ({
          dataset,
          firstname: firstName,
          lastname: lastName,
          MobilePhone: phone,
          Customer_Email: email,
        }),
      }),
      route(contacts, destinations.datatalks, 'contacts.upsert', {
        onUnsure,
        map: ({ email, phone, firstName, lastName }) => ({
          data: { email, phone, name: `${firstName} ${lastName}` },
          group_key: groupKey,
        }),
      }),
    ],
    keys: [{ name: 'admin', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['read', 'operate'] }],
  }
})
