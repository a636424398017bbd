import { bearer, contactnow, danaconnect, datatalks, defineConfig, route, source } from '@sluice/gateway'
import { z } from 'zod'
import { ADMIN_TOKEN, INGEST_TOKEN } from './event.ts'

const Signup = z.object({
  email: z.email(),
  phone: z.string().regex(/^\+?[0-9 ()-]{5,20}$/),
  firstName: z.string().min(1).max(100),
  lastName: z.string().min(1).max(100),
  tags: z.array(z.string().max(100)).max(50),
  note: z.string().max(1000),
})

/** Where the destinations would be. Nothing is sent: the bench's `fetch` never answers. */
const NOWHERE = 'http://127.0.0.1:9'

/**
 * The bench's configuration: `demo` leads to all three destinations, as in the sandbox; `unrouted` takes the same event
 * and leads nowhere, so that the two together show what the rows of the deliveries cost.
 */
export const benchConfig = defineConfig(() => {
  const sources = {
    demo: source({ scheme: bearer(INGEST_TOKEN), schema: Signup }),
    unrouted: source({ scheme: bearer(INGEST_TOKEN), schema: Signup }),
  }
  const destinations = {
    danaconnect: danaconnect({
      user: 'bench',
      company: 'bench',
      password: 'bench',
      appservUrl: NOWHERE,
      wsUrl: NOWHERE,
    }),
    contactnow: contactnow({ username: 'bench', password: 'bench', baseUrl: `${NOWHERE}/` }),
    datatalks: datatalks({ accessKeyId: 'bench', secretAccessKey: 'bench', baseUrl: NOWHERE }),
  }
  const routes = [
    route(sources.demo, destinations.danaconnect, 'conversations.startData', {
      map: ({ email, firstName, phone }) => ({
        conversationID: 4711,
        fields: { EMAIL: email, NAME: firstName, PHONE: phone },
      }),
    }),
    route(sources.demo, destinations.contactnow, 'records.create', {
      map: ({ email, lastName, phone }) => ({
        dataset: '1',
        lastname: lastName,
        MobilePhone: phone,
        Customer_Email: email,
      }),
    }),
    route(sources.demo, destinations.datatalks, 'contacts.upsert', {
      map: ({ email, phone, tags, note }) => ({ data: { email, phone, tags, note }, group_key: 'bench' }),
    }),
  ]
  return { sources, destinations, routes, keys: [{ name: 'bench', token: ADMIN_TOKEN, scopes: ['read', 'operate'] }] }
})
