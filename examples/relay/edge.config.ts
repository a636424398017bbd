import { bearer, datatalks, defineConfig, route, sluice, source, z } from '@sluice/gateway'

const Contact = z.object({
  email: z.email(),
  phone: z.string().regex(/^\+?[0-9 ()-]{5,20}$/, 'expected a phone number'),
  firstName: z.string().min(1).max(100),
  lastName: z.string().min(1).max(100),
})

/**
 * The gateway that senders reach, on Cloudflare Workers say. It calls Datatalks itself, and forwards what is meant for
 * ContactNow, whose tokens work from one address only, to the gateway that has one.
 */
export default defineConfig((settings) => {
  const groupKey = settings.text('DATATALKS_GROUP_KEY')
  const sources = {
    contacts: source({ scheme: bearer(settings.secret('SLUICE_INGEST_TOKEN')), schema: Contact }),
  }
  const destinations = {
    datatalks: datatalks({
      accessKeyId: settings.text('DATATALKS_ACCESS_KEY_ID'),
      secretAccessKey: settings.secret('DATATALKS_SECRET_ACCESS_KEY'),
      baseUrl: settings.optional('DATATALKS_URL'),
      region: settings.optional('DATATALKS_REGION'),
    }),
    relay: sluice({
      baseUrl: settings.text('RELAY_URL'),
      source: 'relay',
      secret: settings.secret('RELAY_SECRET'),
    }),
  }
  return {
    sources,
    destinations,
    routes: [
      route(sources.contacts, destinations.datatalks, 'contacts.upsert', {
        map: ({ email, phone, firstName, lastName }) => ({
          data: { email, phone, name: `${firstName} ${lastName}` },
          group_key: groupKey,
        }),
      }),
      route(sources.contacts, destinations.relay, 'events.forward', {
        // The contact as it came: what ContactNow needs of it is decided where ContactNow is called.
        map: (contact) => ({ event: contact }),
      }),
    ],
    keys: [{ name: 'admin', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['read', 'operate'] }],
  }
})
