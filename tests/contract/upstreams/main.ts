/**
 * Runs the contract suite: `bun run contract`. Against a vendor: `bun run contract --target live --upstream contactnow`,
 * which calls what changes nothing; with `--write` also what does: use an account that was made for tests.
 */
import { parseArgs } from 'node:util'
import { carryOut } from './carry-out.ts'
import type { CaseResult } from './contract-case.ts'
import { carryOutLive, liveCases, missingFrom } from './live.ts'
import { count, type Counts, difference, table } from './report.ts'
import { SUITES } from './suites.ts'

/** The exit code of a run that could not begin. */
const CANNOT_RUN = 2

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'sandbox' },
    upstream: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const chosen = SUITES.filter(([name]) => values.upstream === undefined || values.upstream === name)

if (chosen.length === 0) stop(`unknown upstream; there are ${SUITES.map(([name]) => name).join(', ')}`)
if (values.target === 'sandbox') finish(await runOnSandbox())
else if (values.target === 'live' && values.upstream !== undefined) finish(await runLive())
else stop('use --target live with --upstream, or no --target')

async function runOnSandbox(): Promise<Counts> {
  const results: CaseResult[] = []
  for (const contractCase of chosen.flatMap(([, { cases }]) => cases)) results.push(await carryOut(contractCase))
  print(table(results))
  for (const result of results) if (!result.passed) print(`\n${difference(result)}`)
  return count(results)
}

async function runLive(): Promise<Counts> {
  const needed = chosen.flatMap(([, { variables }]) => [...variables])
  const missing = missingFrom(process.env, needed)
  if (missing.length > 0) stop(`a live run needs these variables: ${missing.join(', ')}`)
  const cases = liveCases(
    chosen.flatMap(([, suite]) => suite.cases),
    values.write,
  )
  print(`${cases.length} cases${values.write ? ', writes included' : ' that change nothing; --write adds the others'}`)
  const results = []
  for (const contractCase of cases) {
    const result = await carryOutLive(contractCase, process.env)
    results.push(result)
    const { operation, name } = contractCase
    print(`${result.passed ? 'same ' : 'drift'}  ${operation}: ${name}`)
    for (const line of result.drift) print(`         ${line}`)
  }
  return count(results)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function finish({ passed, failed }: Counts): void {
  print(`\n${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

function stop(reason: string): never {
  process.stderr.write(`contract: ${reason}\n`)
  process.exit(CANNOT_RUN)
}
