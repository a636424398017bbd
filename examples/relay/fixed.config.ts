import { contactnow, defineConfig, route, source, standardWebhooks, z } from '@sluice/gateway'

/** What the other gateway forwards. */
const Forwarded = z.object({
  email: z.email(),
  phone: z.string().startsWith('+', 'expected an international number'),
  firstName: z.string().min(1),
  lastName: z.string().min(1),
})

/** The gateway on a fixed address: one process, which takes what the other forwards and calls ContactNow. */
export default defineConfig((settings) => {
  const dataset = settings.text('CONTACTNOW_DATASET')
  const sources = {
    relay: source({
      // The same secret as RELAY_SECRET of the other gateway.
      scheme: standardWebhooks(settings.secret('RELAY_WEBHOOK_SECRET')),
      schema: Forwarded,
      // Longer than the other gateway can take to send an event again, so that it never counts as a new one.
      idempotencyHours: 720,
    }),
  }
  const destinations = {
    contactnow: contactnow({
      username: settings.text('CONTACTNOW_USERNAME'),
      password: settings.secret('CONTACTNOW_PASSWORD'),
      baseUrl: settings.optional('CONTACTNOW_URL'),
    }),
  }
  return {
    sources,
    destinations,
    routes: [
      route(sources.relay, destinations.contactnow, 'records.create', {
        map: ({ email, phone, firstName, lastName }) => ({
          dataset,
          firstname: firstName,
          lastname: lastName,
          MobilePhone: phone,
          Customer_Email: email,
        }),
      }),
    ],
    keys: [{ name: 'admin', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['read', 'operate'] }],
  }
})
