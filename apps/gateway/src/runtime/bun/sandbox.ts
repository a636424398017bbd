import { readSettings, withoutEmpty } from '../process/environment.ts'
import { startSandbox } from '../process/sandbox-server.ts'
import { StartError } from '../process/start-error.ts'

/** Serves the sandbox of all three upstreams by itself, for programs in any language. */
try {
  const { settings, faults } = readSettings(withoutEmpty(process.env), process.cwd())
  if (faults.length > 0) throw new StartError(faults.join('\n'))
  const sandbox = await startSandbox(settings.sandboxPort)
  process.stdout.write(`Sandbox of the upstreams on ${sandbox.url}\n`)
  const stop = () => {
    sandbox.stop()
    process.exit(0)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
} catch (error) {
  if (!(error instanceof StartError)) throw error
  process.stderr.write(`sluice: ${error.message}\n`)
  process.exit(1)
}
