import { join } from 'node:path'
import type { BunPlugin } from 'bun'

const MAIN = join(import.meta.dirname, '../src/runtime/worker/main.ts')
/** What the code calls the configuration file that it is built with. */
const CONFIG = 'sluice:config'

export interface BundleOptions {
  /** The configuration that goes into the Worker. */
  readonly configPath: string
  /** Where `worker.js` is written. */
  readonly folder: string
  /** The module that the Worker is made of: the gateway's own by default. */
  readonly mainPath?: string
}

/**
 * Bundles the Worker with a configuration into one file: what `wrangler` uploads, and what the tests run.
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
/**
 * Parts of zod that a namespace names and nothing calls: its compiler, which needs code generation and so cannot run on Workers,
 * and `z.fromJSONSchema`. Whoever calls one is told that it is not there.
 */
const LEFT_OUT = /[/\\]zod[/\\]v4[/\\](?:core[/\\]compile|classic[/\\]from-json-schema)\.js$/
/** Its own small form is smaller than what a bundler makes of it. */
const JSONATA = /[/\\]jsonata[/\\]jsonata\.js$/

const smaller: BunPlugin = {
  name: 'smaller',
  setup(build) {
    build.onLoad({ filter: LOCALES }, () => ({ contents: `export { default as en } from './en.js'`, loader: 'js' }))
    build.onLoad({ filter: LEFT_OUT }, async ({ path }) => ({
      contents: absent(await Bun.file(path).text()),
      loader: 'js',
    }))
    build.onLoad({ filter: JSONATA }, async ({ path }) => ({
      contents: await Bun.file(path.replace(/\.js$/, '.min.js')).text(),
      loader: 'js',
    }))
  },
}

/** Writes a module with the same names, none of which can be called. */
function absent(module: string): string {
  const names = [...module.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(([, name]) => name)
  const exported = names.map((name) => `export const ${name} = notHere\n`).join('')
  return `const notHere = () => { throw new Error('this part of zod is not in the Worker') }\n${exported}`
}
