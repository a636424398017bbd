import {
  buildConfig,
  type Config,
  type ConfigFile,
  DELIVERY_STATES,
  type DeliveryState,
  type Ports,
} from '@sluice/gateway'
import { openSqlite, sandboxEnvironment } from '@sluice/gateway/bun'
import type { SqlDatabase, Store } from '@sluice/gateway/store'
import {
  createMockFetch,
  createUpstreamMocks,
  type FaultOrder,
  type MockSettingsInput,
  type UpstreamMocks,
  type UpstreamName,
} from '@sluice/upstream-mocks'
import { seededRandom } from '../chaos/random.ts'
import { GATEWAY_URL, UPSTREAMS_URL } from './addresses.ts'
import { installAmbient } from './ambient.ts'
import { Clock } from './clock.ts'
import { countedIds, countedTokens, countedUuids } from './ids.ts'
import { type Life, startLife } from './life.ts'
import { settleAll } from './settle.ts'

/** 2026-01-02 03:04:05 UTC: when every world begins. */
export const WORLD_START_MS = 1_767_323_045_000

const DEFAULT_MAX_STEPS = 100_000

export interface WorldOptions {
  readonly config: ConfigFile
  /** Settings of the configuration, in place of those of the sandbox. */
  readonly environment?: Readonly<Record<string, string>>
  /** How the mocks behave where a vendor leaves it open. */
  readonly settings?: MockSettingsInput
  /** File of the database; in memory by default. */
  readonly databasePath?: string
  /** A database that outlives the world, in place of one of its own: {@link createSpareDatabase}. */
  readonly database?: SqlDatabase
  /** From which jitter and tokens are drawn; 1 by default. */
  readonly seed?: number
  /** Makes the tokens of callbacks; they count up by default. */
  readonly newToken?: Ports['newToken']
  /** Replaces ports of each process before anything uses them. */
  readonly adapt?: (ports: Ports) => Ports
  /** Shown each request to an upstream, and its reply, as they go over the wire. */
  readonly observe?: (request: Request, reply: Response | null) => Promise<void> | void
}

/** How a run ended: with nothing left to wait for, or at the time that was set. */
export interface Run {
  readonly steps: number
  readonly idle: boolean
}

/** A delivery as the store lists it. */
export type WorldDelivery = Awaited<ReturnType<Store['listDeliveries']>>['rows'][number]

