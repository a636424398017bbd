import { ConfigError, type Issue } from '@sluice/errors'
import type { DestinationFactory, OperationsOf, PayloadOf } from './destinations/destination.ts'
import { CorsShape, KeyShape, RouteShape, type SCOPES, shapeFaults, SourceShape } from './config-shapes.ts'
import { INDEXINGS, type Indexing } from './flow/search-index.ts'
import { compileCondition, compileKey } from './expression/condition.ts'
import { compileExpression } from './expression/expression.ts'
import type { Scheme } from './sources/scheme.ts'
import type { z } from 'zod'

/** Largest body that a source accepts by default: 1 MiB. */
const DEFAULT_MAX_BODY_BYTES = 1_048_576
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/

/**
 * What a key may do: `ingest`, to hand something in; `read` everything; or `operate`, which decides and changes, and
 * includes the others.
 */
export type Scope = (typeof SCOPES)[number]

/** A named inbound endpoint: how its requests are verified, and what they hold. */
export interface Source<Data = unknown> {
  readonly scheme: Scheme
  /** What a decoded body must be. A body in XML is checked without its root element; its values are all text. */
  readonly schema: z.ZodType<Data> & { readonly faults?: readonly string[] }
  /** Largest body in bytes, 1,048,576 by default: as it was sent, and as it is when it was inflated. Of a batch, of each item. */
  readonly maxBodyBytes: number
  /** How long the whole of a body may take to arrive, in milliseconds: 30,000 by default. */
  readonly bodyTimeoutMs: number
  /**
   * What is a list even where there is only one of it: elements of an XML body by dotted paths below the root, such as
   * `tags`, and fields of a form by name. A field that is no list may come once.
   */
  readonly lists: readonly string[]
  /** Fields of a form whose value is JSON, such as the `payload` of Slack. */
  readonly jsonFields: readonly string[]
  /** Whether a request may hold many events, and how many; null where each holds one, whatever its shape. */
  readonly batches: BatchRules | null
  /**
   * Where in the decoded body the sender's own id of the event is: a dotted path below the root, such as `event.id`. It is
   * the idempotency key where the scheme signs none, and of a source with `batches` in any case, before any header. Null for where the scheme knows it to be, if it
   * knows its sender.
   */
  readonly idempotencyPath: string | null
  /** How long an idempotency key is known, in hours: 24 by default. */
  readonly idempotencyHours: number
  /**
   * Names what has to be kept in one place where events are spread over several, such as the contact: on Workers a route
   * keeps the order by this very function or expression or not at all, and an idempotency key is known within what it
   * names. By default, and where it names nothing, the idempotency key decides.
   */
  readonly shardKey: NamingRule | null
  /** What becomes of an event that a route cannot map, `dead` by default. */
  readonly onMappingFault: OnMappingFault
}

/** How many events of a source may come in one request, as a JSON array or as a line each. */
export interface BatchRules {
  /** Most events of one request, 1000 by default. */
  readonly maxItems: number
  /** Most bytes of one request, 4,194,304 by default: as it was sent, and as it is when it was inflated. */
  readonly maxBytes: number
  /** Where the sender does not say: `lenient` takes what can be taken, and is the default; `strict` takes all or nothing. */
  readonly handling: Handling
}

/** What becomes of a batch of which some items cannot be taken. RFC 7240 section 4.4 */
export type Handling = 'strict' | 'lenient'

const DEFAULT_BATCHES: BatchRules = { maxItems: 1000, maxBytes: 4_194_304, handling: 'lenient' }
/** How long the whole of a body may take to arrive by default. */
const DEFAULT_BODY_TIMEOUT_MS = 30_000

/** Names something of an event, such as its contact; null for nothing. */
type Naming = (data: unknown) => string | null | Promise<string | null>

/** How something of an event is named. */
export interface NamingRule {
  /** The function or the expression as the configuration holds it: two rules with the same one name the same. */
  readonly declared: unknown
  readonly evaluate: Naming
  readonly faults: readonly string[]
}

/**
 * What becomes of an event that a route cannot map: `dead` stores it, with a dead delivery for that route; `refuse`
 * stores nothing of it and answers 422, for a sender who can do something about it.
 */
export type OnMappingFault = 'dead' | 'refuse'

/** How long an idempotency key is known by default, in hours. */
const DEFAULT_IDEMPOTENCY_HOURS = 24

