import { resolve } from 'node:path'
import { toolFile } from './install.ts'

/** Where `@sluice/gateway` is: a configuration file may lie outside every package, and Bun finds it there too. */
const IMPORT_MAP = resolve(import.meta.dirname, '../../apps/gateway/src/runtime/deno/import-map.json')

/**
 * What a gateway may do: reach upstreams, read its configuration, write its data, for which it has to know whose it is and
 * how large the disk is. Nothing is fetched to be run.
 */
const PERMISSIONS = ['--allow-net', '--allow-read', '--allow-write', '--allow-env', '--allow-sys=uid,gid,statfs']
const CLOSED = ['--no-remote', '--no-prompt']

/** The command that runs a file of this repository on Deno, with the packages that Bun installed. */
export function denoCommand(): readonly string[] {
  const packages = ['--no-lock', '--node-modules-dir=manual', `--import-map=${IMPORT_MAP}`]
  return [toolFile('deno/deno'), 'run', '--quiet', ...packages, ...PERMISSIONS, ...CLOSED]
}
