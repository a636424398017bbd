import {
  bearer,
  contactnow,
  danaconnect,
  datatalks,
  defineConfig,
  route,
  source,
  standardWebhooks,
  z,
} from '@sluice/gateway'

/** What `demo` and `signup` take. */
const Contact = z.object({
  email: z.email(),
  phone: z.string().regex(/^\+?[0-9 ()-]{5,20}$/, 'expected a phone number'),
  firstName: z.string().min(1).max(100),
  lastName: z.string().min(1).max(100),
  tags: z.array(z.string().max(100)).max(50).optional(),
})

/** A number in JSON, text in XML. */
const wholeNumber = z.union([z.int().nonnegative(), z.string().regex(/^[0-9]{1,9}$/)]).transform(String)

/** What `campaigns` takes. */
const Campaign = z
  .object({
    action: z.enum(['create', 'update']),
    description: z.string().min(1).max(255),
    importTable: z.string().min(1).max(64),
    dataset: wholeNumber.optional(),
    qid: wholeNumber.optional(),
    status: z.enum(['LIVE', 'HOLD', 'EXPIRED']).optional(),
    priority: wholeNumber.optional(),
  })
  .refine((campaign) => campaign.action === 'create' || campaign.dataset !== undefined, {
    path: ['dataset'],
    error: 'expected the dataset to update',
  })

/**
 * The sandbox's configuration, and an example of a real one: every setting is a variable of the environment. While no
 * credential of an upstream is set, the sandbox supplies all of them.
 */
export default defineConfig((settings) => {
  const ingestToken = settings.secret('SLUICE_INGEST_TOKEN')
  const conversationID = settings.integer('DANACONNECT_CONVERSATION_ID')
  const dataset = settings.text('CONTACTNOW_DATASET')
  const groupKey = settings.text('DATATALKS_GROUP_KEY')

  const sources = {
    demo: source({ scheme: bearer(ingestToken), schema: Contact, lists: ['tags'] }),
    signup: source({
      scheme: standardWebhooks(settings.secret('SIGNUP_WEBHOOK_SECRET')),
      schema: Contact,
      lists: ['tags'],
    }),
    campaigns: source({ scheme: bearer(ingestToken), schema: Campaign }),
  }

  const destinations = {
    danaconnect: danaconnect({
      user: settings.text('DANACONNECT_USER'),
      company: settings.text('DANACONNECT_COMPANY'),
      password: settings.secret('DANACONNECT_PASSWORD'),
      appservUrl: settings.optional('DANACONNECT_APPSERV_URL'),
      wsUrl: settings.optional('DANACONNECT_WS_URL'),
    }),
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

  const contactRoutes = [sources.demo, sources.signup].flatMap((contacts) => [
    route(contacts, destinations.danaconnect, 'conversations.startData', {
      map: ({ email, phone, firstName, lastName }) => ({
        conversationID,
        fields: { NAME: firstName, SURNAME: lastName, EMAIL: email, PHONE: phone },
      }),
    }),
    route(contacts, destinations.contactnow, 'records.create', {
      map: ({ email, phone, firstName, lastName }) => ({
        dataset,
        firstname: firstName,
        lastname: lastName,
        MobilePhone: phone,
        Customer_Email: email,
      }),
    }),
    route(contacts, destinations.datatalks, 'contacts.upsert', {
      map: ({ email, phone, firstName, lastName, tags = [] }) => ({
        data: { email, phone, name: `${firstName} ${lastName}`, tags },
        group_key: groupKey,
      }),
    }),
  ])

  return {
    sources,
    destinations,
    routes: [
      ...contactRoutes,
      route(sources.campaigns, destinations.contactnow, 'datasets.create', {
        when: ({ action }) => action === 'create',
        map: ({ description, importTable }) => ({ description, import_table: importTable }),
      }),
      route(sources.campaigns, destinations.contactnow, 'datasets.update', {
        when: ({ action }) => action === 'update',
        map: ({ description, importTable, dataset: id = '', qid, status, priority }) => ({
          dataset: id,
          description,
          import_table: importTable,
          ...(qid === undefined ? {} : { qid }),
          ...(status === undefined ? {} : { d_status: status }),
          ...(priority === undefined ? {} : { d_priority: priority }),
        }),
      }),
    ],
    keys: [{ name: 'admin', token: settings.secret('SLUICE_ADMIN_TOKEN'), scopes: ['read', 'operate'] }],
  }
})
