import { bearer, datatalks, defineConfig, route, source } from '@sluice/gateway'
import { z } from 'zod'

const Contact = z.object({ email: z.string(), number: z.number() })
const contact = ({ email }: z.output<typeof Contact>) => email

/**
 * One destination, whose limits the environment says. `events` is spread by its idempotency keys; `contacts` by the
 * contact, whose events are kept in order.
 */
export default defineConfig((settings) => {
  const token = settings.secret('SLUICE_INGEST_TOKEN')
  const ratePerSecond = settings.optional('RATE')
  const concurrency = settings.optional('CONCURRENCY')
  const sources = {
    events: source({ scheme: bearer(token), schema: Contact }),
    contacts: source({ scheme: bearer(token), schema: Contact, shardKey: contact }),
    batches: source({ scheme: bearer(token), schema: Contact, batches: true }),
    'contact-batches': source({ scheme: bearer(token), schema: Contact, shardKey: contact, batches: true }),
  }
  const destinations = {
    datatalks: datatalks({
      accessKeyId: 'tests',
      secretAccessKey: settings.secret('DATATALKS_SECRET_ACCESS_KEY'),
      baseUrl: settings.text('DATATALKS_URL'),
      ...(ratePerSecond === undefined ? {} : { ratePerSecond: Number(ratePerSecond) }),
      ...(concurrency === undefined ? {} : { concurrency: Number(concurrency) }),
    }),
  }
  const map = ({ email, number }: z.output<typeof Contact>) => ({ data: { email, number }, group_key: 'tests' })
  return {
    sources,
    destinations,
    routes: [
      route(sources.events, destinations.datatalks, 'contacts.upsert', { map }),
      route(sources.batches, destinations.datatalks, 'contacts.upsert', { map }),
      route(sources['contact-batches'], destinations.datatalks, 'contacts.upsert', { map, orderingKey: contact }),
      route(sources.contacts, destinations.datatalks, 'contacts.upsert', { map, orderingKey: contact }),
    ],
    keys: [{ name: 'tests', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['read', 'operate'] }],
  }
})
