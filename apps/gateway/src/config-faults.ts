import type { Issue } from '@sluice/errors'
import type { ApiKey, ConfigInput, NamedRoute } from './config.ts'
import type { Route } from './config-route.ts'
import { CorsShape, KeyShape, RouteShape, shapeFaults, SourceShape } from './config-shapes.ts'
import type { Source } from './config-source.ts'
import type { DestinationFactory } from './destinations/destination.ts'
import { INDEXINGS } from './flow/search-index.ts'

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/
/** How long what has ended is kept by default, in days. */
export const DEFAULT_RETENTION_DAYS = 30
/** 10 years: a longer time is a mistake in the unit. */
const MAX_RETENTION_DAYS = 3650
const SECONDS_PER_HOUR = 3600
const HOURS_PER_DAY = 24

/** Lists what is wrong with a configuration, in words. */
export function configFaults(
  input: ConfigInput,
  destinationNames: ReadonlyMap<DestinationFactory, string>,
): readonly string[] {
  return [
    ...nameFaults('source', Object.keys(input.sources)),
    ...nameFaults('destination', Object.keys(input.destinations)),
    ...(Object.keys(input.sources).length === 0 ? ['no source is declared'] : []),
    ...Object.entries(input.sources).flatMap(([name, declared]) =>
      sourceFaults(declared).map((fault) => `source ${name}: ${fault}`),
    ),
    ...[...destinationNames.keys()].flatMap((factory) => factory.faults),
    ...routeFaults(input, destinationNames),
    ...keyFaults(input),
    ...retentionFaults(input),
    ...indexingFaults(input),
    ...(input.cors === undefined ? [] : shapeFaults(CorsShape, input.cors).map((fault) => `cors: ${fault}`)),
  ]
}

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

/** A captured request is good from one end of the tolerance to the other, and must be known as a repeat as long. */
function windowFaults({ scheme: { toleranceSeconds = 0 }, idempotencyHours }: Source): readonly string[] {
  return idempotencyHours * SECONDS_PER_HOUR < 2 * toleranceSeconds
    ? ['idempotencyHours is shorter than twice the tolerance of its scheme, so that a repeat could be a new event']
    : []
}

/** What a captured form can be cut into must not tell whether it is a repeat, nor where repeats are looked for. */
function boundsFaults({ scheme: { name, unbounded }, idempotencyPath, shardKey, batches }: Source): readonly string[] {
  if (unbounded !== 'fields') return []
  const fault = `${name} signs the fields of a form without bounds between them, so whoever captured one could choose what is read there: leave it out, and a repeat is known by all that is signed`
  return Object.entries({ idempotencyPath, shardKey, batches }).flatMap(([setting, value]) =>
    value === null ? [] : [`${setting}: ${fault}`],
  )
}

function nameFaults(kind: string, names: readonly string[]): readonly string[] {
  const wrong = names.filter((name) => !NAME.test(name))
  return wrong.map((name) => `${kind} ${JSON.stringify(name)}: a name is 1 to 63 of a-z, 0-9 and -`)
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

/** Names a route where the configuration does not. */
export function nameRoute(
  sourceName: string,
  declared: Route,
  destinationNames: ReadonlyMap<DestinationFactory, string>,
): NamedRoute {
  const destinationName = destinationNames.get(declared.destination) ?? ''
  const name = declared.name ?? `${sourceName}.${destinationName}.${declared.operation}`
  return { ...declared, name, destinationName }
}
