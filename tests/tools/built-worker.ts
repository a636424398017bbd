import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BundleOptions, bundleWorker } from '@sluice/gateway/build'

/** What a Worker is made of. */
export type WorkerParts = Omit<BundleOptions, 'folder'>

/** Holds a folder for each process that built a Worker. */
const FOLDERS = join(tmpdir(), 'sluice-built-workers')
const built = new Map<string, Promise<string>>()

/**
 * Builds a Worker, once in this process: all test files run in one, and to build it takes longer than most of them.
 *
 * @returns the path of the file. Whoever uses it leaves it where it is.
 * @throws Error it cannot be bundled.
 */
export function builtWorker({ configPath, mainPath }: WorkerParts): Promise<string> {
  const key = `${configPath} ${mainPath ?? ''}`
  const known = built.get(key)
  if (known !== undefined) return known
  const parts = mainPath === undefined ? { configPath } : { configPath, mainPath }
  const building = bundleWorker({ ...parts, folder: mkdtempSync(join(ownFolder(), 'worker-')) })
  built.set(key, building)
  return building
}

/** `bun test` ends without a word to anybody, so the folders of a process are removed by the next. */
function ownFolder(): string {
  const own = join(FOLDERS, String(process.pid))
  mkdirSync(own, { recursive: true })
  for (const pid of readdirSync(FOLDERS)) {
    if (!isRunning(Number(pid))) rmSync(join(FOLDERS, pid), { recursive: true, force: true })
  }
  return own
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // Of another user: it runs, and its folder is not ours.
    return error instanceof Error && 'code' in error && error.code !== 'ESRCH'
  }
}
