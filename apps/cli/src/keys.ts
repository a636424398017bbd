/**
 * Creates, lists, rotates and revokes keys of a gateway, by its API: `bun run keys create --name crm --scopes ingest`.
 * The gateway is at `SLUICE_URL`, and `SLUICE_ADMIN_TOKEN` is a key of it that may operate.
 */
import process from 'node:process'
import { CliError } from './cli-error.ts'
import { openGateway } from './gateway.ts'
import { runKeys } from './key-commands.ts'

try {
  const { output, note } = await runKeys(process.argv.slice(2), openGateway(process.env))
  process.stdout.write(`${output}\n`)
  if (note !== undefined) process.stderr.write(`${note}\n`)
} catch (error) {
  if (!(error instanceof CliError)) throw error
  process.stderr.write(`keys: ${error.message}\n`)
  process.exitCode = 1
}
