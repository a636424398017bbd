import { DecodeError, type Issue, SchemaError } from '@sluice/errors'
import type { Config } from '../config.ts'
import type { NewId } from '../ports.ts'
import { RequestError } from '../problem.ts'
import type { EventRow, NewDelivery } from '../store/port.ts'
import { BY_HAND, sourceByHand } from './by-hand.ts'
import { type ConfiguredSource, map } from './map.ts'
import { validate } from './validate.ts'

/**
 * Makes new deliveries of a stored event, as if it came today: its source decodes and checks the body, and the routes
 * of today map it.
 *
 * @param names - Only these routes; all of the source when undefined.
 * @throws RequestError `EVENT_SOURCE_GONE`; `EVENT_UNREADABLE` with what its source has against the body;
 * `PARAMETER_INVALID` the source has no such route; `MAPPING_REFUSED` as when it came.
 */
export async function replay(
  config: Pick<Config, 'sources' | 'destinations'>,
  event: EventRow,
  names: readonly string[] | undefined,
  newId: NewId,
): Promise<readonly NewDelivery[]> {
  const source = event.source === BY_HAND ? sourceByHand(config, event.body) : config.sources.get(event.source)
  if (source === undefined) throw new RequestError('EVENT_SOURCE_GONE')
  return map({ ...source, routes: routesOf(source, names) }, dataOf(source, event), newId)
}

function routesOf({ routes }: ConfiguredSource, names: readonly string[] | undefined): ConfiguredSource['routes'] {
  if (names === undefined) return routes
  const unknown = names.flatMap((name, index) => (routes.some((route) => route.name === name) ? [] : [index]))
  if (unknown.length > 0) {
    const issues = unknown.map((index) => ({ path: `routes[${index}]`, message: 'Not a route of the source' }))
    throw new RequestError('PARAMETER_INVALID', issues)
  }
  return routes.filter((route) => names.includes(route.name))
}

function dataOf(source: ConfiguredSource, { contentType, body }: EventRow): unknown {
  try {
    return validate(source, contentType, body).data
  } catch (error) {
    throw new RequestError('EVENT_UNREADABLE', faultsOf(error))
  }
}

/** What a source has against a body was its sender's fault when it came; now it is how the source changed. */
function faultsOf(error: unknown): readonly Issue[] {
  if (error instanceof SchemaError) return error.issues
  if (error instanceof DecodeError) return [{ path: '', message: error.message }]
  if (error instanceof RequestError) return [{ path: '', message: error.code }]
  throw error
}
