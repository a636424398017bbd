import { join } from 'node:path'
import type { BundleOptions } from './bundle.ts'

/**
 * Bundles the Worker in a process of its own, so that it is the same whoever asks for it.
 *
 * QUIRK bun: in a process that has itself loaded a package, `Bun.build` no longer sees what that package leaves out for
 * browsers, and the Worker then holds 130 kB of stand-ins for modules of Node.
 *
 * @returns the path of the file.
 * @throws Error it cannot be bundled.
 */
export async function bundleWorker({ configPath, folder, mainPath }: BundleOptions): Promise<string> {
  const values = [configPath, folder, ...(mainPath === undefined ? [] : [mainPath])]
  const child = Bun.spawn([process.execPath, join(import.meta.dirname, 'bundle-process.ts'), ...values], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [path, said, exitCode] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
  if (exitCode !== 0) throw new Error(`the Worker cannot be bundled: ${said.trim()}`)
  return path
}
