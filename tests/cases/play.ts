import { resolve } from 'node:path'
import { buildConfig, type Config, type ConfigFile, contactnow, createApp, type Ports } from '@sluice/gateway'
import { loadConfig, openSqlite, sandboxEnvironment } from '@sluice/gateway/bun'
import { createControlStore, createSqliteStore } from '@sluice/gateway/store'
import { createMockFetch, createUpstreamMocks, type FaultOrder, SANDBOX } from '@sluice/upstream-mocks'
import { eventually } from '../stories/eventually.ts'
import type { Message } from './http-file.ts'

/** 2026-01-02 03:04:05 UTC: the time at which every case happens. */
export const NOW_MS = 1_767_323_045_000
/** Where the upstreams are in every case: the address that the sandbox has by default. */
const SANDBOX_URL = 'http://127.0.0.1:8788'
/** Whatever id an upstream makes. */
const UPSTREAM_ID = '00000000-0000-4000-8000-000000000000'

const SHIPPED_CONFIG = resolve(import.meta.dir, '../../sluice.config.ts')
const OWN_CONFIG = resolve(import.meta.dir, 'sluice.config.ts')

/** What is so before a case begins: `0-given.json`, absent where nothing is special. */
export interface Given {
  /** Faults of the upstreams. */
  readonly faults?: readonly FaultOrder[]
  /** The format of the ContactNow destination. */
  readonly contactnowFormat?: 'json' | 'xml'
}

/** A gateway with everything around it: mocks, a clock that stands still, a store in memory. */
export interface Scene {
  readonly store: ReturnType<typeof createSqliteStore>
  readonly log: readonly string[]
  /** The requests as they went out, secrets as slots. */
  readonly wire: readonly Message[]
  /** The data of each event after its source's schema, as the mappings saw it. */
  readonly seen: readonly unknown[]
  post(received: Message): Promise<Response>
}

/** Sets the scene for one case. Sources that the shipped configuration has are played with that one. */
export async function setScene(source: string, given: Given = {}): Promise<Scene> {
  const mocks = createUpstreamMocks({ nowMs: () => NOW_MS, newId: () => UPSTREAM_ID })
  for (const fault of given.faults ?? []) mocks.setFault(fault)
  const seen: unknown[] = []
  const wire: Message[] = []
  const log: string[] = []
  const newId = countingIds()
  const database = openSqlite(':memory:')
  const store = createSqliteStore({ database, newId, defer: queueMicrotask })
  const reachMocks = createMockFetch(mocks)
  const ports: Ports = {
    store,
    control: createControlStore(database),
    fetch: async (request) => {
      wire.push(await shown(request.clone()))
      return reachMocks(request)
    },
    nowMs: () => NOW_MS,
    newId,
    newToken: () => 'token',
    random: () => 0.5,
    fillRandom: () => undefined,
    wakeAt: () => undefined,
    sleep: () => Promise.resolve(),
    log: (level, message, fields) => void log.push(JSON.stringify({ level, message, ...fields })),
  }
  const config = await configFor(source, given)
  const app = await createApp(watched(config, seen), ports, {
    version: '0',
    sandboxUrl: null,
    example: null,
    fixedEgress: true,
  })
  return {
    store,
    log,
    wire,
    seen,
    post: async ({ line, headers, body }) => {
      const [method = '', target = ''] = line.split(' ')
      return app.fetch(new Request(`http://gateway.test${target}`, { method, headers, body }))
    },
  }
}

async function configFor(source: string, { contactnowFormat }: Given): Promise<Config> {
  const environment = sandboxEnvironment(SANDBOX_URL)
  const own = buildConfig(await loadConfig(OWN_CONFIG), environment)
  if (own.sources.has(source)) return own
  const shipped = await loadConfig(SHIPPED_CONFIG)
  return buildConfig(contactnowFormat === undefined ? shipped : withFormat(shipped, contactnowFormat), environment)
}

/** The shipped configuration with `format` in its ContactNow destination, and nothing else changed. */
function withFormat(file: ConfigFile, format: 'json' | 'xml'): ConfigFile {
  return (settings) => {
    const input = file(settings)
    const { contactnow: usual, ...others } = input.destinations
    const changed = contactnow({
      username: settings.text('CONTACTNOW_USERNAME'),
      password: settings.secret('CONTACTNOW_PASSWORD'),
      baseUrl: settings.text('CONTACTNOW_URL'),
      format,
    })
    const routes = input.routes.map((one) => (one.destination === usual ? { ...one, destination: changed } : one))
    return { ...input, destinations: { ...others, contactnow: changed }, routes }
  }
}

/** Notes what the first route of each source is asked about. */
function watched(config: Config, seen: unknown[]): Config {
  const sources = [...config.sources].map(([name, source]) => {
    const routes = source.routes.map((route, index) => {
      const when = (data: unknown) => {
        if (index === 0) seen.push(data)
        return route.when(data)
      }
      return { ...route, when }
    })
    return [name, { ...source, routes }] as const
  })
  return { ...config, sources: new Map(sources) }
}

function countingIds(): Ports['newId'] {
  let made = 0
  return (prefix) => `${prefix}_${String((made += 1)).padStart(26, '0')}`
}

/** Waits until nothing of an event is under way, and returns what is stored of it. */
export async function settled({ store }: Pick<Scene, 'store'>, eventId: string) {
  return eventually(`every delivery of ${eventId} is tried`, async () => {
    const event = await store.readEvent(eventId)
    const isSettled = event?.deliveries.every(
      ({ state, attempts }) => state === 'dead' || (state !== 'leased' && attempts > 0),
    )
    return isSettled === true && event !== null ? event : undefined
  })
}

/** `user@company` and password of the sandbox, in base64. */
const BASIC = 'Basic c2FuZGJveEBkZW1vOnNhbmRib3gtcGFzc3dvcmQ='
const SIGNATURE =
  /^AWS4-HMAC-SHA256 Credential=AKIDSANDBOX\/20260102\/eu-north-1\/execute-api\/aws4_request, ?SignedHeaders=host;x-amz-date, ?Signature=[0-9a-f]{64}$/

/** Writes a request as it is on the wire, each secret that belongs where it stands replaced by its slot. */
async function shown(request: Request): Promise<Message> {
  const headers = Object.fromEntries(request.headers)
  const { authorization } = headers
  if (authorization === BASIC) headers['authorization'] = '{basic}'
  else if (authorization !== undefined && SIGNATURE.test(authorization)) headers['authorization'] = '{sigv4}'
  const body = (await request.text())
    .replace(`&username=${SANDBOX.contactnow.username}&`, '&username={username}&')
    .replace(`&password=${SANDBOX.contactnow.password}&`, '&password={password}&')
  const url = request.url.replace(/(?<=\?token=)[0-9a-f]{40}(?=&)/, '{token}')
  return { line: `${request.method} ${url}`, headers, body }
}
