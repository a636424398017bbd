import { existsSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, 'wrangler')
const ROOT = join(import.meta.dirname, '../../..')

/**
 * What wrangler and its miniflare would call beside what they are asked to: figures of use, reports of errors, the look for an
 * update that comes with the banner, and where in the world this machine is.
 *
 * @see https://developers.cloudflare.com/workers/wrangler/system-environment-variables/ read on 2026-11-25
 */
const NO_CALLS_HOME = {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
}

/**
 * Starts the pinned wrangler with the pinned Node, since it refuses Node below 22. Both are installed where they are not there
 * yet.
 *
 * @param options.leads - Whether it leads a process group of its own, by which it can be ended with its children: it does not
 * always end them itself. It then cannot ask anything at the terminal.
 * @param options.environment - Its environment variables, beside where it finds programs; those of this process by default.
 * @throws Error they cannot be installed.
 */
export function startWrangler(
  args: readonly string[],
  {
    leads = true,
    environment = process.env,
  }: { readonly leads?: boolean; readonly environment?: Readonly<Record<string, string | undefined>> } = {},
): ReturnType<typeof Bun.spawn> {
  install()
  const bin = join(FOLDER, 'node_modules/.bin')
  return Bun.spawn([join(bin, 'node'), join(FOLDER, 'node_modules/wrangler/bin/wrangler.js'), ...args], {
    cwd: ROOT,
    stdin: 'inherit',
    stdout: 'inherit',
    stderr: 'inherit',
    detached: leads,
    env: { ...environment, PATH: `${bin}:${process.env['PATH'] ?? ''}`, ...NO_CALLS_HOME },
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
