import { join } from 'node:path'
import { builtWorker } from '../tools/built-worker.ts'
import type { RuntimeDriver } from './driver.ts'
import { startWorkerd, type Workerd } from './workerd.ts'

const CONFIG = join(import.meta.dirname, 'sluice.config.ts')
/** More than one, so that whatever is about several is seen. */
const SHARDS = '3'

/** The driver of the Worker in workerd. Nobody asks an object to end: a stop is as hard as a kill. */
export const workerdDriver: RuntimeDriver = {
  name: 'workerd',
  async start({ port, folder, environment }) {
    const workerPath = await builtWorker({ configPath: CONFIG })
    const lives: Workerd[] = []
    const restart = async () => {
      const storagePath = join(folder, 'objects')
      lives.push(await startWorkerd({ workerPath, storagePath, port, environment: { SHARDS, ...environment } }))
    }
    const kill = async () => {
      await lives.at(-1)?.kill()
    }
    await restart()
    return {
      url: `http://127.0.0.1:${port}`,
      log: () => lives.map((life) => life.output()).join(''),
      stop: kill,
      kill,
      restart,
    }
  },
}
