import { toolPath } from '../tools/install.ts'
import { type Bundle, ROOT } from './packages.ts'
import type { Sizes } from './sizes.ts'

/** Bundles what a program imports three times, and measures what comes out. */
export function measure(measured: Bundle): Sizes {
  return {
    own: bundledBytes(measured, '--packages=external'),
    withLibrary: bundledBytes(measured, '--external:@sluice/*'),
    whole: bundledBytes(measured),
  }
}

function bundledBytes({ name, files }: Bundle, ...options: readonly string[]): number {
  const program = files.map((file) => `export * from ${JSON.stringify(file)}\n`).join('')
  const { success, stdout } = Bun.spawnSync(
    [toolPath('esbuild'), '--bundle', '--minify', '--format=esm', '--target=es2023', ...options],
    { cwd: ROOT, stdin: new TextEncoder().encode(program), stderr: 'inherit' },
  )
  if (!success) throw new Error(`packaging: ${name} cannot be bundled`)
  return Bun.gzipSync(new Uint8Array(stdout), { level: 9 }).byteLength
}