/** Declares a source. */
export function source<Data>(
  options: Pick<Source<Data>, 'scheme' | 'schema'> &
    Partial<Omit<Source<Data>, 'scheme' | 'schema' | 'shardKey' | 'batches'>> & {
      readonly shardKey?: ((data: Data) => string | null) | string
      readonly batches?: boolean | Partial<BatchRules>
    },
): Source<Data> {
  const { shardKey, batches = false, ...others } = options
  return {
    maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
    bodyTimeoutMs: DEFAULT_BODY_TIMEOUT_MS,
    lists: [],
    jsonFields: [],
    batches: batches === false ? null : { ...DEFAULT_BATCHES, ...(batches === true ? {} : batches) },
    idempotencyPath: null,
    idempotencyHours: DEFAULT_IDEMPOTENCY_HOURS,
    onMappingFault: 'dead',
    ...others,
    shardKey: shardKey === undefined ? null : namingRule(shardKey),
  }
}

/** What becomes of a delivery of which nobody knows whether it landed, and which must not simply be sent again. */
export type OnUnsure = 'park' | 'resend' | 'drop'

/** How long after an attempt a record that it made can be expected to show: 60 s. */
const DEFAULT_SETTLE_MS = 60_000

/** A source, a condition and a mapping that lead to one operation of one destination. */
export interface Route {
  readonly source: Source
  readonly destination: DestinationFactory
  readonly operation: string
  readonly when: (data: unknown) => boolean | Promise<boolean>
  /** Yields the payload, or a promise of it. */
  readonly map: (data: unknown) => unknown
  /** What is wrong with its expressions. */
  readonly faults: readonly string[]
  readonly onUnsure: OnUnsure
  /** Where the upstream keeps the delivery's id, so that a read finds what an unsure attempt made; null for nowhere. */
  readonly marker: string | null
  /** How long after an unsure attempt its absence proves that it did not land, in milliseconds. */
  readonly settleMs: number
  /** Names what has to be kept in order, such as the contact; null for deliveries that may overtake each other. */
  readonly orderingKey: Naming | null
  /** The function or the expression that is its ordering key, as the configuration holds it. */
  readonly orderedBy: unknown
  /** What its deliveries are known by; `<source>.<destination>.<operation>` when null. */
  readonly name: string | null
}

/**
 * Declares a route: what an event of `source` means to one operation of `destination`.
 *
 * `when` and `map` get the data that the source's schema describes, and must depend on nothing else. What `map` returns
 * is checked against the operation's payload schema; a wrong one makes a dead delivery with the path, never a lost event.
 * Each may be a JSONata expression as text, for those who keep their configuration as data: it sees the data as JSON;
 * a condition has to yield true, false or nothing, an ordering key text, a number or nothing.
 *
 * @param options.marker - For operations that can be read back: a column of the records' table that is given to the
 * delivery's id, or `description` of a dataset, at whose end it then stands. After an attempt of which nobody knows
 * whether it landed, the gateway looks for it before it sends again.
 * @param options.settleMs - How long after such an attempt an absence is believed. Default 60,000.
 * @param options.orderingKey - Names what has to be kept in order, such as the contact's email. Deliveries to one
 * destination with the same key go one after the other, also over retries, whatever their routes; null for no order.
 */
export function route<Data, Factory extends DestinationFactory, Operation extends OperationsOf<Factory>>(
  from: Source<Data>,
  destination: Factory,
  operation: Operation,
  options: {
    readonly when?: ((data: Data) => boolean) | string
    readonly map: ((data: Data) => PayloadOf<Factory, Operation>) | string
    readonly onUnsure?: OnUnsure
    readonly marker?: string
    readonly settleMs?: number
    readonly orderingKey?: ((data: Data) => string | null) | string
    readonly name?: string
  },
): Route {
  const {
    when = () => true,
    map,
    onUnsure = 'park',
    marker = null,
    settleMs = DEFAULT_SETTLE_MS,
    orderingKey,
    name = null,
  } = options
  // The schema of the same source made the data, so what comes in is what the mapping was typed with.
  const condition = typeof when === 'string' ? compileCondition(when) : typed((data) => when(data as Data))
  const mapping = typeof map === 'string' ? compileExpression(map) : typed((data) => map(data as Data))
  const key = orderingKey === undefined ? null : namingRule(orderingKey)
  return {
    source: from,
    destination,
    operation,
    when: condition.evaluate,
    map: mapping.evaluate,
    faults: [
      ...condition.faults.map((fault) => `when: ${fault}`),
      ...mapping.faults.map((fault) => `map: ${fault}`),
      ...(key?.faults ?? []).map((fault) => `orderingKey: ${fault}`),
    ],
    onUnsure,
    marker,
    settleMs,
    orderingKey: key?.evaluate ?? null,
    orderedBy: orderingKey,
    name,
  }
}

