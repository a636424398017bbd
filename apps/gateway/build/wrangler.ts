import { existsSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, 'wrangler')
const ROOT = join(import.meta.dirname, '../../..')

/**
 * Starts the pinned wrangler with the pinned Node, since it refuses Node below 22. Both are installed where they are not there
 * yet.
 *
 * @param options.leads - Whether it leads a process group of its own, by which it can be ended with its children: it does not
 * always end them itself. It then cannot ask anything at the terminal.
 * @throws Error they cannot be installed.
 */
export function startWrangler(
  args: readonly string[],
  { leads = true }: { readonly leads?: boolean } = {},
): ReturnType<typeof Bun.spawn> {
  install()
  const bin = join(FOLDER, 'node_modules/.bin')
  return Bun.spawn([join(bin, 'node'), join(FOLDER, 'node_modules/wrangler/bin/wrangler.js'), ...args], {
    cwd: ROOT,
    stdin: 'inherit',
    stdout: 'inherit',
    stderr: 'inherit',
    detached: leads,
    env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, WRANGLER_SEND_METRICS: 'false' },
  })
}

function install(): void {
  if (existsSync(join(FOLDER, 'node_modules/.bin/node')) && existsSync(join(FOLDER, 'node_modules/wrangler'))) return
  const { success } = Bun.spawnSync([process.execPath, 'install', '--frozen-lockfile'], {
    cwd: FOLDER,
    stdout: 'inherit',
    stderr: 'inherit',
  })
  if (!success) throw new Error('wrangler cannot be installed')
}
