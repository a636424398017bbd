import type { Context } from 'hono'
import type { Config } from '../../config.ts'
import type { Call } from '../../destinations/destination.ts'
import { problemOfCall } from './failures.ts'
import type { HttpPorts } from '../../ports.ts'
import { RequestError } from '../../problem.ts'
import type { HttpParts } from '../api.ts'
import type { KeyEnv, KeyGuard } from '../auth.ts'
import { createApi } from '../create-api.ts'
import type { Once } from '../idempotent.ts'
import { inAcceptedFormat, isAcceptable } from './formats.ts'
import { bodyLimitOf, isKnownQuery, readInput } from './input.ts'
import { createLater, prefersAsync } from './later.ts'
import { ROUTES } from './routes.ts'
import { keptTrace } from '../../trace.ts'

/** Only its types are of use: the schema of all routes together. */
const untyped = createApi()
type Typed<Entries extends readonly { readonly route: object }[]> = {
  readonly [Index in keyof Entries]: { readonly route: Entries[Index]['route']; readonly handler: unknown }
}
type PassthroughApi = ReturnType<typeof untyped.openapiRoutes<Typed<typeof ROUTES>>>

type Route = (typeof ROUTES)[number]

/** Answers every operation of the upstreams' clients: calls now, or stores first. */
export function passthroughApi(
  config: Config,
  ports: Pick<HttpPorts, 'nowMs'>,
  parts: Pick<HttpParts, 'intake' | 'outbox'>,
  guard: KeyGuard,
  once: Once,
): PassthroughApi {
  const api = createApi()
  const later = createLater(config, ports, parts)
  for (const entry of ROUTES) {
    const { path, method } = entry.route
    const behind =
      method === 'get'
        ? [guard('read', 'query'), isAcceptable]
        : [
            guard('ingest', 'query'),
            isKnownQuery(entry.takes),
            isAcceptable,
            once({
              maxBodyBytes: bodyLimitOf(entry.takes),
              unsure: (context, detail) => diedOf(entry, context, detail),
              // What is stored first is known by the same key where it is stored.
              repeatable: (context) => entry.takes !== 'bytes' && prefersAsync(context.req.header('prefer')),
            }),
          ]
    api.openAPIRegistry.registerPath(entry.route)
    // Registered by hand: the body may be XML or CSV, and is checked by the client's own schema.
    api.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), inAcceptedFormat, ...behind, (context) =>
      answer(entry, context),
    )
  }
  return api

  /** What is said of a call during which the process died. */
  function diedOf({ kind, operation }: Route, context: Context, detail: string): RequestError {
    const destination = accountOf(config, kind, context.req.query('destination'))
    const lookAt = placeOf(config.destinations.get(destination)?.calls[operation]?.readBack ?? null, context)
    const upstream = { destination, operation, code: null, lookAt }
    return new RequestError('UPSTREAM_UNSURE', [], {}, { detail, upstream })
  }

  async function answer({ kind, operation, takes, status, route }: Route, context: Context<KeyEnv>): Promise<Response> {
    const destination = accountOf(config, kind, context.req.query('destination'))
    const call: Call | undefined = config.destinations.get(destination)?.calls[operation]
    if (call === undefined) throw new RequestError('DESTINATION_UNKNOWN')
    context.set('called', { destination, operation })
    const input = await readInput(context, { takes, path: route.path, input: call.input })
    if (later.isAsked(context, { destination, operation }))
      return later.store(context, { destination, operation }, call.payloads(input))
    const { requestId, keyName: key, trace } = context.var
    const asked = { requestId, key, trace: keptTrace(trace) }
    const called = await parts.outbox.call({ destination, operation, input, asked })
    if (called === null) throw new RequestError('DESTINATION_UNKNOWN')
    const loadPath = called.loadId === null ? null : `/v1/danaconnect/loads/${called.loadId}`
    if (called.kind === 'failed') {
      const lookAt = loadPath === null ? placeOf(call.readBack, context) : `GET ${loadPath}`
      throw problemOfCall(called, { destination, operation, lookAt })
    }
    if (loadPath !== null) context.header('location', loadPath)
    return context.json({ ...(called.loadId === null ? {} : { id: called.loadId }), ...called.result }, status)
  }
}

/** Names the request that lists what an operation made, as far as the path of its own request knows it. */
function placeOf(readBack: string | null, { req }: Context): string | null {
  const found = ROUTES.find(({ operation, takes }) => operation === readBack && takes === 'query')
  if (found === undefined) return null
  const path = found.route.path.replaceAll(/\{(\w+)\}/g, (part, name: string) => {
    const value = req.param(name)
    return value === undefined ? part : encodeURIComponent(value)
  })
  const account = req.query('destination')
  return `GET ${path}${account ? `?destination=${encodeURIComponent(account)}` : ''}`
}

/**
 * Chooses the account that is called.
 *
 * @throws RequestError `DESTINATION_NOT_CONFIGURED` none of its kind; `DESTINATION_AMBIGUOUS` several, and none was named;
 * `DESTINATION_UNKNOWN` the one that was named is none of them.
 */
export function accountOf(
  { destinations }: Pick<Config, 'destinations'>,
  kind: string,
  named: string | undefined,
): string {
  const names = [...destinations].flatMap(([name, factory]) => (factory.kind === kind ? [name] : []))
  const [first] = names
  if (first === undefined) throw new RequestError('DESTINATION_NOT_CONFIGURED')
  if (named !== undefined && named !== '') {
    if (names.includes(named)) return named
    throw new RequestError('DESTINATION_UNKNOWN')
  }
  if (names.length === 1) return first
  throw new RequestError('DESTINATION_AMBIGUOUS', [
    { path: 'destination', message: `expected one of ${names.join(', ')}` },
  ])
}
