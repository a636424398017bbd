import { parseArgs } from 'node:util'
import { runSequences } from './sequences.ts'

const USAGE = `bun run model [--sequences 2000] [--seed 1] [--path 12:3:0] [--store memory]

  --sequences how many random sequences are run
  --seed      the same seed gives the same sequences
  --path      where an earlier run with this seed failed
  --store     \`memory\`, or \`file\` as in a real process
`

const { values } = parseArgs({
  options: {
    sequences: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
    store: { type: 'string', default: 'memory' },
  },
})
const sequences = Number(values.sequences)
const seed = Number(values.seed)
const { store, path } = values
if (
  !Number.isInteger(sequences) ||
  sequences < 1 ||
  !Number.isInteger(seed) ||
  !(store === 'memory' || store === 'file')
) {
  process.stderr.write(USAGE)
  process.exit(2)
}

const startedAtMs = performance.now()
try {
  const { events, removed, failedCalls, failedLooks, deaths, decisions } = await runSequences({
    sequences,
    seed,
    store,
    ...(path === undefined ? {} : { path }),
  })
  const seconds = Math.round((performance.now() - startedAtMs) / 1000)
  process.stderr.write(
    `${events} events and ${removed} removed, ${failedCalls} failed calls and ${failedLooks} looks, ${deaths} attempts cut off by a death, `,
  )
  process.stderr.write(`${decisions} decisions, ${seconds} s\n`)
  process.stdout.write(`sequences ${sequences} seed ${seed} failed 0\n`)
} catch (error) {
  // fast-check says the seed, the path and the shortest sequence.
  process.stderr.write(`${error instanceof Error ? error.message : 'unknown error'}\n`)
  if (error instanceof Error && error.cause instanceof Error) process.stderr.write(`${error.cause.message}\n`)
  process.stdout.write(`sequences ${sequences} seed ${seed} failed 1\n`)
  process.exit(1)
}
