import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { toolPath } from '../tools/install.ts'
import { type Package, ROOT, withSiblings } from './packages.ts'
import { readmeExample } from './readme-example.ts'
import { runToOutput } from './run-command.ts'

/** Options with which a program of today is type-checked. */
const CONSUMER = {
  module: 'nodenext',
  target: 'es2023',
  lib: ['ES2023', 'DOM', 'DOM.Iterable'],
  types: [],
  strict: true,
}

/** Packs what was built, as it would be published. @returns Path of the tarball. */
export async function pack({ path }: Package, into: string): Promise<string> {
  const output = await runToOutput(['npm', 'pack', '--json', '--pack-destination', into], join(path, 'dist'))
  const [{ filename }]: [{ filename: string }] = JSON.parse(output)
  return join(into, filename)
}

/** Lets publint look at the tarball; suggestions count as faults. */
export async function lintPackage(tarball: string, cwd: string): Promise<void> {
  const words = await runToOutput([toolPath('node'), toolPath('publint'), tarball, '--strict'], cwd)
  if (!words.includes('All good!')) throw new Error(words)
}

/** Resolves the types of the tarball as the compilers of its users do. */
export async function checkTypesResolve(tarball: string, cwd: string): Promise<void> {
  await runToOutput([toolPath('node'), toolPath('attw'), tarball, '--profile', 'esm-only'], cwd)
}

/**
 * Installs a package in an empty folder: from the tarballs what this repository publishes, from the registry the rest.
 *
 * @returns The folder.
 */
export async function install(
  installed: Package,
  all: readonly Package[],
  tarballs: ReadonlyMap<Package, string>,
  into: string,
): Promise<string> {
  const folder = join(into, installed.folder)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }))
  const files = withSiblings(installed, all).map((sibling) => tarballs.get(sibling) ?? sibling.manifest.name)
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline']
  await runToOutput(['npm', 'install', ...quiet, ...files], folder)
  return folder
}

/** Runs the example of the README with the machine's Node, and compares what it prints with what the README says. */
export async function runExample({ readme }: Package, folder: string): Promise<void> {
  const { code, output } = readmeExample(readme)
  writeFileSync(join(folder, 'example.mjs'), new Bun.Transpiler({ loader: 'ts' }).transformSync(code))
  const printed = await runToOutput(['node', 'example.mjs'], folder)
  if (printed !== output) throw new Error(`the README says that its example prints\n${output}and it prints\n${printed}`)
}

/** Compiles the example of the README against the declarations that were installed. */
export async function compileExample({ readme }: Package, folder: string): Promise<void> {
  writeFileSync(join(folder, 'example.ts'), readmeExample(readme).code)
  const options = { ...CONSUMER, noEmit: true }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['example.ts'] }))
  await runToOutput([join(ROOT, 'node_modules/.bin/tsc'), '-p', 'tsconfig.json'], folder)
}
