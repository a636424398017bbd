import { join } from 'node:path'
import { installTools, toolPath } from '../tools/install.ts'

const ROOT = join(import.meta.dirname, '../..')
const MAIN = join(ROOT, 'apps/gateway/src/runtime/worker/main.ts')

/**
 * Bundles the Worker with a configuration file, as `wrangler` does.
 *
 * @param configPath - What takes the place of `sluice.config.ts`.
 * @param into - The file that is written.
 * @throws Error it cannot be bundled.
 */
export async function bundleWorker(configPath: string, into: string): Promise<void> {
  installTools()
  const child = Bun.spawn(
    [
      toolPath('esbuild'),
      MAIN,
      '--bundle',
      '--format=esm',
      '--target=es2024',
      '--platform=browser',
      '--conditions=workerd,worker,browser,import',
      '--external:cloudflare:*',
      '--log-level=warning',
      `--alias:sluice-config=${configPath}`,
      `--outfile=${into}`,
    ],
    { stdin: 'ignore', stdout: 'inherit', stderr: 'inherit', cwd: ROOT },
  )
  if ((await child.exited) !== 0) throw new Error('the Worker cannot be bundled')
}
