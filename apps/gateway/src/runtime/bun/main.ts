import { ConfigError, StoreError } from '@sluice/errors'
import { exampleCommand, liveBanner, sandboxBanner } from './banner.ts'
import { type BunSettings, readSettings, wantsSandbox } from './environment.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { loadConfig } from './load-config.ts'
import { sandboxEnvironment } from './sandbox-environment.ts'
import { type Sandbox, startSandbox } from './sandbox-server.ts'
import { StartError } from './start-error.ts'

/** Starts the gateway, with a sandbox of the upstreams when no upstream credential is configured. */
async function main(): Promise<void> {
  const settings = readSettings(process.env, process.cwd())
  const running = wantsSandbox(process.env) ? await startWithSandbox(settings) : await startLive(settings)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    void running.stop().then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

async function startLive(settings: BunSettings): Promise<Pick<Gateway, 'stop'>> {
  const { port, dataPath, configPath } = settings
  const gateway = await startGateway({
    configFile: await loadConfig(configPath),
    environment: process.env,
    port,
    dataPath,
    sandboxUrl: null,
    example: null,
  })
  process.stdout.write(liveBanner(gateway.url, dataPath))
  return gateway
}

async function startWithSandbox(settings: BunSettings): Promise<Pick<Gateway, 'stop'>> {
  const { port, dataPath, configPath } = settings
  const configFile = await loadConfig(configPath)
  const sandbox: Pick<Sandbox, 'url' | 'stop'> =
    settings.sandboxUrl === null
      ? await startSandbox(settings.sandboxPort)
      : { url: settings.sandboxUrl, stop: () => Promise.resolve() }
  const gateway = await startGateway({
    configFile,
    environment: { ...sandboxEnvironment(sandbox.url), ...process.env },
    port,
    dataPath,
    sandboxUrl: sandbox.url,
    example: exampleCommand(`http://127.0.0.1:${port}`),
  })
  process.stdout.write(sandboxBanner(gateway.url, sandbox.url, dataPath))
  return {
    async stop() {
      await gateway.stop()
      await sandbox.stop()
    },
  }
}

/** Tells a person what to mend, a line for each thing; everything else is a bug and keeps its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.faults.map((fault) => `configuration: ${fault}`).join('\n')
  if (error instanceof StartError || error instanceof StoreError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : 'unknown error'
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${explain(error).replaceAll(/^/gm, 'sluice: ')}\n`)
  process.exit(1)
}
