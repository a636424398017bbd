export { type App, createApp } from './app.ts'
export {
  type ApiKey,
  type BatchRules,
  buildConfig,
  type Config,
  type ConfigFile,
  type ConfigInput,
  defineConfig,
  type Handling,
  type OnMappingFault,
  type OnUnsure,
  type Route,
  route,
  type Scope,
  type Settings,
  type Source,
  source,
} from './config.ts'
export { contactnow } from './destinations/contactnow.ts'
export { danaconnect } from './destinations/danaconnect.ts'
export { datatalks } from './destinations/datatalks.ts'
export { sluice } from './destinations/sluice.ts'
export { type JsonSchema, jsonSchema } from './json-schema/json-schema.ts'
export { bearer } from './sources/bearer.ts'
export { standardWebhooks } from './sources/standard-webhooks.ts'
export type { Ports } from './ports.ts'
export { readFixedEgress, type StartWarning, startWarnings } from './start-warnings.ts'
export { RETRY_DELAYS_SECONDS } from './flow/retry.ts'
export { DELIVERY_STATES, type DeliveryState, type Outcome, OUTCOMES, type Store } from './store/port.ts'
/** The zod that the gateway checks with, so that a configuration file needs no dependency of its own. */
export { z } from 'zod'