/** A whole gateway with its upstreams, on a clock that moves only when told. No verb sleeps. */
export interface World {
  readonly config: Config
  readonly mocks: UpstreamMocks
  readonly database: SqlDatabase
  /** The store, for reading and for filling; it outlives `kill`. */
  readonly store: Store
  /** Every log line so far. */
  readonly log: readonly string[]
  nowMs(): number
  /** How often the clock was moved. */
  steps(): number
  /** When the next alarm rings, or null when nothing waits for the clock. */
  nextAlarmMs(): number | null
  /** Posts JSON (or the text as it is) to a source, with the sandbox's key unless told otherwise, and settles. */
  post(source: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
  /** Sends any request to the gateway, and settles. */
  request(path: string, init?: RequestInit): Promise<Response>
  /** Makes the outbox look for due deliveries, as after filling the store by hand, and settles. */
  wake(): Promise<void>
  /** Runs everything that can run without the clock. */
  settle(): Promise<void>
  /** Moves the clock to the next alarm, in one step, and settles. False when nothing waits for the clock. */
  ring(): Promise<boolean>
  /** Moves the clock to a time, alarm by alarm. */
  advanceTo(atMs: number): Promise<void>
  /** Rings until nothing waits for the clock, or what waits comes after `untilMs`. */
  runUntilIdle(limits?: { readonly maxSteps?: number; readonly untilMs?: number }): Promise<Run>
  /** Arms a fault of the mocks. */
  fault(order: FaultOrder): void
  /** Counts the effects at an upstream, of all its operations or of one. */
  effects(upstream: UpstreamName, operation?: string): number
  /** Reads every delivery, the newest first. */
  deliveries(): Promise<readonly WorldDelivery[]>
  /** Counts the deliveries by state. */
  counts(): Promise<Readonly<Record<DeliveryState, number>>>
  /** Ends the gateway's process as SIGKILL does; its database stays, and the upstreams go on. */
  kill(): void
  /** Starts the gateway again on what its database holds, with its configuration or another from now on, and settles. */
  restart(changed?: ConfigFile): Promise<void>
  /** Ends all of it; once is enough. */
  stop(): void
}

/** Creates a world in which the gateway runs and nothing has happened yet. */
export async function createWorld(options: WorldOptions): Promise<World> {
  installAmbient()
  const { settings = {}, seed = 1, newToken = countedTokens(), adapt = (ports) => ports, observe } = options
  const environment = { ...sandboxEnvironment(UPSTREAMS_URL), ...options.environment }
  let config = withoutIndex(buildConfig(options.config, environment))
  const clock = new Clock(WORLD_START_MS)
  const { database, close } = databaseOf(options)
  const log: string[] = []
  let life: Life | null = null
  let open = true
  let activity = 0
  const noteActivity = (): void => void (activity += 1)

  const upstreams = {}
  const mocks = createUpstreamMocks({
    nowMs: () => clock.nowMs,
    random: seededRandom(seed),
    newId: countedUuids(),
    settings,
    schedule: (ms, work) => {
      noteActivity()
      clock.at(clock.nowMs + ms, work, upstreams)
    },
    fetch: async (request) => {
      const up = life
      if (up === null || !request.url.startsWith(`${GATEWAY_URL}/`)) throw new Error('connection refused')
      noteActivity()
      const died = up.ended.then((): never => {
        throw new Error('connection reset')
      })
      return Promise.race([up.within(() => up.app.fetch(request)), died])
    },
  })
  const mockFetch = createMockFetch(mocks)
  const watchedFetch = async (request: Request): Promise<Response> => {
    if (observe === undefined) return mockFetch(request)
    await observe(request.clone(), null)
    const reply = await mockFetch(request)
    await observe(request, reply)
    return reply
  }
  const newId = countedIds()
  const random = seededRandom(seed)
  const start = (): Promise<Life> =>
    startLife({
      config,
      clock,
      database,
      newId,
      newToken,
      random,
      noteActivity,
      adapt,
      fetch: watchedFetch,
      log: (level, message, fields) => void log.push(JSON.stringify({ level, message, ...fields })),
    })
  life = await start()
  const { store } = life

  const living = (): Life => {
    if (life === null) throw new Error('the gateway was killed: restart it first')
    return life
  }
  const settle = (): Promise<void> =>
    settleAll(
      () => activity,
      () => life !== null && life.storeCalls() > 0,
    )
  const ring = async (): Promise<boolean> => {
    const next = clock.nextDueMs()
    if (next === null) return false
    clock.moveTo(next)
    await settle()
    return true
  }
  const runUntilIdle: World['runUntilIdle'] = async ({ maxSteps = DEFAULT_MAX_STEPS, untilMs = Infinity } = {}) => {
    await settle()
    for (let steps = 0; ; steps += 1) {
      const next = clock.nextDueMs()
      if (next === null || next > untilMs) return { steps, idle: next === null }
      if (steps === maxSteps) throw new Error(`not idle after ${maxSteps} steps of the clock`)
      await ring()
    }
  }
  const request: World['request'] = async (path, init) => {
    const { app, within } = living()
    const response = await within(() => app.fetch(new Request(`${GATEWAY_URL}${path}`, init)))
    await settle()
    return response
  }
  await settle()

  return {
    get config() {
      return config
    },
    mocks,
    database,
    store,
    log,
    settle,
    ring,
    runUntilIdle,
    request,
    nowMs: () => clock.nowMs,
    steps: () => clock.steps,
    nextAlarmMs: () => clock.nextDueMs(),
    post: (source, body, headers = {}) =>
      request(`/webhooks/${source}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${environment['SLUICE_INGEST_TOKEN']}`,
          'content-type': 'application/json',
          ...headers,
        },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async wake() {
      const { app, within } = living()
      within(() => app.outbox.wake())
      await settle()
    },
    async advanceTo(atMs) {
      await runUntilIdle({ untilMs: atMs })
      if (clock.nowMs < atMs) clock.moveTo(atMs)
      await settle()
    },
    fault: (order) => mocks.setFault(order),
    effects: (upstream, operation) =>
      operation === undefined
        ? mocks.tallies()[upstream].effects
        : mocks.requests({ upstream, operation }).reduce((sum, { effect }) => sum + effect, 0),
    deliveries: () => listAll(store),
    async counts() {
      const counts = await store.countDeliveries()
      const countOf = (state: DeliveryState) =>
        counts.filter((row) => row.state === state).reduce((sum, { count }) => sum + count, 0)
      return Object.fromEntries(DELIVERY_STATES.map((state) => [state, countOf(state)])) as Record<
        DeliveryState,
        number
      >
    },
    kill() {
      living().kill()
      life = null
    },
    async restart(changed) {
      if (life !== null) throw new Error('the gateway still runs: kill it first')
      if (changed !== undefined) config = withoutIndex(buildConfig(changed, environment))
      life = await start()
      await settle()
    },
    stop() {
      life?.kill()
      life = null
      if (open) close()
      open = false
    },
  }
}

/** No alarm of a world is that of the index, which waits for nothing that worlds are about. */
const withoutIndex = (config: Config): Config => ({ ...config, indexing: 'asked' })

/** Opens a database, which the world then closes; one that was given is left open. */
function databaseOf({ database, databasePath = ':memory:' }: WorldOptions): {
  readonly database: SqlDatabase
  close(this: void): void
} {
  if (database !== undefined) return { database, close: () => undefined }
  const opened = openSqlite(databasePath)
  return { database: opened, close: () => opened.close() }
}

const PAGE = 200

async function listAll(store: Store): Promise<readonly WorldDelivery[]> {
  const all: WorldDelivery[] = []
  let before: string | null = null
  do {
    const page: Awaited<ReturnType<Store['listDeliveries']>> = await store.listDeliveries({
      limit: PAGE,
      ...(before === null ? {} : { before }),
    })
    all.push(...page.rows)
    before = page.next
  } while (before !== null)
  return all
}
