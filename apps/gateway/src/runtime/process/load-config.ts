import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ConfigFile } from '../../config.ts'
import { StartError } from './start-error.ts'

/**
 * Loads a configuration file.
 *
 * @throws StartError it is not there, cannot be loaded, or does not export what `defineConfig` returns.
 */
export async function loadConfig(path: string): Promise<ConfigFile> {
  const file = resolve(path)
  if (!existsSync(file)) throw new StartError(`there is no configuration file ${file} (SLUICE_CONFIG)`)
  const loaded: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new StartError(`cannot load ${file}: ${error instanceof Error ? error.message : 'unknown error'}`)
  })
  if (isConfigModule(loaded)) return loaded.default
  throw new StartError(`${file} must export as default what defineConfig returns`)
}

function isConfigModule(loaded: unknown): loaded is { readonly default: ConfigFile } {
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded && typeof loaded.default === 'function'
}
