import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { resolveSync } from 'bun'

/**
 * Loads a library as a package of ours sees it, so that what is measured is the very copy that the package uses.
 *
 * @param owner - Name of the package that depends on it.
 */
export async function loadLibrary<Library>(library: string, owner: string): Promise<Library> {
  const folder = dirname(fileURLToPath(import.meta.resolve(owner)))
  const loaded: Library = await import(resolveSync(library, folder))
  return loaded
}
