/**
 * Runs the Worker locally against the sandbox of the upstreams: `bun run dev:worker`. `PORT` and `SANDBOX_PORT` name other ports
 * than 8787 and 8788; `SHARDS` and whatever the configuration asks for are taken from the environment, but for where the
 * upstreams are. Only another gateway that `RELAY_URL` names is elsewhere.
 */
import { join } from 'node:path'
import { ConfigError } from '@sluice/errors'
import type { ConfigFile } from '../src/config.ts'
import { buildConfig } from '../src/config.ts'
import { type Environment, readSettings, withoutEmpty } from '../src/runtime/process/environment.ts'
import { loadConfig } from '../src/runtime/process/load-config.ts'
import { sandboxEnvironment } from '../src/runtime/process/sandbox-environment.ts'
import { startSandbox } from '../src/runtime/process/sandbox-server.ts'
import { explainStart } from '../src/runtime/process/start-error.ts'
import { untilWorkerdIsGone } from './watch-workerd.ts'
import { startWrangler } from './wrangler.ts'

const ROOT = join(import.meta.dirname, '../../..')
/** What the Worker itself reads, whatever its configuration is. */
const OWN_SETTINGS = ['SHARDS', 'FIXED_EGRESS', 'LOG_LEVEL']
/** What wrangler and the build that it starts need. */
const PROGRAM_SETTINGS = ['HOME', 'TERM', 'TMPDIR', 'SLUICE_CONFIG']
/** How long it may take to end by itself. */
const GRACE_MS = 5000

const environment = withoutEmpty(process.env)
const started = await start().catch((error: unknown) => {
  process.stderr.write(explainStart(error))
  process.exit(1)
})
const { wrangler } = started
process.stdout.write(`Sandbox of the upstreams on ${started.sandboxUrl}\n`)
let isGone = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => endGroup('SIGTERM'))
// Where wrangler chooses the port nobody knows whom to ask.
if (started.port !== 0)
  void untilWorkerdIsGone(wrangler.pid, `http://127.0.0.1:${started.port}/healthz`).then(() => {
    isGone = true
    process.stderr.write('sluice: workerd has ended, and nothing is answered any more\n')
    endGroup('SIGTERM')
  })
// Whichever way wrangler ends, what it started ends with it, and so does the sandbox.
const exitCode = await wrangler.exited
endGroup('SIGKILL')
process.exit(isGone ? 1 : exitCode)

/**
 * Starts the sandbox, and wrangler.
 *
 * @throws ConfigError, StartError what a person has to mend before.
 */
async function start() {
  const { settings, faults } = readSettings(environment, ROOT)
  if (faults.length > 0) throw new ConfigError(faults)
  const configFile = await loadConfig(settings.configPath)
  const sandbox = await startSandbox(settings.sandboxPort)
  const workerEnvironment = sandboxEnvironment(sandbox.url, environment)
  const child = startWrangler(
    [
      'dev',
      '--local',
      '--env=',
      '--ip=127.0.0.1',
      `--port=${settings.port}`,
      `--persist-to=${join(settings.dataPath, 'worker')}`,
      '--show-interactive-dev-session=false',
      // No file of variables: what the Worker gets is what is set here.
      '--env-file=/dev/null',
    ],
    {
      environment: {
        ...pick(environment, PROGRAM_SETTINGS),
        ...pick(workerEnvironment, [...OWN_SETTINGS, ...asked(configFile, workerEnvironment)]),
        // By its environment, so that no secret stands in a command line.
        CLOUDFLARE_INCLUDE_PROCESS_ENV: 'true',
      },
    },
  )
  return { port: settings.port, sandboxUrl: sandbox.url, wrangler: child }
}

/** Ends wrangler and all that it has started, for good when that takes too long. */
function endGroup(signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-wrangler.pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
  if (signal === 'SIGTERM') setTimeout(() => endGroup('SIGKILL'), GRACE_MS)
}

/**
 * Finds what a configuration asks for, by asking it. What it lacks the Worker says itself.
 *
 * @throws what else is wrong with it.
 */
function asked(file: ConfigFile, from: Environment): readonly string[] {
  const names = new Set<string>()
  const noted: Environment = new Proxy(from, {
    get(target, name) {
      if (typeof name === 'string') names.add(name)
      return Reflect.get(target, name)
    },
  })
  try {
    buildConfig(file, noted)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(explainStart(error))
  }
  return [...names]
}

function pick(from: Environment, names: readonly string[]): Environment {
  return Object.fromEntries(names.map((name) => [name, from[name]]))
}
