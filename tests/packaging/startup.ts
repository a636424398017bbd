import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median } from '../bench/statistics.ts'
import { startWorkerd } from '../runtime/workerd.ts'
import { builtWorker } from '../tools/built-worker.ts'

/** The most CPU that the Worker may take to start, in milliseconds. The platform allows a second. */
export const MAX_STARTUP_MS = 50
const CONFIG = join(import.meta.dirname, '../../sluice.config.ts')
const EMPTY = `import { DurableObject } from 'cloudflare:workers'
export class OutboxShard extends DurableObject {}
export class DestinationGate extends DurableObject {}
export class Control extends DurableObject {}
export default { fetch: () => new Response() }`
const ROUNDS = 7

/**
 * Measures the CPU that workerd takes to load the Worker, beyond what an empty Worker takes: in milliseconds, the median of several
 * starts in turn. Null where the system does not tell.
 */
export async function measureStartup(): Promise<number | null> {
  if (process.platform !== 'linux') return null
  const folder = mkdtempSync(join(tmpdir(), 'sluice-startup-'))
  try {
    const ours = await builtWorker({ configPath: CONFIG })
    const empty = join(folder, 'empty.js')
    await Bun.write(empty, EMPTY)
    const extraMs: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      extraMs.push((await cpuOfStart(ours, folder)) - (await cpuOfStart(empty, folder)))
    }
    return median(extraMs)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function cpuOfStart(workerPath: string, folder: string): Promise<number> {
  const workerd = await startWorkerd({ workerPath, storagePath: join(folder, 'storage'), port: 0, environment: {} })
  try {
    return cpuMs(workerd.pid)
  } finally {
    await workerd.kill()
  }
}

/** Time on a CPU of the thread that runs the Worker, in nanoseconds: the first figure of its `schedstat`. */
function cpuMs(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1_000_000
}
