import { parseArgs } from 'node:util'
import { DRIVERS } from '../runtime/drivers.ts'
import { installTools } from '../tools/install.ts'
import { reportLines } from './report.ts'
import { fuzzApi } from './run.ts'
import { setStage } from './stage.ts'

const USAGE = `bun run fuzz:api [--seconds 60] [--seed 1] [--runtime bun,workerd] [--verbose]

Sends generated requests, valid and not, for every operation of the document to a gateway with a sandbox, and looks for a
reply that the document does not have: its status, media type, headers, members, the code of its problem; for a failure of
the gateway itself; for an operation that never succeeded.

  --seconds   for each runtime
  --seed      the same seed makes the same choices
  --runtime   only on these: bun, deno, workerd
  --verbose   shows how often each operation answered with each status
`

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    runtime: { type: 'string', default: 'bun,workerd' },
    verbose: { type: 'boolean', default: false },
  },
})
const [seconds, seed] = [Number(values.seconds), Number(values.seed)]
const names = values.runtime.split(',')
const drivers = DRIVERS.filter(({ name }) => names.includes(name))
if (!(seconds > 0) || !Number.isSafeInteger(seed) || drivers.length !== names.length) {
  process.stderr.write(USAGE)
  process.exit(2)
}

installTools()
let isFine = true
for (const driver of drivers) {
  const stage = await setStage(driver)
  const report = await fuzzApi(stage.target, { seed, seconds })
  await stage.close()
  const { text, ok } = reportLines(driver.name, seed, report, values.verbose)
  process.stdout.write(text)
  isFine &&= ok
}
process.exit(isFine ? 0 : 1)
