import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleWorker, foreignCode, measure } from '@sluice/gateway/build'

const CONFIG = join(import.meta.dirname, '../../sluice.config.ts')

/** What the Worker takes with the shipped configuration, and what of another runtime is in it. */
export async function measureWorker(): Promise<{ readonly gzipBytes: number; readonly foreign: readonly string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-size-'))
  try {
    const path = await bundleWorker({ configPath: CONFIG, folder })
    return { gzipBytes: (await measure(path)).gzipBytes, foreign: await foreignCode(path) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
