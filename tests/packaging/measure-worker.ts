import { join } from 'node:path'
import { foreignCode, measure } from '@sluice/gateway/build'
import { builtWorker } from '../tools/built-worker.ts'

const CONFIG = join(import.meta.dirname, '../../sluice.config.ts')

/** Builds the Worker with the shipped configuration. */
export const shippedWorker = (): Promise<string> => builtWorker({ configPath: CONFIG })

/** What the Worker takes with the shipped configuration, and what of another runtime is in it. */
export async function measureWorker(): Promise<{ readonly gzipBytes: number; readonly foreign: readonly string[] }> {
  const path = await shippedWorker()
  return { gzipBytes: (await measure(path)).gzipBytes, foreign: await foreignCode(path) }
}
