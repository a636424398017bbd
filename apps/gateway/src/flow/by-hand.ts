import { VerifyError } from '@sluice/errors'
import { z } from 'zod'
import { type Config, route, source } from '../config.ts'
import { RequestError } from '../problem.ts'
import type { Scheme } from '../sources/scheme.ts'
import type { ConfiguredSource } from './map.ts'

/** The source of what was asked for through the API and stored first. No configured source can have this name. */
export const BY_HAND = '_api'

/** Largest stored request, in bytes: it fits into a row wherever it is kept. */
export const MAX_STORED_BYTES = 1_048_576

/** A write that is stored first, as the body of its event. */
const StoredRequest = z.strictObject({
  destination: z.string(),
  operation: z.string(),
  /** One for each delivery: a load has one for each row, which shares its call as any row does. */
  payloads: z.array(z.unknown()).min(1),
  orderingKey: z.string().nullable(),
})

export type StoredRequest = z.output<typeof StoredRequest>

/** Writes a request as the body of its event. */
export function encodeRequest(request: StoredRequest): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(request))
}

/** Nothing comes from outside under this name. */
const NOBODY: Scheme = {
  name: 'api',
  verify() {
    throw new VerifyError('AUTH_REJECTED', 'no sender has this source')
  },
}

/**
 * Makes the source of a stored request: each payload is a route of it, so that it is mapped, previewed and replayed as what
 * came to any other source.
 *
 * @throws RequestError `EVENT_SOURCE_GONE` its destination is no longer configured, or has no such operation;
 * `EVENT_UNREADABLE` the body is none that was stored here.
 */
export function sourceByHand(config: Pick<Config, 'destinations'>, body: Uint8Array): ConfiguredSource {
  const { destination: destinationName, operation, payloads, orderingKey } = readRequest(body)
  const destination = config.destinations.get(destinationName)
  if (destination === undefined || !(operation in destination.operations)) throw new RequestError('EVENT_SOURCE_GONE')
  const from = source({ scheme: NOBODY, schema: z.unknown(), maxBodyBytes: body.length, onMappingFault: 'refuse' })
  const name = `${BY_HAND}.${destinationName}.${operation}`
  const order = orderingKey === null ? {} : { orderingKey: () => orderingKey }
  const routes = payloads.map((payload) => {
    // It passed the schema of its operation when it was stored, and is checked by it again when it is mapped.
    const made = route(from, destination, operation, { map: () => payload as never, ...order })
    return { ...made, name, destinationName }
  })
  return { ...from, name: BY_HAND, routes }
}

function readRequest(body: Uint8Array): StoredRequest {
  const { success, data } = StoredRequest.safeParse(JSON.parse(new TextDecoder().decode(body)))
  if (!success) throw new RequestError('EVENT_UNREADABLE')
  return data
}
