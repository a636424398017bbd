import type { Config, NamedRoute } from '../config.ts'
import type { NewId } from '../ports.ts'
import type { Gather, Json, NewDelivery } from '../store/port.ts'
import { issuesOf } from './validate.ts'

type ConfiguredSource = Config['sources'] extends ReadonlyMap<string, infer Found> ? Found : never

/**
 * Turns an event's data into one delivery for each route that matches.
 *
 * A mapping that fails, or yields a payload that the operation does not take, makes a dead delivery that says where: the
 * sender did nothing wrong and the event is not lost.
 */
export function map(source: ConfiguredSource, data: unknown, newId: NewId): readonly NewDelivery[] {
  return source.routes.flatMap((route) => {
    const mapped = mapRoute(route, data)
    if (mapped === null) return []
    const { name, destinationName, operation } = route
    const { reason, orderingKey } = mapped
    const id = newId('dlv')
    const payload = reason === null ? mark(route, mapped.payload, id) : mapped.payload
    const gather = reason === null ? gatherOf(route, payload) : null
    return [{ id, route: name, destination: destinationName, operation, payload, reason, orderingKey, gather }]
  })
}

/** Says with what an event has to be kept together: what its source names, or else its idempotency key. */
export function shardKeyOf(
  { shardKey }: ConfiguredSource,
  data: unknown,
  idempotencyKey: string | null,
): string | null {
  try {
    return shardKey?.(data) ?? idempotencyKey
  } catch {
    // A route that keeps the order by this very function fails in the same way, and says so.
    return idempotencyKey
  }
}

/** Puts the delivery's id where the upstream keeps it, if the route says where. */
function mark({ destination, operation, marker }: NamedRoute, payload: Json, id: string): Json {
  const readBack = destination.operations[operation]?.readBack
  return marker === null || readBack === undefined ? payload : readBack.mark(payload, marker, id)
}

/** Says with which deliveries one may share its call. */
function gatherOf({ destination, operation }: NamedRoute, payload: Json): Gather | null {
  const batching = destination.operations[operation]?.batching
  return batching === undefined ? null : { key: `${operation} ${batching.key(payload)}`, ...destination.batches }
}

type Mapped = Pick<NewDelivery, 'payload' | 'reason' | 'orderingKey'>

function mapRoute(route: NamedRoute, data: unknown): Mapped | null {
  let yielded: unknown
  let orderingKey: string | null = null
  try {
    if (!route.when(data)) return null
    yielded = route.map(data)
    orderingKey = route.orderingKey?.(data) ?? null
  } catch {
    // What a mapping throws may quote the contact, so only the fact is kept.
    const reason = { code: 'MAPPING_FAILED', detail: `The mapping of route ${route.name} threw.` }
    return { payload: null, reason, orderingKey: null }
  }
  const checked = route.destination.operations[route.operation]?.payload.safeParse(yielded)
  if (checked?.success === true) return { payload: checked.data as Json, reason: null, orderingKey }
  const issues = checked === undefined ? [] : issuesOf(checked.error)
  const where = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
  const reason = { code: 'PAYLOAD_INVALID', detail: `Route ${route.name}: ${where}` }
  return { payload: null, reason, orderingKey: null }
}
