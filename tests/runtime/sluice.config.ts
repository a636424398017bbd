import {
  bearer,
  contactnow,
  danaconnect,
  datatalks,
  defineConfig,
  gatewayKey,
  meta,
  route,
  slack,
  source,
  standardWebhooks,
  z,
} from '@sluice/gateway'

/** Of the source `asked`, whose sender asks for it before it posts. */
export const VERIFY_TOKEN = 'sandbox-verify-token'
/** Of the source `small`. */
/** Whose pages may use the API by a browser. */
export const CONSOLE_ORIGIN = 'https://console.example.com'
const SMALL_BODY_BYTES = 2000
/** Of the source `slow`. */
const SLOW_BODY_MS = 300
/** Three rows make a file; fewer wait longer than a busy machine takes to send three. */
const BATCHES = { maxRows: 3, maxAgeMs: 20_000 }
/** Longer than any story takes. */
const CALLBACK_WAIT_MS = 120_000
/** An absence is believed after the first look that comes, 5 s after an unsure attempt. */
const SETTLE_MS = 1000

const Contact = z.object({
  email: z.email(),
  phone: z.string().regex(/^\+?[0-9 ()-]{5,20}$/, 'expected a phone number'),
  firstName: z.string().min(1).max(100),
  lastName: z.string().min(1).max(100),
  tags: z.array(z.string().max(100)).max(50).optional(),
})
const Lone = z.object({ id: z.string().optional(), email: z.email() })
/** The list that all rows go to. */
const list = (): string => 'CONTACTS'
/** What is kept in order, and on Workers in one shard. */
const contact = ({ email }: z.output<typeof Lone>): string => email
const Campaign = z.object({ description: z.string(), dataset: z.string().optional() })
const Row = z.object({ email: z.email(), name: z.string() })

/**
 * What every runtime is started with for the stories: a source for each thing that a story needs, and one destination for
 * each upstream, but for bulk loads, of which one account is told how they end and one is not. `SLUICE_PUBLIC_URL` is where
 * the upstreams reach the gateway.
 */