/** The schema of the source made the data that comes in. */
function namingRule(declared: ((data: never) => string | null) | string): NamingRule {
  const rule = typeof declared === 'string' ? compileKey(declared) : typed((data) => declared(data as never))
  return { ...rule, declared }
}

/** A typed function in the form of an expression: the compiler has checked it. */
function typed<Result>(evaluate: (data: unknown) => Result) {
  return { faults: [], evaluate }
}

/** A key of the HTTP API. */
export interface ApiKey {
  readonly name: string
  readonly token: string
  readonly scopes: readonly Scope[]
  /** Sources that it may post to by its scope `ingest`; every one that takes keys by default, and the API's own writes. */
  readonly sources?: readonly string[] | null
  /** Requests that it may make in a minute: 60,000 by default. */
  readonly ratePerMinute?: number
}

/** What a configuration file declares. */
export interface ConfigInput {
  readonly sources: Readonly<Record<string, Source>>
  readonly destinations: Readonly<Record<string, DestinationFactory>>
  readonly routes: readonly Route[]
  readonly keys: readonly ApiKey[]
  /**
   * How long events are kept after everything came to an end that had to do with them, in days: 30 by default. What is
   * dead or parked is kept until somebody has seen it, however long that takes.
   */
  readonly retentionDays?: number
  /**
   * When events are brought into the index that they are searched by. `steady`: soon after they came. `asked`: only when
   * somebody searches; the first search then says how far it knows, and the index goes on by itself. By default `steady`
   * in a process, and `asked` on Workers, where each row that is written has a price.
   */
  readonly indexing?: Indexing
  /**
   * Pages of which origins may use `/v1` by a browser, with a key that they send: `https://console.example.com`, or
   * `http://localhost:5173` while one is built, as a browser writes them; `*` alone for every page there is. None by default.
   */
  readonly cors?: { readonly origins: readonly string[] }
}

/** How long what has ended is kept by default, in days. */
const DEFAULT_RETENTION_DAYS = 30
/** 10 years: a longer time is a mistake in the unit. */
const MAX_RETENTION_DAYS = 3650

/** A route with the names that its parts have in the configuration. */
export interface NamedRoute extends Route {
  readonly name: string
  readonly destinationName: string
}

/** A source with its routes. */
export interface NamedSource extends Source {
  readonly name: string
  readonly routes: readonly NamedRoute[]
  /** The most that a delivery may take where the runtime can store no more, in bytes. */
  readonly maxPayloadBytes?: number
}

/** A configuration that was checked. */
export interface Config {
  readonly sources: ReadonlyMap<string, NamedSource>
  readonly destinations: ReadonlyMap<string, DestinationFactory>
  readonly keys: readonly ApiKey[]
  readonly retentionDays: number
  /** What is usual where the gateway runs when left out. */
  readonly indexing?: Indexing | undefined
  /** Whose pages may use the API by a browser. */
  readonly origins?: readonly string[] | undefined
}

/** Reads settings by name. Whatever is missing is reported together, once the configuration was built. */
export interface Settings {
  /** A setting that must be there. */
  text(name: string): string
  /** A setting that must be there and must never be shown. */
  secret(name: string): string
  /** A setting that must be there and be a whole number from 0. */
  integer(name: string): number
  /** A setting that may be absent. */
  optional(name: string): string | undefined
}

/** A configuration file's default export: builds the configuration from settings, which the runtime supplies. */
export type ConfigFile = (settings: Settings) => ConfigInput

/** Declares the configuration: a function of the settings, so that no secret stands in the file. */
export function defineConfig(build: ConfigFile): ConfigFile {
  return build
}

/**
 * Builds a configuration from its file and the settings, and checks it as a whole.
 *
 * @throws ConfigError `CONFIG_INVALID` with every fault: missing settings, wrong names, unknown destinations or operations.
 */
