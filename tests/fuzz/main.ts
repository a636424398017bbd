import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { spawn } from 'bun'

import { type Finding, type FuzzReport, fuzzTarget, tryInput } from './fuzz-target.ts'
import { targets } from './targets.ts'

const USAGE = `bun run fuzz [--seconds 60] [--seed 1] [--target <name>] [--input <base64>]

Gives every decoder and verifier changed inputs, and looks for a crash, an error that is not of ours, an input of at most
64 kB that takes more than 50 ms, and a verdict that another implementation does not share.

  --seconds   for all targets together
  --seed      the same seed makes the same inputs
  --target    only this one
  --input     tries one input of the target, as a finding prints it
  --differential <times>
              runs the differential tests of SigV4 (against two other signers) and of XML (against another parser)
              instead, with so many times the inputs of \`npm test\`
`

/** The largest input: what takes longer than it may at this size has a cost that grows too fast. */
const MAX_BYTES = 65_536

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    input: { type: 'string' },
    differential: { type: 'string' },
  },
})
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target)
const times = Number(values.differential ?? 1)
const canReplay = values.input === undefined || values.target !== undefined
if (!(seconds > 0) || !Number.isSafeInteger(seed) || !(times > 0) || chosen.length === 0 || !canReplay) {
  process.stderr.write(`${USAGE}\ntargets: ${targets.map(({ name }) => `'${name}'`).join(' ')}\n`)
  process.exit(2)
}
process.exit((await chosenRun()) ? 0 : 1)

function chosenRun(): Promise<boolean> {
  if (values.differential !== undefined) return differential(values.differential)
  return values.input === undefined ? fuzz() : replay(values.input)
}

/** The tests of the contract themselves, so that the long form cannot differ from the short one. */
async function differential(times: string): Promise<boolean> {
  const tests = ['sigv4', 'xml'].map((subject) =>
    resolve(import.meta.dir, `../contract/${subject}-differential.test.ts`),
  )
  const run = spawn([process.execPath, resolve(import.meta.dir, '../run.ts'), '--timeout', '3600000', ...tests], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DIFFERENTIAL_TIMES: times, DIFFERENTIAL_SEED: String(seed) },
  })
  return (await run.exited) === 0
}

async function fuzz(): Promise<boolean> {
  process.stdout.write(`seed ${seed}, ${seconds} s\n\n`)
  let failed = 0
  for (const target of chosen) {
    const effort = { seed, seconds: seconds / chosen.length, inputs: Number.POSITIVE_INFINITY, maxBytes: MAX_BYTES }
    const report = await fuzzTarget(target, effort)
    process.stdout.write(reportLines(report))
    if (report.findings.length > 0 || report.accepted === 0) failed += 1
  }
  process.stdout.write(`\n${chosen.length - failed} passed, ${failed} failed\n`)
  return failed === 0
}

async function replay(base64: string): Promise<boolean> {
  let isFine = true
  for (const target of chosen) {
    const { verdict, fault, tookMs } = await tryInput(target, Buffer.from(base64, 'base64'))
    const outcome = verdict === undefined ? 'crashed' : verdict.accepted ? 'accepted' : verdict.code
    process.stdout.write(`${target.name}: ${outcome}, ${tookMs.toFixed(1)} ms: ${fault ?? 'nothing wrong'}\n`)
    isFine &&= fault === null
  }
  return isFine
}

function reportLines({ target, inputs, accepted, refused, slowestMs, findings }: FuzzReport): string {
  const codes = [...refused].toSorted(([, one], [, other]) => other - one).map(([code, times]) => `${code} ${times}`)
  const lines = [
    `${findings.length === 0 ? 'ok  ' : 'FAIL'} ${target}: ${inputs} inputs, ${accepted} accepted, slowest ${slowestMs.toFixed(1)} ms`,
    `     refused: ${codes.length === 0 ? 'none' : codes.join(', ')}`,
    // Inputs of which none was accepted have shown nothing about what is behind the first check.
    ...(accepted === 0 ? ['     FAIL: not one input was accepted'] : []),
    ...findings.map((finding) => findingLine(target, finding)),
  ]
  return `${lines.join('\n')}\n`
}

function findingLine(target: string, { fault, input }: Finding): string {
  const base64 = Buffer.from(input).toString('base64')
  return `     ${fault}\n     bun run fuzz --target '${target}' --input '${base64}'`
}
