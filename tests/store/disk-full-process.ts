import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Ports } from '@sluice/gateway'
import { loadConfig, openDataFolder, sandboxEnvironment, startGateway } from '@sluice/gateway/bun'
import { createSqliteStore } from '@sluice/gateway/store'
import { endWithParent } from '../chaos/end-with-parent.ts'

/** What SQLite has where nobody sets it. */
const MOST_PAGES = 1_073_741_823

/**
 * The gateway on the data folder of the first argument, against the sandbox at the second. With a third argument, `pages`,
 * its database grows no more from a line `full` on standard input to a line `free`.
 */
endWithParent()
const [dataPath = '', sandboxUrl = '', limited = ''] = process.argv.slice(2)

function limitPages(ports: Ports): Ports {
  const path = join(dataPath, 'limited')
  mkdirSync(path, { recursive: true })
  const database = openDataFolder(path)
  process.stdin.setEncoding('utf8').on('data', (line: string) => {
    // SQLite takes no limit below what the file has: the smallest one is what it has.
    database.all(`PRAGMA max_page_count = ${line.trim() === 'full' ? 1 : MOST_PAGES}`)
    process.stdout.write(`${line.trim()}\n`)
  })
  return { ...ports, store: createSqliteStore({ database, newId: ports.newId, defer: setImmediate }) }
}

const gateway = await startGateway({
  configFile: await loadConfig(resolve(import.meta.dirname, '../../sluice.config.ts')),
  environment: sandboxEnvironment(sandboxUrl),
  port: 0,
  dataPath,
  sandboxUrl,
  example: null,
  adapt: (ports) => (limited === 'pages' ? limitPages(ports) : ports),
})
process.stdout.write(`${gateway.url}\n`)
