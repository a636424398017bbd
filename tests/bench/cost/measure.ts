import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleWorker } from '@sluice/gateway/build'
import { type Column, costTable, withCostTable } from './cloudflare-cost.ts'
import { throughputText } from './cloudflare-cost.ts'
import { play, type Scenario } from './scenario.ts'
import { throughput } from './throughput.ts'

const ROOT = join(import.meta.dirname, '../../..')
const DOCUMENT = join(ROOT, 'docs/cloudflare.md')

/** In the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  { name: 'one at a time', shards: 1, events: 20, perSecond: null },
  { name: '20 a second, 1 shard', shards: 1, events: 300, perSecond: 20 },
  { name: '20 a second, 8 shards', shards: 8, events: 300, perSecond: 20 },
]

/** Bundles the Worker that counts, with the configuration that this repository ships, and returns its path. */
export function bundleCountingWorker(folder: string): Promise<string> {
  return bundleWorker({
    configPath: join(ROOT, 'sluice.config.ts'),
    mainPath: join(import.meta.dirname, 'counting-worker.ts'),
    folder,
  })
}

/**
 * Measures what an event with three deliveries takes in a local workerd, and writes it into `docs/cloudflare.md`.
 *
 * @throws Error an event was not accepted, or not delivered at the first try.
 */
export async function benchCost(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-cost-'))
  try {
    const workerPath = await bundleCountingWorker(folder)
    const columns: Column[] = []
    for (const scenario of SCENARIOS) columns.push({ name: scenario.name, perEvent: await play(scenario, workerPath) })
    const perSecond = throughputText(await throughput(1, workerPath), await throughput(8, workerPath))
    const table = `${costTable(columns)}\n\n${perSecond}`
    await Bun.write(DOCUMENT, withCostTable(await Bun.file(DOCUMENT).text(), table))
    process.stdout.write(`${table}\n\nwritten into docs/cloudflare.md\n`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
