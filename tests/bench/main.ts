import { parseArgs } from 'node:util'
import { benchAdapters } from './adapters.ts'
import { benchCost } from './cost/measure.ts'
import { benchIngest } from './ingest.ts'
import { benchWorker } from './worker.ts'

const USAGE = `bun run bench <benchmark> [--seconds 3] [--rounds 5] [--connections 64]

  ingest   events accepted per second, each on disk before its 202, against a bare server with the same durable write
  worker   events accepted per second in a local workerd, against a bare Worker that writes one row to a Durable Object
           with --cost: what Cloudflare would bill for an event, written into docs/cloudflare.md
  adapters sign, verify, decode and encode per second, against other libraries that do the same
`

const BENCHMARKS = new Map([
  ['ingest', benchIngest],
  ['worker', benchWorker],
  ['worker --cost', benchCost],
  ['adapters', benchAdapters],
])

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
    cost: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const effort = {
  seconds: Number(values.seconds),
  rounds: Number(values.rounds),
  connections: Number(values.connections),
}

const benchmark = BENCHMARKS.get([...positionals, ...(values.cost ? ['--cost'] : [])].join(' '))
if (benchmark === undefined || !Object.values(effort).every((number) => number > 0)) {
  process.stderr.write(USAGE)
  process.exit(2)
}
await benchmark(effort)
