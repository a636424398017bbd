/**
 * Prints what a bundle of each package takes, and compares it with its limit and its README: `bun run sizes [package ...]`.
 * With `--write` it writes the sizes into the READMEs instead.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installTools } from '../tools/install.ts'
import { measure } from './measure.ts'
import { chosenPackages, publishedPackages } from './packages.ts'
import { limitFault, LIMITS, sizeFault, withSizeLine } from './sizes.ts'

const { values, positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true })
installTools()
process.stdout.write(
  'bytes, minified and gzip: own code, with its library, with all that it imports; limit for the second\n',
)
let faults = 0
for (const measured of chosenPackages(publishedPackages(), positionals)) {
  const sizes = measure(measured)
  const columns = [sizes.own, sizes.withLibrary, sizes.whole, LIMITS.get(measured.folder) ?? '-']
  process.stdout.write(
    `${[measured.folder.padEnd(16), ...columns.map((column) => String(column).padStart(7))].join('')}\n`,
  )
  const readme = values.write === true ? withSizeLine(measured.readme, sizes) : measured.readme
  if (readme !== measured.readme) writeFileSync(join(measured.path, 'README.md'), readme)
  for (const fault of [limitFault(measured.folder, sizes), sizeFault(readme, sizes)]) {
    if (fault === undefined) continue
    faults += 1
    process.stdout.write(`    ${fault}\n`)
  }
}
process.exitCode = faults === 0 ? 0 : 1
