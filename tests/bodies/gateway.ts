import {
  bearer,
  type ConfigFile,
  datatalks,
  defineConfig,
  jsonSchema,
  type Ports,
  route,
  source,
  z,
} from '@sluice/gateway'
import { type Gateway, sandboxEnvironment, startGateway } from '@sluice/gateway/bun'
import { temporaryFolder } from '../stories/running.ts'

export const INGEST = 'an-ingest-token'
export const ADMIN = 'an-admin-token'

export const KIB = 1024
/** Largest event of every source here. */
export const MAX_BODY_BYTES = 64 * KIB
/** Largest batch, and its most items. */
export const MAX_BATCH_BYTES = 256 * KIB
export const MAX_ITEMS = 50

const Lead = z.object({ id: z.string().optional(), email: z.email(), score: z.number().optional() })
/** What Slack's interactive messages are: one field, and JSON in it. */
const Interaction = z.object({ payload: z.object({ email: z.email() }) })
/** Whatever was sent: what a test sends is what a mapping gets. */
const Anything = z.unknown()

/** A contact as data describes it. */
const DESCRIBED = {
  type: 'object',
  required: ['email'],
  properties: {
    email: { type: 'string', format: 'email' },
    phone: { type: ['string', 'null'], pattern: '^\\+?[0-9 ]{5,20}$' },
    tags: { type: 'array', items: { $ref: '#/$defs/tag' }, uniqueItems: true },
  },
  additionalProperties: false,
  $defs: { tag: { type: 'string', maxLength: 10 } },
} as const

/** Sources of every kind of body, all to one destination that nobody reaches. */
export const CONFIG: ConfigFile = defineConfig((settings) => {
  const scheme = bearer(INGEST)
  const common = { scheme, maxBodyBytes: MAX_BODY_BYTES }
  const batches = { maxBytes: MAX_BATCH_BYTES, maxItems: MAX_ITEMS }
  const sources = {
    single: source({ ...common, schema: Lead, lists: ['tags'] }),
    list: source({ ...common, schema: z.array(Lead) }),
    slack: source({ ...common, schema: Interaction, jsonFields: ['payload'] }),
    batches: source({ ...common, schema: Lead, batches }),
    identified: source({ ...common, schema: Lead, batches, idempotencyPath: 'id' }),
    strict: source({ ...common, schema: Lead, batches: { ...batches, handling: 'strict' } }),
    refusing: source({ ...common, schema: Lead, batches, onMappingFault: 'refuse' }),
    anything: source({ ...common, schema: Anything, lists: ['tags'] }),
    expressed: source({ ...common, schema: Anything }),
    described: source({ ...common, schema: jsonSchema(DESCRIBED), batches }),
  }
  const profiles = datatalks({
    accessKeyId: settings.text('DATATALKS_ACCESS_KEY_ID'),
    secretAccessKey: settings.secret('DATATALKS_SECRET_ACCESS_KEY'),
    baseUrl: settings.text('DATATALKS_URL'),
    region: settings.text('DATATALKS_REGION'),
  })
  const upsert = ({ email }: { email: string }) => ({ data: { email }, group_key: 'g' })
  const leads = [sources.single, sources.batches, sources.identified, sources.strict]
  return {
    sources,
    destinations: { profiles },
    routes: [
      ...leads.map((from) => route(from, profiles, 'contacts.upsert', { map: upsert })),
      route(sources.list, profiles, 'contacts.upsert', { map: (list) => upsert(list[0] ?? { email: '' }) }),
      route(sources.slack, profiles, 'contacts.upsert', { map: ({ payload }) => upsert(payload) }),
      route(sources.refusing, profiles, 'contacts.upsert', {
        map: (lead) => ({
          data: { email: lead.score === 0 ? '' : lead.email },
          group_key: lead.score === 0 ? '' : 'g',
        }),
      }),
      route(sources.described, profiles, 'contacts.upsert', {
        map: '{ "data": { "email": email, "tags": tags }, "group_key": "g" }',
      }),
      // Merges what was sent into a payload, as a careless mapping does.
      route(sources.anything, profiles, 'contacts.upsert', {
        map: (sent) => ({ data: Object.assign({ email: 'a@x.test' }, sent), group_key: 'g' }),
      }),
      route(sources.expressed, profiles, 'contacts.upsert', {
        map: '{ "data": $merge([{ "email": "a@x.test" }, $]), "group_key": "g" }',
      }),
    ],
    keys: [{ name: 'admin', token: ADMIN, scopes: ['read', 'operate'] }],
  }
})

/** A gateway that listens, and what it logged. */
export interface Bodies {
  readonly url: string
  readonly log: readonly string[]
  post(
    source: string,
    body: RequestInit['body'] | Uint8Array,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>
  read<Body>(path: string): Promise<Body>
  stop(): Promise<void>
}

/** Starts a gateway whose upstream answers nothing. */
export async function startBodies(adapt: (ports: Ports) => Ports = (ports) => ports): Promise<Bodies> {
  const folder = temporaryFolder()
  const log: string[] = []
  const gateway: Gateway = await startGateway({
    configFile: CONFIG,
    environment: sandboxEnvironment('http://127.0.0.1:9'),
    port: 0,
    dataPath: folder.path,
    sandboxUrl: null,
    example: null,
    adapt: (ports) =>
      adapt({
        ...ports,
        fetch: () => new Promise(() => undefined),
        log: (level, message, fields) => void log.push(JSON.stringify({ level, message, ...fields })),
      }),
  })
  return {
    url: gateway.url,
    log,
    post: (name, body, headers = {}) =>
      fetch(`${gateway.url}/webhooks/${name}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${INGEST}`, 'content-type': 'application/json', ...headers },
        body: body instanceof Uint8Array ? new Uint8Array(body) : (body ?? null),
      }),
    async read<Body>(path: string) {
      const reply = await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${ADMIN}` } })
      if (!reply.ok) throw new Error(`${path}: ${reply.status}`)
      return (await reply.json()) as Body
    },
    async stop() {
      await gateway.stop()
      folder.remove()
    },
  }
}

/** An event as the API shows it. */
export interface ShownEvent {
  readonly id: string
  readonly contentType: string
  readonly body: string
  readonly bodyEncoding?: string
  readonly deliveries: readonly { readonly id: string; readonly state: string; readonly payload: unknown }[]
}

/** Counts what is stored. */
export async function storedEvents(gateway: Bodies): Promise<number> {
  const { events } = await gateway.read<{ events: readonly unknown[] }>('/v1/events?limit=200')
  return events.length
}
