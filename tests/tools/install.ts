import { existsSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = import.meta.dirname

/**
 * Installs the programs of this folder where they are not there yet, as its lockfile says.
 *
 * @throws Error the installation failed.
 */
export function installTools(): void {
  if (existsSync(join(FOLDER, 'node_modules/.bin/esbuild'))) return
  const { success } = Bun.spawnSync([process.execPath, 'install', '--frozen-lockfile'], {
    cwd: FOLDER,
    stdout: 'inherit',
    stderr: 'inherit',
  })
  if (!success) throw new Error('tests/tools: bun install failed')
}

/** Returns the path of a program that {@link installTools} has installed. */
export function toolPath(name: string): string {
  return join(FOLDER, 'node_modules/.bin', name)
}
