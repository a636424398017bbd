import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const FOLDER = import.meta.dirname

/** How long a first installation may take: some hundred megabytes. */
export const INSTALL_MS = 300_000

/**
 * Installs the programs of this folder where they are not there yet, as its lockfile says.
 *
 * @throws Error the installation failed.
 */
export function installTools(): void {
  if (isInstalled()) return
  const { success } = Bun.spawnSync([process.execPath, 'install', '--frozen-lockfile'], {
    cwd: FOLDER,
    stdout: 'inherit',
    stderr: 'inherit',
  })
  if (!success) throw new Error('tests/tools: bun install failed')
}

/** Tells whether each program is there in the version that is asked for: an older commit may have installed others. */
function isInstalled(): boolean {
  const { dependencies = {} } = readManifest(join(FOLDER, 'package.json'))
  return Object.entries(dependencies).every(([name, version]) => {
    const manifest = join(FOLDER, 'node_modules', name, 'package.json')
    return existsSync(manifest) && readManifest(manifest).version === version
  })
}

function readManifest(file: string) {
  return JSON.parse(readFileSync(file, 'utf8')) as {
    readonly version?: string
    readonly dependencies?: Readonly<Record<string, string>>
  }
}

/** Returns the path of a program that {@link installTools} has installed. */
export function toolPath(name: string): string {
  return join(FOLDER, 'node_modules/.bin', name)
}

/**
 * Returns the path of a file in a package that {@link installTools} has installed: of a program itself, say, where what
 * lies under its name is a script that starts it, because a signal would end the script alone.
 */
export function toolFile(path: string): string {
  return join(FOLDER, 'node_modules', path)
}

/** Returns the file of a package that {@link installTools} has installed. */
export function toolModule(name: string): string {
  return createRequire(join(FOLDER, 'package.json')).resolve(name)
}