export function buildConfig(
  file: (settings: Settings) => unknown,
  environment: Readonly<Record<string, string | undefined>>,
): Config {
  const faults: string[] = []
  const input = build(file, environment, faults)
  if (input === null) throw new ConfigError(faults)
  const destinationNames = new Map(Object.entries(input.destinations).map(([name, factory]) => [factory, name]))
  checkNames('source', Object.keys(input.sources), faults)
  checkNames('destination', Object.keys(input.destinations), faults)
  if (Object.keys(input.sources).length === 0) faults.push('no source is declared')
  for (const [name, declared] of Object.entries(input.sources)) {
    faults.push(...sourceFaults(declared).map((fault) => `source ${name}: ${fault}`))
  }
  for (const factory of destinationNames.keys()) faults.push(...factory.faults)
  faults.push(...routeFaults(input, destinationNames), ...keyFaults(input), ...retentionFaults(input))
  faults.push(...indexingFaults(input))
  if (input.cors !== undefined) faults.push(...shapeFaults(CorsShape, input.cors).map((fault) => `cors: ${fault}`))
  if (faults.length > 0) throw new ConfigError(faults)

  const sources = Object.entries(input.sources).map(([name, declared]) => {
    const routes = input.routes
      .filter((candidate) => candidate.source === declared)
      .map((candidate) => nameRoute(name, candidate, destinationNames))
    return [name, { ...declared, name, routes }] as const
  })
  const { keys, retentionDays = DEFAULT_RETENTION_DAYS, indexing, cors } = input
  const destinations = new Map(Object.entries(input.destinations))
  return { sources: new Map(sources), destinations, keys, retentionDays, indexing, origins: cors?.origins }
}

function build(
  file: (settings: Settings) => unknown,
  environment: Readonly<Record<string, string | undefined>>,
  faults: string[],
): ConfigInput | null {
  const missing = new Set<string>()
  const wrong = new Set<string>()
  // A missing setting gets a stand-in, so that one start names all of them.
  const required = (name: string) => {
    const value = environment[name]
    if (value !== undefined && value !== '') return value
    missing.add(name)
    return STAND_IN
  }
  const integer = (name: string) => {
    const value = required(name)
    if (/^\d{1,15}$/.test(value)) return Number(value)
    if (!missing.has(name)) wrong.add(name)
    return 1
  }
  let input: ConfigInput | null = null
  try {
    const optional = (name: string) => environment[name] || undefined
    const built = file({ text: required, secret: required, integer, optional })
    if (isConfigInput(built)) input = built
    else faults.push('the file must return sources, destinations, routes and keys')
  } catch (error) {
    faults.push(`the file failed: ${error instanceof Error ? error.message : 'unknown error'}`)
  }
  faults.push(...Array.from(missing, (name) => `${name} is not set`))
  faults.push(...Array.from(wrong, (name) => `${name} must be a whole number`))
  return input
}

function isConfigInput(built: unknown): built is ConfigInput {
  if (typeof built !== 'object' || built === null) return false
  const { sources, destinations, routes, keys } = built as Partial<Record<keyof ConfigInput, unknown>>
  return (
    [sources, destinations].every((part) => typeof part === 'object' && part !== null) &&
    [routes, keys].every(Array.isArray)
  )
}

/** Stands for a missing setting until all are known: 32 bytes in base64, which passes for a secret and for a token. */
const STAND_IN = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='

function sourceFaults(declared: Source): readonly string[] {
  return [
    ...(declared.scheme.faults ?? []),
    ...(declared.schema.faults ?? []),
    ...shapeFaults(SourceShape, declared),
    ...windowFaults(declared),
    ...boundsFaults(declared),
    ...(declared.shardKey?.faults ?? []).map((fault) => `shardKey: ${fault}`),
  ]
}

const SECONDS_PER_HOUR = 3600

/** A captured request is good from one end of the tolerance to the other, and must be known as a repeat as long. */
function windowFaults({ scheme: { toleranceSeconds = 0 }, idempotencyHours }: Source): readonly string[] {
  return idempotencyHours * SECONDS_PER_HOUR < 2 * toleranceSeconds
    ? ['idempotencyHours is shorter than twice the tolerance of its scheme, so that a repeat could be a new event']
    : []
}

/** What a captured form can be cut into must not tell whether it is a repeat, nor where repeats are looked for. */
function boundsFaults({ scheme: { name, unbounded }, idempotencyPath, shardKey }: Source): readonly string[] {
  if (unbounded !== 'fields') return []
  const fault = `${name} signs the fields of a form without bounds between them, so whoever captured one could choose what is read there: leave it out, and a repeat is known by all that is signed`
  return Object.entries({ idempotencyPath, shardKey }).flatMap(([setting, value]) =>
    value === null ? [] : [`${setting}: ${fault}`],
  )
}

