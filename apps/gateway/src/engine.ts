import type { Config, NamedRoute } from './config.ts'
import type { Fetch } from '@sluice/http-client'
import type { DestinationFactory, DestinationPorts } from './destinations/destination.ts'
import { parkOverdue } from './flow/callback.ts'
import { createGatekeeper, type Gatekeeper } from './flow/gatekeeper.ts'
import { createJobsChore } from './flow/jobs.ts'
import type { Lane } from './flow/lane.ts'
import { type Chore, createOutbox, type Outbox } from './flow/lease.ts'
import type { Policy } from './flow/policy.ts'
import { recover } from './flow/recover.ts'
import { createRetentionChore } from './flow/retention.ts'
import { createIndexChore, INDEX, type Indexing } from './flow/search-index.ts'
import { settleEarly } from './flow/work.ts'
import type { EnginePorts } from './ports.ts'

/** What delivers: the destinations as they are worked, and the outbox that works them. */
export interface Engine {
  readonly lanes: readonly Lane[]
  readonly outbox: Outbox
  /** Has the index brought up to date at the next look at chores, where it only is when asked. */
  readonly askIndex: () => void
}

/** Makes the gatekeeper of a destination. */
export type NewGatekeeper = (name: string, factory: DestinationFactory) => Gatekeeper

/**
 * Composes what delivers, and takes back what an earlier process left unfinished: no other process may work on the store.
 * Nothing is delivered before `outbox.wake()`.
 *
 * @param gatekeepers - Where the gates are kept; by default in this process, which then is the only one to call.
 * @param indexing - When the index is brought up to date where the configuration does not say.
 */
export async function createEngine(
  config: Config,
  ports: EnginePorts,
  gatekeepers?: NewGatekeeper,
  indexing: Indexing = 'steady',
): Promise<Engine> {
  const lanes = createLanes(config, ports, gatekeepers ?? (await ownGatekeepers(ports)))
  await takeBack(lanes, ports)
  const deadlines: Chore = { name: 'deadlines', run: (nowMs) => parkOverdue(ports.store, nowMs) }
  const jobs = createJobsChore(ports.store, (destination) => outbox.wake(destination))
  const retention = createRetentionChore(config.retentionDays, ports.store)
  const index = createIndexChore(config.indexing ?? indexing, ports, () => outbox.wakeChore(INDEX))
  const outbox: Outbox = createOutbox(lanes, ports, [deadlines, jobs, retention, index])
  return { lanes, outbox, askIndex: index.ask }
}

async function ownGatekeepers({ store, nowMs, log }: EnginePorts): Promise<NewGatekeeper> {
  const saved = await store.readGates()
  return (name, { limits, testable }) =>
    createGatekeeper({ name, limits, testable, saved: saved.get(name), nowMs, log })
}

/** What a lane needs from outside. */
type LanePorts = Pick<EnginePorts, 'fetch' | 'nowMs' | 'control'>

/** Makes the lane of each destination. */
export function createLanes(config: Config, ports: LanePorts, gatekeepers: NewGatekeeper): readonly Lane[] {
  const routes = [...config.sources.values()].flatMap((source) => source.routes)
  const byName = new Map(routes.map((route) => [route.name, route]))
  return [...config.destinations].map(([name, factory]) => laneOf(name, factory, gatekeepers(name, factory)))

  function laneOf(name: string, factory: DestinationFactory, gatekeeper: Gatekeeper): Lane {
    return {
      name,
      kind: factory.kind,
      destination: factory.create(portsOf(name, gatekeeper, ports)),
      calls: factory.calls,
      limits: factory.limits,
      gatekeeper,
      batches: factory.batches,
      callbacks: factory.callbacks,
      policy: ({ route, operation, payload }) => {
        const called = factory.operations[operation]
        return {
          ...policyOfRoute(byName.get(route)),
          idempotent: called?.idempotent(payload) === true,
          callbackMs: called?.batching === undefined ? null : (factory.callbacks?.waitMs ?? null),
        }
      },
    }
  }
}

/** Supplies a destination: its requests wait where its gate counts them, and its tokens are where the gate says. */
function portsOf(name: string, { admit, tokens }: Gatekeeper, { fetch, nowMs, control }: LanePorts): DestinationPorts {
  const admitted: Fetch = async (request, init) => {
    await admit?.()
    return fetch(request, init)
  }
  return {
    fetch: admit === undefined ? fetch : admitted,
    nowMs,
    readAlias: (alias) => control.readAlias({ destination: name, alias }),
    ...(tokens === undefined ? {} : { tokens }),
  }
}

/** A route that was taken out of the configuration leaves deliveries behind: those are never sent twice. */
function policyOfRoute(route: NamedRoute | undefined): Pick<Policy, 'onUnsure' | 'marker' | 'settleMs'> {
  const { onUnsure, marker, settleMs } = route ?? { onUnsure: 'park', marker: null, settleMs: 0 }
  return { onUnsure, marker, settleMs }
}

/** What is known of a delivery whose destination is no longer configured. */
const UNKNOWN_DESTINATION: Policy = { ...policyOfRoute(undefined), idempotent: false, callbackMs: null }

/** Takes back what an earlier process left unfinished, and carries out the callbacks that came for it. */
async function takeBack(lanes: readonly Lane[], ports: EnginePorts): Promise<void> {
  const laneOf = (destination: string) => lanes.find(({ name }) => name === destination)
  const { count, destinations, batches } = await recover(
    (delivery) => laneOf(delivery.destination)?.policy(delivery) ?? UNKNOWN_DESTINATION,
    ports,
  )
  if (count > 0) ports.log('warn', 'took back deliveries whose process died', { count })
  for (const name of destinations) await laneOf(name)?.gatekeeper.died?.()
  // A process may die after a batch was recorded and before its callback, which had come already, was carried out.
  for (const { id, destination } of [...batches, ...(await ports.store.batchesToSettle())]) {
    const lane = laneOf(destination)
    if (lane !== undefined) await settleEarly(lane, id, ports)
  }
}
