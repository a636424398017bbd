import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../src/runtime/worker/main.ts')
/** What the code calls the configuration file that it is built with. */
const CONFIG = 'sluice-config'
/** The words of errors in some fifty languages: reached through a namespace, so that no bundler leaves them out. */
const LOCALES = /[/\\]zod[/\\]v4[/\\]locales[/\\]index\.js$/

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
    target: 'browser',
    conditions: ['workerd', 'worker'],
    minify: true,
    external: ['cloudflare:*'],
    plugins: [
      {
        name: 'sluice',
        setup(build) {
          build.onResolve({ filter: new RegExp(`^${CONFIG}$`) }, () => ({ path: configPath }))
          build.onLoad({ filter: LOCALES }, () => ({
            contents: `export { default as en } from './en.js'`,
            loader: 'js',
          }))
        },
      },
    ],
  })
  const [output] = outputs
  if (output === undefined) throw new Error('the Worker was not bundled')
  return output.path
}
