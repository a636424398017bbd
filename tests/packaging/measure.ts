import { join } from 'node:path'
import { toolPath } from '../tools/install.ts'
import type { Package } from './packages.ts'
import type { Sizes } from './sizes.ts'

/** Bundles a package three times, and measures what comes out. */
export function measure(measured: Package): Sizes {
  return {
    own: bundledBytes(measured, '--packages=external'),
    withLibrary: bundledBytes(measured, '--external:@sluice/*'),
    whole: bundledBytes(measured),
  }
}

function bundledBytes({ path, folder }: Package, ...options: readonly string[]): number {
  const { success, stdout } = Bun.spawnSync(
    [
      toolPath('esbuild'),
      join(path, 'src/index.ts'),
      '--bundle',
      '--minify',
      '--format=esm',
      '--target=es2023',
      ...options,
    ],
    { stderr: 'inherit' },
  )
  if (!success) throw new Error(`packaging: ${folder} cannot be bundled`)
  return Bun.gzipSync(new Uint8Array(stdout), { level: 9 }).byteLength
}
