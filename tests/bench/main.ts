import { parseArgs } from 'node:util'
import { benchIngest } from './ingest.ts'

const USAGE = `bun run bench <benchmark> [--seconds 3] [--rounds 5] [--connections 64]

  ingest   events accepted per second, each on disk before its 202, against a bare server with the same durable write
`

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
  },
  allowPositionals: true,
})
const effort = {
  seconds: Number(values.seconds),
  rounds: Number(values.rounds),
  connections: Number(values.connections),
}

if (positionals.join(' ') !== 'ingest' || !Object.values(effort).every((number) => number > 0)) {
  process.stderr.write(USAGE)
  process.exit(2)
}
await benchIngest(effort)
