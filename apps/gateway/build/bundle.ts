import { join } from 'node:path'
import type { BunPlugin } from 'bun'
import { minify } from 'terser'
import { smaller } from './smaller.ts'

const MAIN = join(import.meta.dirname, '../src/runtime/worker/main.ts')
/** What the code calls the configuration file that it is built with. */
const CONFIG = 'sluice:config'

export interface BundleOptions {
  /** The configuration that goes into the Worker. */
  readonly configPath: string
  /** Where `worker.js` is written, and `assets` beside it. */
  readonly folder: string
  /** The module that the Worker is made of: the gateway's own by default. */
  readonly mainPath?: string
}

/**
 * Bundles the Worker with a configuration into one file, and writes its assets: what `wrangler` uploads, and what the tests run.
 *
 * @returns the path of the file.
 * @throws AggregateError it cannot be bundled.
 */
export async function bundleWorker({ configPath, folder, mainPath = MAIN }: BundleOptions): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [mainPath],
    outdir: folder,
    naming: 'worker.js',
    format: 'esm',
    // As wrangler does it, without which packages bring what they need in Node.
    target: 'browser',
    conditions: ['workerd', 'worker'],
    minify: true,
    external: ['cloudflare:*'],
    plugins: [configurationFrom(configPath), smaller],
  })
  const [output] = outputs
  if (output === undefined) throw new Error('the Worker was not bundled')
  await Bun.write(output.path, await shortened(await output.text()))
  // Loaded only now: see the quirk in `bundle-apart.ts`.
  const { writeAssets } = await import('./assets.ts')
  await writeAssets(join(folder, 'assets'))
  return output.path
}

/** Says the same in less: a twentieth of the compressed size is left to gain after the bundler's own minifier. */
async function shortened(code: string): Promise<string> {
  const result = await minify(code, { module: true, ecma: 2020 })
  if (result.code === undefined) throw new Error('the Worker was not minified')
  return result.code
}

function configurationFrom(configPath: string): BunPlugin {
  return {
    name: 'configuration',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${CONFIG}$`) }, () => ({ path: configPath }))
    },
  }
}
