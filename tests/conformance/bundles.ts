import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = import.meta.dirname

/** Lists what has a suite: packages, by the names of their folders, and the gateway's expressions and sources. */
export function suiteNames(): string[] {
  return readdirSync(join(FOLDER, 'suites'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .toSorted()
}

/** Bundles a suite with the package and all that it imports into one file that any runtime takes. @returns Its path. */
export function bundleSuite(name: string, into: string): Promise<string> {
  return bundle(join(FOLDER, 'suites', `${name}.ts`), into, 'browser')
}

/** Bundles what runs a suite. @returns Its path. */
export function bundleHarness(name: 'process' | 'worker', into: string): Promise<string> {
  return bundle(join(FOLDER, 'harness', `${name}.ts`), into, name === 'process' ? 'node' : 'browser')
}

async function bundle(file: string, into: string, target: 'browser' | 'node'): Promise<string> {
  const built = await Bun.build({ entrypoints: [file], outdir: into, format: 'esm', target, naming: '[name].mjs' })
  const [output] = built.outputs
  if (output === undefined) throw new Error(`conformance: ${file} was not bundled`)
  return output.path
}
