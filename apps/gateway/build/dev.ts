/**
 * Runs the Worker locally against the sandbox of the upstreams: `bun run dev:worker`. Nothing leaves this machine. `PORT`
 * and `SANDBOX_PORT` name other ports than 8787 and 8788.
 */
import { join } from 'node:path'
import { sandboxEnvironment } from '../src/runtime/process/sandbox-environment.ts'
import { readSettings, withoutEmpty } from '../src/runtime/process/environment.ts'
import { startSandbox } from '../src/runtime/process/sandbox-server.ts'
import { startWrangler } from './wrangler.ts'

const ROOT = join(import.meta.dirname, '../../..')

const environment = withoutEmpty(process.env)
const { settings, faults } = readSettings(environment, ROOT)
if (faults.length > 0) throw new Error(faults.join('\n'))
const sandbox = await startSandbox(settings.sandboxPort)
const variables = Object.entries(sandboxEnvironment(sandbox.url)).flatMap(([name, value]) => [
  '--var',
  `${name}:${value}`,
])
const wrangler = startWrangler([
  'dev',
  '--local',
  '--env=',
  '--ip=127.0.0.1',
  `--port=${settings.port}`,
  `--persist-to=${join(settings.dataPath, 'worker')}`,
  '--test-scheduled',
  '--show-interactive-dev-session=false',
  ...variables,
])
const stop = () => process.kill(-wrangler.pid, 'SIGTERM')
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
process.stdout.write(`Sandbox of the upstreams on ${sandbox.url}\n`)
process.exitCode = await wrangler.exited
sandbox.stop()
