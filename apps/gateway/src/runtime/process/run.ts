import process from 'node:process'
import { ConfigError } from '@sluice/errors'
import { buildConfig, type ConfigFile } from '../../config.ts'
import { exampleCommand, liveBanner, sandboxBanner } from './banner.ts'
import { type ProcessSettings, type Environment, readSettings, wantsSandbox, withoutEmpty } from './environment.ts'
import { startGateway } from './gateway.ts'
import { loadConfig } from './load-config.ts'
import type { ProcessRuntime } from './process-runtime.ts'
import { sandboxEnvironment } from './sandbox-environment.ts'
import { type Sandbox, startSandbox } from './sandbox-server.ts'
import { explainStart } from './start-error.ts'

/**
 * Runs the program: starts the gateway, with a sandbox of the upstreams when no upstream credential is configured, and
 * stops it in good order when the process is asked to end. What cannot start is told of on standard error, and ends the
 * process with 1.
 */
export async function runProcess(runtime: ProcessRuntime): Promise<void> {
  try {
    await start(runtime)
  } catch (error) {
    process.stderr.write(explainStart(error))
    process.exit(1)
  }
}

async function start(runtime: ProcessRuntime): Promise<void> {
  const environment = withoutEmpty(process.env)
  const { settings, faults } = readSettings(environment, process.cwd())
  const configFile = await loadConfig(settings.configPath)
  const sandboxed = wantsSandbox(environment)
  const expectedUrl = settings.sandboxUrl ?? `http://127.0.0.1:${settings.sandboxPort}`
  checkAll(faults, configFile, sandboxed ? sandboxEnvironment(expectedUrl, environment) : environment)
  const running = sandboxed
    ? await startWithSandbox(runtime, settings, configFile, environment)
    : await startLive(runtime, settings, configFile, environment)
  let stopping = false
  const stop = () => {
    // Whoever asks twice does not want to wait.
    if (stopping) process.exit(130)
    stopping = true
    void running.stop().then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  // Only now: whoever reads this may ask the process to end.
  process.stdout.write(running.banner)
}

/** What was started, and what a person is told of it. */
interface Running {
  readonly banner: string
  stop(): Promise<void>
}

/** Checks everything before anything is started, so that all faults are told at once. */
function checkAll(faults: readonly string[], configFile: ConfigFile, environment: Environment): void {
  const all = [...faults]
  try {
    buildConfig(configFile, environment)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    all.push(...error.faults)
  }
  if (all.length > 0) throw new ConfigError(all)
}

async function startLive(
  runtime: ProcessRuntime,
  { port, dataPath, fixedEgress, logLevel }: ProcessSettings,
  configFile: ConfigFile,
  environment: Environment,
): Promise<Running> {
  const gateway = await startGateway(runtime, {
    configFile,
    environment,
    port,
    dataPath,
    fixedEgress,
    logLevel,
    sandboxUrl: null,
    example: null,
  })
  return { banner: liveBanner(gateway.url, dataPath), stop: () => gateway.stop() }
}

async function startWithSandbox(
  runtime: ProcessRuntime,
  settings: ProcessSettings,
  configFile: ConfigFile,
  environment: Environment,
): Promise<Running> {
  const { port, dataPath, fixedEgress, logLevel } = settings
  const sandbox: Pick<Sandbox, 'url' | 'stop'> =
    settings.sandboxUrl === null
      ? await startSandbox(settings.sandboxPort)
      : { url: settings.sandboxUrl, stop: () => undefined }
  const gateway = await startGateway(runtime, {
    configFile,
    environment: sandboxEnvironment(sandbox.url, environment),
    port,
    dataPath,
    fixedEgress,
    logLevel,
    sandboxUrl: sandbox.url,
    example: (origin) => exampleCommand(origin, environment),
  })
  return {
    banner: sandboxBanner(gateway.url, sandbox.url, dataPath, environment, new Set(gateway.config.sources.keys())),
    async stop() {
      await gateway.stop()
      sandbox.stop()
    },
  }
}