function checkNames(kind: string, names: readonly string[], faults: string[]): void {
  for (const name of names) {
    if (!NAME.test(name)) faults.push(`${kind} ${JSON.stringify(name)}: a name is 1 to 63 of a-z, 0-9 and -`)
  }
}

function routeFaults(input: ConfigInput, destinationNames: ReadonlyMap<DestinationFactory, string>): string[] {
  const sourceNames = new Map(Object.entries(input.sources).map(([name, declared]) => [declared, name]))
  const taken = new Set<string>()
  return input.routes.flatMap((candidate, index) => {
    const where = `route ${index + 1}`
    const own = [...candidate.faults, ...shapeFaults(RouteShape, candidate)]
    if (own.length > 0) return own.map((fault) => `${where}: ${fault}`)
    const sourceName = sourceNames.get(candidate.source)
    if (sourceName === undefined) return [`${where}: its source is not among the sources`]
    if (!destinationNames.has(candidate.destination)) return [`${where}: its destination is not among the destinations`]
    if (!(candidate.operation in candidate.destination.operations)) {
      return [`${where}: ${candidate.destination.kind} has no operation ${JSON.stringify(candidate.operation)}`]
    }
    const readBack = candidate.destination.operations[candidate.operation]?.readBack
    const fault =
      candidate.marker === null ? null : readBack === undefined ? NO_READ_BACK : readBack.fault(candidate.marker)
    if (fault !== null) return [`${where}: ${fault}`]
    const { name } = nameRoute(sourceName, candidate, destinationNames)
    if (taken.has(name)) return [`${where}: ${name} is declared twice; give one of them a \`name\``]
    taken.add(name)
    return []
  })
}

/** What is said of a marker where nothing could ever find it. */
const NO_READ_BACK = 'its operation cannot be read back, so it takes no marker'

function keyFaults({ keys, sources }: ConfigInput): string[] {
  if (keys.length === 0) return ['no key is declared: the API could not be used by anybody']
  const find = (name: string) => (Object.hasOwn(sources, name) ? sources[name] : undefined)
  const twice = keys.filter(({ name }, index) => keys.findIndex((key) => key.name === name) < index)
  return [
    ...keys.flatMap((key, index) =>
      shapeFaults(KeyShape, key).map((fault) => `key ${key.name ?? index + 1}: ${fault}`),
    ),
    ...twice.map(({ name }) => `key ${name}: declared twice`),
    ...keys.flatMap((key) =>
      keySourceFaults(key, find).map(({ path, message }) => `key ${key.name}: ${path}: ${message}`),
    ),
  ]
}

/** Lists what is wrong with the sources of a key. */
export function keySourceFaults(
  { scopes, sources: own }: Pick<ApiKey, 'scopes' | 'sources'>,
  find: (name: string) => Source | undefined,
): readonly Issue[] {
  if (!Array.isArray(own)) return []
  if (!scopes.includes('ingest')) return [{ path: 'sources', message: 'only a key with the scope ingest has sources' }]
  return own.flatMap((name, index) => {
    const declared = find(name)
    if (declared?.scheme.asksForKey === true) return []
    const message = declared === undefined ? 'there is no such source' : 'this source takes no key of the gateway'
    return [{ path: `sources[${index}]`, message }]
  })
}

/** A key whose event is removed within its window would be taken for a new one. */
function retentionFaults({ sources, retentionDays = DEFAULT_RETENTION_DAYS }: ConfigInput): string[] {
  if (!(retentionDays > 0 && retentionDays <= MAX_RETENTION_DAYS)) {
    return [`retentionDays must be above 0, and at most ${MAX_RETENTION_DAYS}`]
  }
  return Object.entries(sources).flatMap(([name, { idempotencyHours }]) =>
    idempotencyHours > retentionDays * HOURS_PER_DAY
      ? [
          `retentionDays is ${retentionDays}, but source ${name} knows its idempotency keys for ${idempotencyHours} hours`,
        ]
      : [],
  )
}

function indexingFaults({ indexing }: ConfigInput): string[] {
  return indexing === undefined || INDEXINGS.includes(indexing) ? [] : [`indexing must be ${INDEXINGS.join(' or ')}`]
}

const HOURS_PER_DAY = 24

function nameRoute(
  sourceName: string,
  declared: Route,
  destinationNames: ReadonlyMap<DestinationFactory, string>,
): NamedRoute {
  const destinationName = destinationNames.get(declared.destination) ?? ''
  const name = declared.name ?? `${sourceName}.${destinationName}.${declared.operation}`
  return { ...declared, name, destinationName }
}
