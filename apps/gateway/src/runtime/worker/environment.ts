import { ConfigError } from '@sluice/errors'
import { buildConfig, type Config, type ConfigFile } from '../../config.ts'
import { largestBody, type PlatformLimits } from './limits.ts'
import { readFixedEgress } from '../../start-warnings.ts'
import { LOG_LEVEL_FAULT, readLogLevel } from '../../log-line.ts'
import { parseShards } from './places.ts'

/** What the Worker runs with. */
export interface WorkerSettings {
  readonly config: Config
  /** Shards of each generation, the newest last. */
  readonly generations: readonly number[]
  /** Whether its calls always come from the same address, which no Worker's do by themselves. */
  readonly fixedEgress: boolean
}

const DEFAULT_SHARDS = '1'

/**
 * Reads the configuration.
 *
 * @throws ConfigError `CONFIG_INVALID` with every fault: what is not set, and what cannot be kept over several shards.
 */
export function readSettings(
  file: ConfigFile,
  environment: object,
  limits: Pick<PlatformLimits, 'rowBytes' | 'batchBytes' | 'shards'>,
): WorkerSettings {
  const texts = textsOf(environment)
  const faults: string[] = []
  const generations = parseShards(texts['SHARDS'] ?? DEFAULT_SHARDS)
  if (generations === null || sumOf(generations) > limits.shards)
    faults.push(`SHARDS must be a number, or several with commas, the newest last, of 1 to ${limits.shards} in all`)
  const fixedEgress = readFixedEgress(texts['FIXED_EGRESS'], false)
  if (fixedEgress === null) faults.push('FIXED_EGRESS must be yes or no')
  if (readLogLevel(texts['LOG_LEVEL'] || undefined) === null) faults.push(LOG_LEVEL_FAULT)
  try {
    const config = buildConfig(file, texts)
    faults.push(...orderFaults(config))
    if (faults.length === 0 && generations !== null && fixedEgress !== null)
      return { config: withBodiesThatFit(config, limits), generations, fixedEgress }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    faults.push(...error.faults)
  }
  throw new ConfigError(faults)
}

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)

function textsOf(environment: object): Readonly<Record<string, string>> {
  const texts = Object.entries<unknown>({ ...environment }).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  )
  return Object.fromEntries(texts) as Record<string, string>
}

/**
 * Finds the routes that ask for an order that nobody could keep: what has to go one after the other must lie in one shard,
 * and only the very function or expression that chose the shard is known to name the same thing.
 */
function orderFaults({ sources }: Config): readonly string[] {
  return [...sources.values()].flatMap((source) =>
    source.routes
      .filter(({ orderingKey, orderedBy }) => orderingKey !== null && orderedBy !== source.shardKey?.declared)
      .map(({ name }) => `route ${name}: its orderingKey must be the shardKey of its source, the very same one`),
  )
}

/**
 * Lets no source take a body that no row would hold, or a batch that no call would carry: such a one is refused with 413 at
 * the edge. A delivery that no row would hold is dead, and says so.
 */
function withBodiesThatFit(config: Config, limits: Pick<PlatformLimits, 'rowBytes' | 'batchBytes'>): Config {
  const sources = Array.from(config.sources, ([name, source]) => {
    const maxBodyBytes = Math.min(source.maxBodyBytes, largestBody(limits))
    const { batches } = source
    const fitting = batches === null ? null : { ...batches, maxBytes: Math.min(batches.maxBytes, limits.batchBytes) }
    // A mapping may make more of a body than it was.
    return [name, { ...source, maxBodyBytes, batches: fitting, maxPayloadBytes: largestBody(limits) }] as const
  })
  return { ...config, sources: new Map(sources) }
}
