import { startGateway } from '@sluice/gateway/bun'
import { benchConfig } from './config.ts'

/**
 * The gateway as it is, on the data folder of the first argument, with destinations that never answer: the deliveries are
 * stored, 16 for each destination are in flight, and what is measured is acceptance alone.
 */
const gateway = await startGateway({
  configFile: benchConfig,
  environment: {},
  port: 0,
  dataPath: process.argv[2] ?? '',
  sandboxUrl: null,
  example: null,
  adapt: (ports) => ({ ...ports, fetch: () => new Promise<never>(() => undefined) }),
})
process.stdout.write(`${gateway.url}\n`)
