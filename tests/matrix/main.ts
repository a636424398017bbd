/**
 * Runs the fault matrix: `bun run matrix`. Every operation, under every fault that the sandbox lists and every further
 * reply of the outcome tables, once, three times and for ever. `--filter text` runs the cells whose line holds the text,
 * `--verbose` prints each cell. `--runtime worker` plays them on the Worker in workerd.
 */
import { parseArgs } from 'node:util'
import { type CellResult, nameOf } from './cell.ts'
import { listCells, listFaults } from './cells.ts'
import { isLeftOut, playOnWorker } from './on-worker/run.ts'
import { WIRED_OPERATIONS, type WiredOperation } from './operations.ts'
import { searchPages } from './pages.ts'
import { TIMES } from './replies.ts'
import { faultsOf, isStruck, lineOf, tableOfOperation } from './report.ts'
import { listRuntimes, refuseToRun, runtimeNamed } from '../tools/runtime-name.ts'
import { playAll } from './threads.ts'

const { values } = parseArgs({
  options: {
    filter: { type: 'string', default: '' },
    runtime: { type: 'string', default: 'bun' },
    verbose: { type: 'boolean', default: false },
  },
})
const RUNTIMES = ['bun', 'worker'] as const
const runtime =
  runtimeNamed(RUNTIMES, values.runtime) ??
  refuseToRun(`matrix: there is no runtime ${values.runtime}, but ${listRuntimes(RUNTIMES)}`)
// workerd, where there is one, ends with this process.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(1))

const startedAtMs = performance.now()
const faults = await listFaults()
const asked = listCells(faults).filter((cell) => nameOf(cell).includes(values.filter))
if (asked.length === 0) refuseToRun(`matrix: no cell has "${values.filter}" in its name`)
const results: CellResult[] = []
const search = await play()
const failed = results.filter(({ wrong }) => wrong.length > 0)
for (const result of failed) print(`\n${faultsOf(result)}`)

for (const fault of search.wrong) print(`\nsecrets: ${fault}`)

const operations = new Set(results.map(({ cell }) => cell.operation.name)).size
const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
const struck = results.filter(isStruck).length
print(
  `\n${operations} operations, ${faults.length} faults of the sandbox, ${Object.keys(TIMES).length} numbers of times, in ${seconds} s: ${struck} cells whose fault strikes; ${results.length - struck} refused by the sandbox, because the fault does not fit the operation, and delivered undisturbed. Secrets were searched for in all that each wrote, and in ${search.searched} ${search.places}`,
)
const passedCount = results.length - failed.length + (search.wrong.length === 0 ? 1 : 0)
const failedCount = failed.length + (search.wrong.length === 0 ? 0 : 1)
print(`\n${passedCount} passed, ${failedCount} failed`)
process.exitCode = failedCount === 0 && results.length > 0 ? 0 : 1

/** Plays the cells, prints what they came to, and searches for secrets. */
async function play(): Promise<{
  readonly wrong: readonly string[]
  readonly searched: number
  readonly places: string
}> {
  switch (runtime) {
    case 'bun':
      await playAll(values.filter, printOperation)
      return { ...(await searchPages()), places: 'pages and answers' }
    case 'worker': {
      const cells = asked.filter((cell) => !isLeftOut(cell))
      for (const cell of asked.filter(isLeftOut)) print(`left out on Workers (see README.md): ${nameOf(cell)}`)
      const played: CellResult[] = []
      const search = await playOnWorker(cells, (more) => void played.push(...more))
      for (const operation of WIRED_OPERATIONS) {
        const ofOperation = played.filter(({ cell }) => cell.operation === operation)
        if (ofOperation.length > 0) printOperation(operation, ofOperation)
      }
      return { ...search, places: 'files of objects and logs' }
    }
  }
}

function printOperation({ upstream, name }: WiredOperation, ofOperation: readonly CellResult[]): void {
  if (values.verbose) for (const result of ofOperation) print(lineOf(result))
  print(`\n${tableOfOperation(`${upstream} ${name}`, ofOperation)}`)
  results.push(...ofOperation)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
