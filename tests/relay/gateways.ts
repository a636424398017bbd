import type { Ports } from '@sluice/gateway'
import { type Gateway, loadConfig, startGateway } from '@sluice/gateway/bun'
import { EDGE_CONFIG, edgeSettings, FIXED_CONFIG, fixedSettings } from './settings.ts'

/** A gateway of a pair, and what it logged. */
export interface Started {
  readonly url: string
  readonly gateway: Gateway
  readonly log: readonly string[]
}

interface StartOptions {
  readonly sandboxUrl: string
  readonly dataPath: string
  /** Port to listen on; by default any that is free. */
  readonly port?: number
  readonly settings?: Readonly<Record<string, string>>
  readonly adapt?: (ports: Ports) => Ports
}

/** Starts the gateway that calls ContactNow. */
export function startFixed(options: StartOptions): Promise<Started> {
  return start(FIXED_CONFIG, fixedSettings(options.sandboxUrl, options.settings), options)
}

/** Starts the gateway that senders reach, in this process. */
export function startEdge(options: StartOptions & { readonly fixedUrl: string }): Promise<Started> {
  return start(EDGE_CONFIG, edgeSettings(options.sandboxUrl, options.fixedUrl, options.settings), options)
}

async function start(
  configPath: string,
  environment: Readonly<Record<string, string | undefined>>,
  { sandboxUrl, dataPath, port = 0, adapt = (ports) => ports }: StartOptions,
): Promise<Started> {
  const log: string[] = []
  const gateway = await startGateway({
    configFile: await loadConfig(configPath),
    environment,
    port,
    dataPath,
    sandboxUrl,
    example: null,
    adapt: (ports) =>
      adapt({
        ...ports,
        log: (level, message, fields) => void log.push(JSON.stringify({ level, message, ...fields })),
      }),
  })
  return { url: gateway.url, gateway, log }
}
