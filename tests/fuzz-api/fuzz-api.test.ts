import { beforeAll, expect, test } from 'bun:test'
import { DRIVERS } from '../runtime/drivers.ts'
import { INSTALL_MS, installTools } from '../tools/install.ts'
import { reportLines } from './report.ts'
import { fuzzApi } from './run.ts'
import { setStage, type Stage } from './stage.ts'

const SEED = 1
const SECONDS = 5
const SLOW_MS = 180_000

beforeAll(() => installTools(), INSTALL_MS)

test.each([['bun'], ['workerd']])(
  '%s answers requests of every kind for every operation as the document says',
  async (name) => {
    const stage = await setStage(driverOf(name))
    const report = await run(stage)
    const { text, ok } = reportLines(name, SEED, report, false)
    expect(ok ? '' : text).toBe('')
    expect(report.requests).toBeGreaterThan(report.operations)
  },
  SLOW_MS,
)

async function run(stage: Stage) {
  try {
    return await fuzzApi(stage.target, { seed: SEED, seconds: SECONDS, untilAllSucceeded: true })
  } finally {
    await stage.close()
  }
}

function driverOf(name: string) {
  const driver = DRIVERS.find((one) => one.name === name)
  if (driver === undefined) throw new Error(`there is no runtime ${name}`)
  return driver
}
