import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleWorker } from '@sluice/gateway/build'
import type { RuntimeDriver } from './driver.ts'
import { startWorkerd, type Workerd } from './workerd.ts'

const CONFIG = join(import.meta.dirname, 'sluice.config.ts')
/** More than one, so that no story holds only where all events lie together. */
const SHARDS = '4'

let bundle: Promise<string> | undefined

/** Bundles the Worker, once for all that this process plays. */
function bundled(): Promise<string> {
  if (bundle !== undefined) return bundle
  const folder = mkdtempSync(join(tmpdir(), 'sluice-worker-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  bundle = bundleWorker({ configPath: CONFIG, folder })
  return bundle
}

/** The driver of Workers: the Worker as it is built, in workerd. */
export const WORKERD: RuntimeDriver = {
  name: 'workerd',
  async start({ port, folder, environment }) {
    const lives: Workerd[] = []
    const begin = async () => {
      const workerPath = await bundled()
      const storagePath = join(folder, 'storage')
      lives.push(await startWorkerd({ workerPath, storagePath, port, environment: { ...environment, SHARDS } }))
    }
    const end = async () => lives.at(-1)?.kill()
    await begin()
    return {
      url: `http://127.0.0.1:${port}`,
      log: () => lives.map((life) => life.output()).join(''),
      // Nobody asks a Worker to end: where it is evicted, whatever it does just stops.
      stop: end,
      kill: end,
      restart: begin,
    }
  },
}
