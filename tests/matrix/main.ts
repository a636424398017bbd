/**
 * Runs the fault matrix: `bun run matrix`. Every operation, under every fault that the sandbox lists and every further
 * reply of the outcome tables, once, three times and for ever. `--filter text` runs the cells whose line holds the text,
 * `--verbose` prints each cell.
 */
import { parseArgs } from 'node:util'
import type { CellResult } from './cell.ts'
import { listFaults } from './cells.ts'
import { searchPages } from './pages.ts'
import { TIMES } from './replies.ts'
import { faultsOf, isStruck, lineOf, tableOfOperation } from './report.ts'
import { playAll } from './threads.ts'

const { values } = parseArgs({
  options: { filter: { type: 'string', default: '' }, verbose: { type: 'boolean', default: false } },
})
const startedAtMs = performance.now()
const faults = await listFaults()
const results: CellResult[] = []
await playAll(values.filter, (operation, ofOperation) => {
  if (values.verbose) for (const result of ofOperation) print(lineOf(result))
  print(`\n${tableOfOperation(`${operation.upstream} ${operation.name}`, ofOperation)}`)
  results.push(...ofOperation)
})
const failed = results.filter(({ wrong }) => wrong.length > 0)
for (const result of failed) print(`\n${faultsOf(result)}`)

const pages = await searchPages()
for (const fault of pages.wrong) print(`\nsecrets: ${fault}`)

const operations = new Set(results.map(({ cell }) => cell.operation.name)).size
const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
const struck = results.filter(isStruck).length
print(
  `\n${operations} operations, ${faults.length} faults of the sandbox, ${Object.keys(TIMES).length} numbers of times, in ${seconds} s: ${struck} cells whose fault strikes; ${results.length - struck} refused by the sandbox, because the fault does not fit the operation, and delivered undisturbed. Secrets were searched for in all that each wrote, and in ${pages.searched} pages and answers`,
)
const passedCount = results.length - failed.length + (pages.wrong.length === 0 ? 1 : 0)
const failedCount = failed.length + (pages.wrong.length === 0 ? 0 : 1)
print(`\n${passedCount} passed, ${failedCount} failed`)
process.exitCode = failedCount === 0 && results.length > 0 ? 0 : 1

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
