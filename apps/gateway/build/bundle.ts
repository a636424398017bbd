import { join } from 'node:path'
import type { BunPlugin } from 'bun'

const MAIN = join(import.meta.dirname, '../src/runtime/worker/main.ts')
/** What the code calls the configuration file that it is built with. */
const CONFIG = 'sluice-config'

export interface BundleOptions {
  /** The configuration that goes into the Worker. */
  readonly configPath: string
  /** Where `worker.js` is written. */
  readonly folder: string
}

/**
 * Bundles the Worker with a configuration into one file: what `wrangler` uploads, and what the tests run.
 *
 * @returns the path of the file.
 * @throws AggregateError it cannot be bundled.
 */
export async function bundleWorker({ configPath, folder }: BundleOptions): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [MAIN],
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
  return output.path
}

function configurationFrom(configPath: string): BunPlugin {
  return {
    name: 'configuration',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${CONFIG}$`) }, () => ({ path: configPath }))
    },
  }
}

/** The words of zod's errors in some fifty languages: a namespace names them, so no bundler leaves them out. */
const LOCALES = /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/
/** Its own small form is two thirds of what a bundler makes of it. */
const JSONATA = /[/\\]jsonata[/\\]jsonata\.js$/

const smaller: BunPlugin = {
  name: 'smaller',
  setup(build) {
    build.onLoad({ filter: LOCALES }, () => ({ contents: `export { default as en } from './en.js'`, loader: 'js' }))
    build.onLoad({ filter: JSONATA }, async ({ path }) => ({
      contents: await Bun.file(path.replace(/\.js$/, '.min.js')).text(),
      loader: 'js',
    }))
  },
}
