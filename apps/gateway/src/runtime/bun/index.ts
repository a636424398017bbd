import { openDataFolder as open } from '../process/data-folder.ts'
import { type Gateway, type GatewayOptions, startGateway as start } from '../process/gateway.ts'
import type { SqliteFile } from '../process/process-runtime.ts'
import { BUN } from './runtime.ts'

export type { Gateway, GatewayOptions } from '../process/gateway.ts'
export { loadConfig } from '../process/load-config.ts'
export { SANDBOX_KEYS, sandboxEnvironment } from '../process/sandbox-environment.ts'
export { type Sandbox, startSandbox } from '../process/sandbox-server.ts'
export { StartError } from '../process/start-error.ts'
export { openSqlite } from './sqlite.ts'

/**
 * Opens the database of a data folder, in which one process works at a time.
 *
 * @throws StartError the folder cannot be written, another process works in it, or the file is no database.
 */
export const openDataFolder = (path: string): SqliteFile => open(BUN.openSqlite, path)

/**
 * Starts the gateway on Bun.
 *
 * @throws ConfigError `CONFIG_INVALID` with every fault of the configuration.
 * @throws StartError the data folder cannot be used, or the port is taken.
 */
export const startGateway = (options: GatewayOptions): Promise<Gateway> => start(BUN, options)
