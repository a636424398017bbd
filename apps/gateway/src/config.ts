import { ConfigError } from '@sluice/errors'
import { configFaults, DEFAULT_RETENTION_DAYS, nameRoute } from './config-faults.ts'
import type { Route } from './config-route.ts'
import type { SCOPES } from './config-shapes.ts'
import type { Source } from './config-source.ts'
import type { DestinationFactory } from './destinations/destination.ts'
import type { Indexing } from './flow/search-index.ts'

export { keySourceFaults } from './config-faults.ts'
export type { NamingRule } from './config-naming.ts'
export { type OnUnsure, type Route, route } from './config-route.ts'
export { type BatchRules, type Handling, type OnMappingFault, type Source, source } from './config-source.ts'

/**
 * What a key may do: `ingest`, to hand something in; `read` everything; or `operate`, which decides and changes, and
 * includes the others.
 */
export type Scope = (typeof SCOPES)[number]

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
  faults.push(...configFaults(input, destinationNames))
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
