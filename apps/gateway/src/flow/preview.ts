import { type Issue, SchemaError, SluiceError, TransportError } from '@sluice/errors'
import type { Fetch } from '@sluice/http-client'
import type { Exchange, RequestDescription } from '@sluice/http-client/observe'
import type { Destination, DestinationFactory } from '../destinations/destination.ts'
import type { NamedRoute } from '../config.ts'
import type { ControlStore } from '../control/port.ts'
import type { Now } from '../ports.ts'
import type { Json } from '../store/port.ts'
import { type ConfiguredSource, type MappedRoute, mapRoutes } from './map.ts'
import { validate } from './validate.ts'

/** Stands where a delivery would have its id: in a marker, or as the id of a message. */
export const PREVIEW_DELIVERY_ID = 'dlv_00000000000000000000000000'
/** Stands where a batch would have its id: in the name of a file. */
const PREVIEW_BATCH_ID = 'bat_00000000000000000000000000'

/** A request as it would be sent, secrets as `{slot}`. */
export interface PreviewedRequest extends RequestDescription {
  readonly purpose: 'delivery' | 'token'
}

/** What a route would make of an event. */
export interface PreviewedRoute {
  readonly route: string
  readonly destination: string
  readonly operation: string
  readonly matched: boolean
  /** Null where the route does not match or cannot map. */
  readonly payload: Json
  /** Why nothing would be sent although the route matches. */
  readonly fault: { readonly code: string; readonly errors: readonly Issue[] } | null
  readonly requests: readonly PreviewedRequest[]
}

/** What a preview needs from outside: nothing by which it could send or change anything. */
export interface PreviewPorts extends Pick<ControlStore, 'readAlias'> {
  readonly nowMs: Now
}

/**
 * Tells what each route of a source would make of a body, without sending or storing anything: it is given no way to do
 * either. Every destination gets a client of its own here, whose `fetch` refuses to send.
 *
 * @throws RequestError, DecodeError, SchemaError as `validate`.
 */
export async function preview(
  source: ConfiguredSource,
  contentType: string | null,
  body: Uint8Array,
  ports: PreviewPorts,
): Promise<readonly PreviewedRoute[]> {
  const { data } = validate(source, contentType, body)
  const mapped = await mapRoutes(source, data, () => PREVIEW_DELIVERY_ID)
  const byRoute = new Map(mapped.map((one) => [one.route, one]))
  return Promise.all(
    source.routes.map(async (route) => ({
      route: route.name,
      destination: route.destinationName,
      operation: route.operation,
      ...(await previewMapped(byRoute.get(route), ports)),
    })),
  )
}

type Previewed = Pick<PreviewedRoute, 'matched' | 'payload' | 'fault' | 'requests'>

async function previewMapped(mapped: MappedRoute | undefined, { nowMs, readAlias }: PreviewPorts): Promise<Previewed> {
  if (mapped === undefined) return { matched: false, payload: null, fault: null, requests: [] }
  const { route, payload, fault } = mapped
  if (fault !== null) {
    return { matched: true, payload, fault: { code: fault.code, errors: fault.issues }, requests: [] }
  }
  const requests: PreviewedRequest[] = []
  const destination = route.destination.create({
    nowMs,
    fetch: refuseToSend(route.destination, nowMs),
    readAlias: (alias) => readAlias({ destination: route.destinationName, alias }),
  })
  const refusal = await rehearse(destination, route, payload, requests)
  return { matched: true, payload, fault: refusal, requests }
}

/**
 * Delivers as far as the request itself, which is noted and goes nowhere.
 *
 * @returns why it came to no request of the operation, or null.
 */
async function rehearse(
  destination: Destination,
  { destination: { operations, callbacks }, operation }: NamedRoute,
  payload: Json,
  requests: PreviewedRequest[],
): Promise<PreviewedRoute['fault']> {
  const note = (purpose: PreviewedRequest['purpose']) => (exchange: Exchange) =>
    void requests.push({ purpose, ...exchange.request })
  try {
    const signal = new AbortController().signal
    const call = { observe: note('delivery'), observeToken: note('token'), signal }
    const callbackUrl = callbacks === null ? null : `${callbacks.baseUrl}/callbacks`
    // A delivery that shares its call is shown in one of its own.
    if (operations[operation]?.batching === undefined)
      await destination.deliver(operation, payload, { ...call, deliveryId: PREVIEW_DELIVERY_ID })
    else await destination.deliverBatch(operation, [payload], { ...call, batchId: PREVIEW_BATCH_ID, callbackUrl })
  } catch (error) {
    // That it could not be sent is what a preview is.
    if (requests.some(({ purpose }) => purpose === 'delivery')) return null
    if (!(error instanceof SluiceError)) throw error
    const errors = error instanceof SchemaError ? error.issues : [{ path: '', message: error.message }]
    return { code: error.code, errors }
  }
  return null
}

/** A `fetch` without a network: it answers a call for a token by itself, and refuses every other. */
function refuseToSend({ tokenReply }: DestinationFactory, nowMs: Now): Fetch {
  return async (request) => {
    const reply = tokenReply?.(request, nowMs()) ?? null
    if (reply !== null) return reply
    throw new TransportError('CONNECTION_REFUSED', 'not-sent', 'a preview sends nothing')
  }
}
