import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SIZE = '8m'
const BLOCK = Buffer.alloc(4096, 1)

/** A file system of its own, so small that it can be filled without harm to anybody. */
export interface SmallDisk {
  readonly path: string
  /** Leaves no room for another block. */
  fill(): void
  /** Gives back all that {@link fill} took. */
  free(): void
  remove(): void
}

/** Mounts a small disk in memory; null where this process may not mount. */
export function mountSmallDisk(): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'sluice-disk-'))
  const { exitCode } = run(['mount', '-t', 'tmpfs', '-o', `size=${SIZE}`, 'sluice-test', path])
  if (exitCode !== 0) {
    rmSync(path, { recursive: true })
    return null
  }
  const ballast = join(path, 'ballast')
  return {
    path,
    fill: () => fillUp(ballast),
    free: () => rmSync(ballast, { force: true }),
    remove() {
      const unmounted = run(['umount', path])
      if (unmounted.exitCode !== 0) throw new Error(`cannot unmount ${path}: ${unmounted.stderr.toString()}`)
      rmSync(path, { recursive: true })
    },
  }
}

function run(command: string[]): { readonly exitCode: number; readonly stderr: Buffer } {
  try {
    return Bun.spawnSync(command, { stdout: 'ignore', stderr: 'pipe' })
  } catch (error) {
    // There is no such program.
    return { exitCode: 127, stderr: Buffer.from(error instanceof Error ? error.message : 'unknown error') }
  }
}

function fillUp(file: string): void {
  const descriptor = openSync(file, 'a')
  try {
    for (;;) writeSync(descriptor, BLOCK)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  } finally {
    closeSync(descriptor)
  }
}
