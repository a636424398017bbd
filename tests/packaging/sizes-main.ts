/**
 * Prints what each entry point of each package takes in a bundle, and compares it with its limit and its README: `bun run sizes [package ...]`.
 * With `--write` it writes the sizes into the READMEs instead.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installTools } from '../tools/install.ts'
import { MAX_GZIP_BYTES } from '@sluice/gateway/build'
import { measure } from './measure.ts'
import { measureWorker } from './measure-worker.ts'
import { MAX_STARTUP_MS, measureStartup } from './startup.ts'
import { bundlesOf, chosenPackages, publishedPackages } from './packages.ts'
import { limitFault, LIMITS, sizeFault, withSizeLine } from './sizes.ts'

const { values, positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true })
installTools()
const row = (name: string, columns: readonly (number | string)[]): string =>
  `${name.padEnd(26)}${columns.map((column) => String(column).padStart(13)).join('')}\n`
process.stdout.write(`bytes, minified and gzip\n${row('', ['own code', '+ library', 'with all', 'limit of all'])}`)
let faults = 0
for (const measured of chosenPackages(publishedPackages(), positionals)) {
  let { readme } = measured
  for (const bundle of bundlesOf(measured)) {
    const sizes = measure(bundle)
    const columns = [sizes.own, sizes.withLibrary, sizes.whole, LIMITS.get(bundle.name) ?? '-']
    process.stdout.write(row(bundle.name, columns))
    if (values.write === true) readme = withSizeLine(readme, bundle.name, sizes)
    for (const fault of [limitFault(bundle.name, sizes), sizeFault(readme, bundle.name, sizes)]) {
      if (fault === undefined) continue
      faults += 1
      process.stdout.write(`    ${fault}\n`)
    }
  }
  if (readme !== measured.readme) writeFileSync(join(measured.path, 'README.md'), readme)
}
if (positionals.length === 0) {
  const worker = await measureWorker()
  process.stdout.write(
    `${'the Worker'.padEnd(16)}${String(worker.gzipBytes).padStart(7)}   at most ${MAX_GZIP_BYTES}, with sluice.config.ts\n`,
  )
  if (worker.gzipBytes > MAX_GZIP_BYTES) faults += 1
  const startupMs = await measureStartup()
  process.stdout.write(`its start in workerd: ${startupMs?.toFixed(0) ?? '?'} ms of CPU, at most ${MAX_STARTUP_MS}\n`)
  if (startupMs !== null && startupMs > MAX_STARTUP_MS) faults += 1
}
process.exitCode = faults === 0 ? 0 : 1
