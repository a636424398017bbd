import type { Config } from '../config.ts'
import type { Intake } from '../flow/store.ts'
import type { Lane } from '../flow/lane.ts'
import type { Outbox } from '../flow/lease.ts'
import type { HttpPorts } from '../ports.ts'
import type { StartWarning } from '../start-warnings.ts'
import type { KeyGuard } from './auth.ts'
import { attemptsApi } from './attempts.ts'
import { createApi } from './create-api.ts'
import { deliveriesApi } from './deliveries.ts'
import { destinationsApi } from './destinations.ts'
import { eventsApi } from './events.ts'
import { healthApi } from './health.ts'
import { jobsApi } from './jobs.ts'
import { previewApi } from './preview.ts'
import { streamApi } from './stream.ts'

/** What the HTTP surface needs of what delivers, which may be in another process. */
export interface HttpParts {
  readonly intake: Intake
  readonly lanes: readonly Pick<Lane, 'name' | 'kind' | 'callbacks' | 'policy'>[]
  readonly outbox: Pick<Outbox, 'wake' | 'wakeChore' | 'gate' | 'pause' | 'resume' | 'test'>
}

/** Composes what programs and operators call, one file for each resource. */
export function composeApi(
  config: Config,
  ports: HttpPorts,
  { outbox }: Pick<HttpParts, 'outbox'>,
  guard: KeyGuard,
  warnings: readonly StartWarning[],
) {
  return createApi()
    .route('/', eventsApi(config, ports, outbox, guard))
    .route('/', deliveriesApi(ports, outbox, guard))
    .route('/', attemptsApi(ports, guard))
    .route('/', streamApi(ports, guard))
    .route('/', jobsApi(ports, outbox, guard))
    .route('/', destinationsApi(config, ports, outbox, guard))
    .route('/', previewApi(config, ports, guard))
    .route('/', healthApi(ports, warnings))
}

/**
 * The API as its types: `hc<GatewayApi>(url)` of `hono/client` knows every path, what it takes and what it answers.
 *
 * @see https://hono.dev/docs/guides/rpc
 */
export type GatewayApi = ReturnType<typeof composeApi>
