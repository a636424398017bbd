import type { Issue } from '@sluice/errors'
import type { Config, NamedRoute } from '../config.ts'
import { BY_HAND } from './by-hand.ts'
import { ExpressionError } from '../expression/expression-error.ts'
import type { NewId } from '../ports.ts'
import { RequestError } from '../problem.ts'
import type { Gather, Json, NewDelivery } from '../store/port.ts'
import { issuesOf } from './validate.ts'

/** A source of the configuration, with its routes. */
export type ConfiguredSource = Config['sources'] extends ReadonlyMap<string, infer Found> ? Found : never

/** Why a route has no payload for an event. Nothing in it quotes the event. */
export interface MappingFault {
  readonly code: 'MAPPING_FAILED' | 'PAYLOAD_INVALID' | 'PAYLOAD_TOO_LARGE'
  /** What is wrong, and where in the payload; the path is empty for the whole of it. */
  readonly issues: readonly Issue[]
}

/** What an event is to a route that it matches. */
export interface MappedRoute {
  readonly route: NamedRoute
  /** Id of the delivery, which also stands in the payload where the route has a marker. */
  readonly id: string
  readonly payload: Json
  readonly fault: MappingFault | null
  readonly orderingKey: string | null
  readonly gather: Gather | null
}

/**
 * Turns an event's data into one delivery for each route that matches.
 *
 * A mapping that fails, or yields a payload that the operation does not take, makes a dead delivery that says where: the
 * sender did nothing wrong and the event is not lost.
 *
 * @throws RequestError `MAPPING_REFUSED` where the source wants such an event refused.
 */
export async function map(source: ConfiguredSource, data: unknown, newId: NewId): Promise<readonly NewDelivery[]> {
  const mapped = await mapRoutes(source, data, newId)
  if (source.onMappingFault === 'refuse') refuseFaults(mapped)
  return mapped.map(({ route: { name, destinationName, operation }, id, payload, fault, orderingKey, gather }) => ({
    id,
    route: name,
    destination: destinationName,
    operation,
    payload,
    orderingKey,
    gather,
    reason: fault === null ? null : { code: fault.code, detail: `Route ${name}: ${describeIssues(fault)}` },
  }))
}

/** Maps an event's data by each route that matches. */
export async function mapRoutes(
  { routes, maxPayloadBytes }: Pick<ConfiguredSource, 'routes' | 'maxPayloadBytes'>,
  data: unknown,
  newId: NewId,
): Promise<readonly MappedRoute[]> {
  const matching: MappedRoute[] = []
  for (const route of routes) {
    const mapped = await mapRoute(route, data)
    if (mapped === null) continue
    const id = newId('dlv')
    const { orderingKey } = mapped
    const payload = mapped.fault === null ? mark(route, mapped.payload, id) : null
    const gather = mapped.fault === null ? gatherOf(route, payload) : null
    const fault = mapped.fault ?? sizeFault({ payload, orderingKey, gather }, maxPayloadBytes)
    if (fault === null) matching.push({ route, id, payload, fault, orderingKey, gather })
    else matching.push({ route, id, payload: null, fault, orderingKey: null, gather: null })
  }
  return matching
}

/** Says that what a route made would not fit into a row; null where it does, and where rows have no such limit. */
function sizeFault(
  made: Pick<MappedRoute, 'payload' | 'orderingKey' | 'gather'>,
  maxBytes: number | undefined,
): MappingFault | null {
  if (maxBytes === undefined) return null
  const text = JSON.stringify(made)
  const message = `takes more than the ${maxBytes} bytes that can be stored`
  return text.length * MAX_BYTES_OF_A_UNIT <= maxBytes || new TextEncoder().encode(text).byteLength <= maxBytes
    ? null
    : { code: 'PAYLOAD_TOO_LARGE', issues: [{ path: '', message }] }
}

/** Of a unit of UTF-16 in UTF-8. */
const MAX_BYTES_OF_A_UNIT = 3

function refuseFaults(mapped: readonly MappedRoute[]): void {
  const issues = mapped.flatMap(({ route, fault }) =>
    (fault?.issues ?? []).map(({ path, message }) => ({ path, message: `${placeOf(route)}: ${message}` })),
  )
  if (issues.length > 0) throw new RequestError('MAPPING_REFUSED', issues)
}

/** What was asked for by hand has no route that anybody gave a name. */
function placeOf({ name, destinationName, operation }: NamedRoute): string {
  return name.startsWith(`${BY_HAND}.`) ? `${operation} of ${destinationName}` : `Route ${name}`
}

/** Writes what is wrong in one line. */
export function describeIssues({ issues }: MappingFault): string {
  return issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ')
}

/** Says with what an event has to be kept together: what its source names, or else its idempotency key. */
export async function shardKeyOf(
  { shardKey }: ConfiguredSource,
  data: unknown,
  idempotencyKey: string | null,
): Promise<string | null> {
  if (shardKey === null) return idempotencyKey
  try {
    return (await shardKey.evaluate(data)) ?? idempotencyKey
  } catch {
    // A route that keeps the order by the same rule fails in the same way, and says so.
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

/** Maps by one route; null where it does not match. A function answers at once, and only an expression is waited for. */
async function mapRoute(
  route: NamedRoute,
  data: unknown,
): Promise<Pick<MappedRoute, 'payload' | 'fault' | 'orderingKey'> | null> {
  let part = 'condition'
  let yielded: unknown
  let orderingKey: string | null = null
  try {
    const matches = route.when(data)
    if (!(matches instanceof Promise ? await matches : matches)) return null
    part = 'mapping'
    yielded = route.map(data)
    if (yielded instanceof Promise) yielded = await yielded
    part = 'ordering key'
    const key = route.orderingKey?.(data) ?? null
    orderingKey = key instanceof Promise ? await key : key
  } catch (error) {
    // What a function throws may quote the contact, so only the fact is kept; an expression says what it may.
    const words = error instanceof ExpressionError ? `failed: ${error.reason}` : 'threw'
    const fault = { code: 'MAPPING_FAILED', issues: [{ path: '', message: `the ${part} ${words}` }] } as const
    return { payload: null, fault, orderingKey: null }
  }
  const checked = route.destination.operations[route.operation]?.payload.safeParse(yielded)
  if (checked?.success === true) return { payload: checked.data as Json, fault: null, orderingKey }
  return {
    payload: null,
    fault: { code: 'PAYLOAD_INVALID', issues: checked === undefined ? [] : issuesOf(checked.error) },
    orderingKey: null,
  }
}
