import type { Config } from '../config.ts'
import type { Intake } from '../flow/store.ts'
import type { IntakeAll } from '../flow/store-all.ts'
import type { Lane } from '../flow/lane.ts'
import type { Outbox } from '../flow/lease.ts'
import { allowOrigins } from '../http/cross-origin.ts'
import { createExchange } from '../http/exchange.ts'
import { limitHead } from '../http/request-limits.ts'
import type { HttpPorts } from '../ports.ts'
import type { StartWarning } from '../start-warnings.ts'
import type { KeyGuard } from './auth.ts'
import { aliasesApi } from './aliases.ts'
import { attemptsApi } from './attempts.ts'
import { createApi } from './create-api.ts'
import { createOnce } from './idempotent.ts'
import { deliveriesApi } from './deliveries.ts'
import { destinationsApi } from './destinations.ts'
import { eventsApi } from './events.ts'
import { healthApi } from './health.ts'
import { jobsApi } from './jobs.ts'
import { keysApi } from './keys.ts'
import { passthroughApi } from './passthrough/api.ts'
import { loadsApi } from './passthrough/loads.ts'
import { previewApi } from './preview.ts'
import { streamApi } from './stream.ts'

/** What the HTTP surface needs of what delivers, which may be in another process. */
export interface HttpParts {
  readonly intake: Intake
  readonly intakeAll: IntakeAll
  readonly lanes: readonly Pick<Lane, 'name' | 'kind' | 'callbacks' | 'policy'>[]
  readonly outbox: Pick<Outbox, 'wake' | 'wakeChore' | 'gate' | 'pause' | 'resume' | 'test' | 'call'>
}

/** Composes what programs and operators call, one file for each resource. */
export function composeApi(
  config: Config,
  ports: HttpPorts,
  { intake, lanes, outbox }: HttpParts,
  guard: KeyGuard,
  warnings: readonly StartWarning[],
) {
  const app = createApi()
  app.use(createExchange(ports))
  // Before any route, and so around the answers to what has none and to who has no key.
  if (config.origins !== undefined) app.use('/v1/*', allowOrigins(config.origins))
  app.use(limitHead)
  const once = createOnce(ports)
  return app
    .route('/', eventsApi(config, ports, outbox, guard, once))
    .route('/', deliveriesApi(ports, outbox, guard, once))
    .route('/', attemptsApi(ports, guard))
    .route('/', streamApi(config, ports, guard))
    .route('/', jobsApi(ports, outbox, guard, once))
    .route('/', destinationsApi(config, ports, outbox, guard, once))
    .route('/', aliasesApi(config, ports, guard, once))
    .route('/', keysApi(config, ports, guard, once))
    .route('/', previewApi(config, ports, guard))
    .route('/', passthroughApi(config, ports, { intake, outbox }, guard, once))
    .route('/', loadsApi(ports, lanes, guard))
    .route('/', healthApi(ports, warnings))
}

/**
 * The API as its types: `hc<GatewayApi>(url)` of `hono/client` knows every path, what it takes and what it answers.
 *
 * @see https://hono.dev/docs/guides/rpc
 */
export type GatewayApi = ReturnType<typeof composeApi>
