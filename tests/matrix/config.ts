import {
  bearer,
  type ConfigFile,
  contactnow,
  danaconnect,
  datatalks,
  defineConfig,
  route,
  source,
  standardWebhooks,
  z,
} from '@sluice/gateway'
import { GATEWAY_URL } from '../world/addresses.ts'

/** An event of the matrix: a payload, and the operation that it is for. */
export interface CellEvent {
  readonly destination: string
  readonly operation: string
  /** Whether it is for the route with a marker. */
  readonly marked: boolean
  readonly payload: unknown
}

const CellEventSchema: z.ZodType<CellEvent> = z.object({
  destination: z.string(),
  operation: z.string(),
  marked: z.boolean(),
  payload: z.unknown(),
})

/** Where ContactNow keeps the id of a delivery whose route has a marker. */
const MARKERS = { 'datasets.create': 'description', 'records.create': 'Reference', 'data.create': 'Reference' } as const

/** The destination whose loads are called back. */
export const CALLED_BACK = 'danaconnect-called-back'

/** Routes every operation of every destination from one source, which says itself what goes where. */
export const matrixConfig: ConfigFile = defineConfig((settings) => {
  const cell = source({ scheme: bearer(settings.secret('SLUICE_INGEST_TOKEN')), schema: CellEventSchema })
  const signed = source({
    scheme: standardWebhooks(settings.secret('SIGNUP_WEBHOOK_SECRET')),
    schema: CellEventSchema,
  })
  const account = {
    user: settings.text('DANACONNECT_USER'),
    company: settings.text('DANACONNECT_COMPANY'),
    password: settings.secret('DANACONNECT_PASSWORD'),
    appservUrl: settings.optional('DANACONNECT_APPSERV_URL'),
    wsUrl: settings.optional('DANACONNECT_WS_URL'),
    // A cell has one delivery: it waits for no other.
    batches: { maxRows: 1 },
  }
  const destinations = {
    danaconnect: danaconnect(account),
    [CALLED_BACK]: danaconnect({ ...account, callback: { parameter: 'callbackUrl', baseUrl: GATEWAY_URL } }),
    contactnow: contactnow({
      username: settings.text('CONTACTNOW_USERNAME'),
      password: settings.secret('CONTACTNOW_PASSWORD'),
      baseUrl: settings.optional('CONTACTNOW_URL'),
    }),
    datatalks: datatalks({
      accessKeyId: settings.text('DATATALKS_ACCESS_KEY_ID'),
      secretAccessKey: settings.secret('DATATALKS_SECRET_ACCESS_KEY'),
      baseUrl: settings.optional('DATATALKS_URL'),
      region: settings.optional('DATATALKS_REGION'),
    }),
  }
  const routes = Object.entries(destinations).flatMap(([name, destination]) =>
    Object.keys(destination.operations).map((operation) =>
      // The payload is what the operation's own schema checks: the matrix brings it ready-made.
      route(cell, destination, operation as never, {
        when: (event) => event.destination === name && event.operation === operation && !event.marked,
        map: ({ payload }) => payload as never,
      }),
    ),
  )
  const withMarker = Object.entries(MARKERS).map(([operation, marker]) =>
    route(cell, destinations.contactnow, operation as keyof typeof MARKERS, {
      name: `${operation} with marker`,
      marker,
      when: (event) => event.destination === 'contactnow' && event.operation === operation && event.marked,
      map: ({ payload }) => payload as never,
    }),
  )
  return {
    sources: { cell, signed },
    destinations,
    routes: [...routes, ...withMarker],
    keys: [{ name: 'admin', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['read', 'operate'] }],
  }
})