export default defineConfig((settings) => {
  const scheme = bearer(settings.secret('SLUICE_INGEST_TOKEN'))
  const groupKey = settings.text('DATATALKS_GROUP_KEY')
  const account = {
    user: settings.text('DANACONNECT_USER'),
    company: settings.text('DANACONNECT_COMPANY'),
    password: settings.secret('DANACONNECT_PASSWORD'),
    appservUrl: settings.text('DANACONNECT_APPSERV_URL'),
    wsUrl: settings.text('DANACONNECT_WS_URL'),
    batches: BATCHES,
  }
  const callback = {
    parameter: 'callbackUrl',
    baseUrl: settings.text('SLUICE_PUBLIC_URL'),
    waitMs: CALLBACK_WAIT_MS,
  }
  const destinations = {
    danaconnect: danaconnect(account),
    told: danaconnect({ ...account, callback }),
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
  const sources = {
    contacts: source({ scheme, schema: Contact, lists: ['tags'] }),
    signed: source({ scheme: standardWebhooks(settings.secret('SIGNUP_WEBHOOK_SECRET')), schema: Lone }),
    asked: source({
      scheme: meta({ secrets: [settings.secret('SIGNUP_WEBHOOK_SECRET')], verifyTokens: [VERIFY_TOKEN] }),
      schema: Lone,
    }),
    verified: source({ scheme: slack({ secrets: [settings.secret('SIGNUP_WEBHOOK_SECRET')] }), schema: Lone }),
    single: source({ scheme, schema: Lone, idempotencyPath: 'id' }),
    expressed: source({ scheme, schema: Contact }),
    small: source({ scheme, schema: Lone, maxBodyBytes: SMALL_BODY_BYTES }),
    slow: source({ scheme, schema: Lone, bodyTimeoutMs: SLOW_BODY_MS }),
    many: source({ scheme, schema: Lone, batches: true }),
    ordered: source({ scheme, schema: Lone, shardKey: contact }),
    starts: source({ scheme, schema: Lone }),
    keyed: source({ scheme: gatewayKey(), schema: Lone }),
    'keyed-too': source({ scheme: gatewayKey(), schema: Lone }),
    named: source({ scheme, schema: Lone }),
    marked: source({ scheme, schema: z.object({ phone: z.string() }) }),
    // Each shard has a token of its own.
    campaigns: source({ scheme, schema: Campaign, shardKey: () => 'campaigns' }),
    // Rows share a file where they lie in one shard.
    'rows-told': source({ scheme, schema: Row, shardKey: list }),
    'rows-blind': source({ scheme, schema: Row, shardKey: list }),
  }
  const conversationID = settings.integer('DANACONNECT_CONVERSATION_ID')
  const dataset = settings.text('CONTACTNOW_DATASET')
  const upsert = ({ email }: { email: string }) => ({ data: { email }, group_key: groupKey })
  const load = ({ email, name }: z.output<typeof Row>) => ({
    tableCode: list(),
    fields: { EMAIL: email, NAME: name },
  })
  return {
    sources,
    destinations,
    routes: [
      route(sources.contacts, destinations.danaconnect, 'conversations.startData', {
        map: ({ email, firstName }) => ({ conversationID, fields: { NAME: firstName, EMAIL: email } }),
      }),
      route(sources.contacts, destinations.contactnow, 'records.create', {
        map: ({ email, phone, firstName, lastName }) => ({
          dataset,
          firstname: firstName,
          lastname: lastName,
          MobilePhone: phone,
          Customer_Email: email,
        }),
      }),
      route(sources.contacts, destinations.datatalks, 'contacts.upsert', {
        map: ({ email, phone, firstName, lastName, tags = [] }) => ({
          data: { email, phone, name: `${firstName} ${lastName}`, tags },
          group_key: groupKey,
        }),
      }),
      route(sources.signed, destinations.datatalks, 'contacts.upsert', { map: upsert }),
      route(sources.asked, destinations.datatalks, 'contacts.upsert', { map: upsert }),
      route(sources.verified, destinations.datatalks, 'contacts.upsert', { map: upsert }),
      route(sources.single, destinations.datatalks, 'contacts.upsert', { map: upsert }),
      route(sources.expressed, destinations.datatalks, 'contacts.upsert', {
        when: '$exists(firstName) and $count(tags) > 0',
        map: `{ "data": { "email": email, "phone": phone, "name": firstName & " " & lastName, "tags": tags },
                "group_key": ${JSON.stringify(groupKey)} }`,
      }),
      route(sources.slow, destinations.datatalks, 'contacts.upsert', { map: upsert }),
      route(sources.many, destinations.datatalks, 'contacts.upsert', { map: upsert }),
      route(sources.small, destinations.datatalks, 'contacts.upsert', { map: upsert }),
      route(sources.ordered, destinations.datatalks, 'contacts.upsert', {
        map: upsert,
        orderingKey: contact,
      }),
      route(sources.starts, destinations.danaconnect, 'conversations.startData', {
        map: ({ email }) => ({ conversationID, fields: { NAME: 'Ada', EMAIL: email } }),
      }),
      route(sources.keyed, destinations.datatalks, 'contacts.upsert', { map: upsert }),
      route(sources.named, destinations.danaconnect, 'conversations.startData', {
        map: ({ email }) => ({ conversation: 'welcome', fields: { NAME: 'Ada', EMAIL: email } }),
      }),
      route(sources.marked, destinations.contactnow, 'records.create', {
        map: ({ phone }) => ({ dataset, MobilePhone: phone }),
        marker: 'Reference',
        settleMs: SETTLE_MS,
      }),
      route(sources.campaigns, destinations.contactnow, 'datasets.create', {
        when: (campaign) => campaign.dataset === undefined,
        map: ({ description }) => ({ description, import_table: 'sandbox' }),
      }),
      route(sources.campaigns, destinations.contactnow, 'datasets.update', {
        when: (campaign) => campaign.dataset !== undefined,
        map: ({ description, dataset: id = '' }) => ({ dataset: id, description, import_table: 'sandbox' }),
      }),
      route(sources['rows-told'], destinations.told, 'contacts.load', { map: load }),
      route(sources['rows-blind'], destinations.danaconnect, 'contacts.load', { map: load }),
    ],
    cors: { origins: [CONSOLE_ORIGIN] },
    keys: [
      { name: 'admin', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['operate'] },
      { name: 'reader', token: 'sandbox-reader', scopes: ['read'] },
    ],
  }
})
