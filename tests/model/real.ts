import { resolve } from 'node:path'
import { loadConfig, SANDBOX_KEYS } from '@sluice/gateway/bun'
import { createSqliteStore, type Store } from '@sluice/gateway/store'
import { createWorld, type World } from '../world/world.ts'
import { createDeath, type Death } from './death.ts'
import type { SetupName } from './setups.ts'
import { configOf } from './sluice.config.ts'

const config = await loadConfig(resolve(import.meta.dirname, 'sluice.config.ts'))

const WHY = 'the model says so'

/** The gateway with its real store and clients, on a clock of its own; and a death that can be planned for it. */
export interface Real {
  readonly world: World
  readonly death: Death
  /** The store by itself: it belongs to no process, and so dies with none. */
  readonly store: Store
  readonly alive: () => boolean
  /** The time, or when it died. */
  readonly livedUntilMs: () => number
  readonly kill: () => void
  readonly restart: (setup: SetupName) => Promise<void>
  /** Posts an event; null when the process died before it answered. */
  readonly post: (body: unknown, key: string) => Promise<Response | null>
  readonly acknowledge: (id: string) => Promise<Response | null>
  readonly resolve: (id: string, as: string) => Promise<Response | null>
}

/**
 * Starts the gateway.
 *
 * @param databasePath - File of its database, or `:memory:`.
 */
export async function startReal(databasePath: string): Promise<Real> {
  let diedAtMs: number | null = null
  const kill = (): void => {
    diedAtMs = world.nowMs()
    world.kill()
  }
  const death = createDeath(kill)
  const world: World = await createWorld({ config, databasePath, adapt: death.adapt })

  const store = createSqliteStore({ database: world.database, newId: (prefix) => prefix, defer: setImmediate })

  /** A dead process answers nobody: then its death is the answer. */
  const orDeath = async (work: () => Promise<Response>): Promise<Response | null> => {
    const answer = await Promise.race([work(), death.next()])
    await world.settle()
    return answer
  }
  const operate = (id: string, verb: string, body: unknown): Promise<Response | null> =>
    orDeath(() =>
      world.request(`/v1/deliveries/${id}/${verb}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SANDBOX_KEYS.SLUICE_ADMIN_TOKEN}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    )
  return {
    world,
    store,
    death,
    kill,
    alive: () => diedAtMs === null,
    livedUntilMs: () => diedAtMs ?? world.nowMs(),
    async restart(setup) {
      await world.restart(configOf(setup))
      diedAtMs = null
    },
    post: (body, key) => orDeath(() => world.post('contacts', body, { 'idempotency-key': key })),
    resolve: (id, as) => operate(id, 'resolve', { as, why: WHY }),
    acknowledge: (id) => operate(id, 'acknowledge', { why: WHY }),
  }
}
