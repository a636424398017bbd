import { parseArgs } from 'node:util'
import { runChaos } from './chaos.ts'
import { describeKill, planKills } from './plan.ts'
import { listRuntimes, refuseToRun, runtimeNamed } from '../tools/runtime-name.ts'
import { closingLine, isKept } from './result.ts'

const USAGE = `bun run chaos [--kills 20] [--events 2000] [--seed 1] [--on-unsure park] [--runtime bun] [--timeout 600] [--verbose]

  --kills     how often the gateway is killed
  --events    how many events are sent, more than there are kills
  --seed      chooses the moments: the same seed, kills and events give the same plan
  --on-unsure what becomes of a delivery of which nobody knows whether it landed: \`park\`, with upstreams that can be asked,
              or \`resend\`, with upstreams that nobody can ask
  --runtime   where the gateway runs: \`bun\`, or \`worker\` (or \`workerd\`), which is killed from outside only
  --timeout   seconds until everything must be delivered or parked
  --verbose   prints the plan, each kill, and what the gateway warns of, to standard error
`

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    events: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    'on-unsure': { type: 'string', default: 'park' },
    runtime: { type: 'string', default: 'bun' },
    timeout: { type: 'string', default: '600' },
    verbose: { type: 'boolean', default: false },
  },
})
const planned = { kills: Number(values.kills), events: Number(values.events), seed: Number(values.seed) }
const timeoutSeconds = Number(values.timeout)
const onUnsure = values['on-unsure']
const RUNTIMES = ['bun', 'worker'] as const
const runtime =
  runtimeNamed(RUNTIMES, values.runtime) ??
  refuseToRun(`chaos: there is no runtime ${values.runtime}, but ${listRuntimes(RUNTIMES)}`)

if (
  !Object.values(planned).every(isWhole) ||
  planned.kills >= planned.events ||
  !(timeoutSeconds > 0) ||
  (onUnsure !== 'park' && onUnsure !== 'resend')
) {
  process.stderr.write(USAGE)
  process.exit(2)
}

const say = (line: string) => void process.stderr.write(`${line}\n`)
const note = values.verbose ? say : () => undefined
planKills({ ...planned, onUnsure, runtime }).forEach((kill, index) => note(`plan ${index + 1}: ${describeKill(kill)}`))

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort())

try {
  const result = await runChaos({ ...planned, onUnsure, runtime, timeoutSeconds, signal: interrupted.signal, note })
  result.problems.forEach(say)
  const { repeated } = result
  if (repeated > 0) {
    say(`${repeated} times datatalks got a contacts.upsert again, which may be repeated: none of these is a duplicate`)
  }
  process.stdout.write(`${closingLine(result)}\n`)
  process.exit(isKept(result, { ...planned, onUnsure }) ? 0 : 1)
} catch (error) {
  say(error instanceof Error ? error.message : 'unknown error')
  process.exit(1)
}

function isWhole(number: number): boolean {
  return Number.isInteger(number) && number >= 0 && number <= 4_294_967_295
}
