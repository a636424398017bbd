import { randomBytes, randomFillSync } from 'node:crypto'
import { setImmediate } from 'node:timers'
import { setTimeout as sleep } from 'node:timers/promises'
import { type App, createApp, type Http } from '../../app.ts'
import { buildConfig, type Config, type ConfigFile } from '../../config.ts'
import type { HomeFacts } from '../../console/home.ts'
import { createControlStore } from '../../control/sqlite.ts'
import { createIds } from '../../ids.ts'
import type { LogLevel, Ports } from '../../ports.ts'
import { createSqliteStore } from '../../store/sqlite.ts'
import { openDataFolder } from './data-folder.ts'
import type { Environment } from './environment.ts'
import { createTimer, startTimer } from './timer.ts'
import { createLog } from './log.ts'
import type { Listener, ProcessRuntime } from './process-runtime.ts'
import { openReserve } from './reserve.ts'
import { StartError } from './start-error.ts'
import { VERSION } from './version.ts'

/** How long work under way may take to end by itself when the process is asked to stop: Ctrl-C ends it within 5 s. */
const GRACE_MS = 3000
/** As many as a digest of SHA-256 has: more cannot be told apart by what is stored of it. */
const TOKEN_BYTES = 32
/** How long the record of what was ended may take. */
const SETTLE_MS = 1000

export interface GatewayOptions {
  readonly configFile: ConfigFile
  readonly environment: Environment
  readonly port: number
  readonly dataPath: string
  /** Where the sandbox listens, for the start page; null when real upstreams are called. */
  readonly sandboxUrl: string | null
  readonly example: HomeFacts['example']
  /** Whether its calls always come from the same address. Default true. */
  readonly fixedEgress?: boolean
  /** How long a connection may lie still, in seconds, where the runtime ends it by itself. Default 30. */
  readonly idleSeconds?: number
  /** What the log leaves out is less urgent than this. Default `info`. */
  readonly logLevel?: LogLevel
  /** Replaces ports before anything uses them: how tests put faults between the gateway and the world. */
  readonly adapt?: (ports: Ports) => Ports
  /** Stands around what answers HTTP: how tests look at every request and reply. */
  readonly around?: (http: Http) => Http
}

/** A gateway that listens and delivers. */
export interface Gateway {
  readonly url: string
  readonly config: Config
  readonly app: App
  /** Takes no more requests, lets the work under way end, and closes. What does not end in time is found at the next start. */
  stop(): Promise<void>
}

/**
 * Starts the gateway: one process, one SQLite file, one timer.
 *
 * @throws ConfigError `CONFIG_INVALID` with every fault of the configuration.
 * @throws StartError the data folder cannot be used, or the port is taken.
 */
export async function startGateway(runtime: ProcessRuntime, options: GatewayOptions): Promise<Gateway> {
  const config = buildConfig(options.configFile, options.environment)
  const database = openDataFolder(runtime.openSqlite, options.dataPath)
  try {
    const timer = createTimer()
    const fillRandom: Ports['fillRandom'] = (bytes) => void randomFillSync(bytes)
    const newId = createIds(Date.now, fillRandom)
    const reserve = openReserve({
      folder: options.dataPath,
      nowMs: Date.now,
      // The log then begins anew where it is, and need not grow.
      onGivenUp: () => void database.all('PRAGMA wal_checkpoint(RESTART)'),
    })
    const ports: Ports = {
      store: createSqliteStore({ database, newId, defer: setImmediate, reserve }),
      control: createControlStore(database),
      fetch: runtime.fetch,
      nowMs: Date.now,
      newId,
      newToken: () => randomBytes(TOKEN_BYTES).toString('base64url'),
      random: Math.random,
      fillRandom,
      wakeAt: timer.wakeAt,
      sleep,
      startTimer,
      log: createLog(options.logLevel ?? 'info'),
    }
    return await serve(runtime, options, config, options.adapt?.(ports) ?? ports, () => {
      timer.clear()
      database.close()
    })
  } catch (error) {
    database.close()
    throw error
  }
}

async function serve(
  runtime: ProcessRuntime,
  options: GatewayOptions,
  config: Config,
  ports: Ports,
  close: () => void,
): Promise<Gateway> {
  await warnOfOrphans(config, ports)
  const { sandboxUrl, example, fixedEgress = true } = options
  const app = await createApp(config, ports, { version: VERSION, sandboxUrl, example, fixedEgress })
  const listener = listen(runtime, options, options.around?.(app) ?? app)
  app.outbox.wake()
  return {
    url: `http://127.0.0.1:${listener.port}`,
    config,
    app,
    async stop() {
      app.endStreams()
      await Promise.race([listener.drain(), sleep(GRACE_MS)])
      await Promise.all([listener.close(), Promise.race([app.outbox.drain(GRACE_MS), sleep(GRACE_MS + SETTLE_MS)])])
      close()
    },
  }
}

/** Deliveries to a destination that the configuration no longer has would wait for ever, so they are told of. */
async function warnOfOrphans(config: Config, { store, log }: Ports): Promise<void> {
  for (const { destination, state, count } of await store.countDeliveries()) {
    if (state !== 'pending' || config.destinations.has(destination)) continue
    log('warn', 'deliveries wait for a destination that is not configured', { destination, count })
  }
}

function listen(runtime: ProcessRuntime, { port, idleSeconds }: GatewayOptions, app: Http): Listener {
  try {
    return runtime.listen(port, (request) => app.fetch(request), idleSeconds)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new StartError(`port ${port} is in use (PORT)`)
    }
    throw error
  }
}
