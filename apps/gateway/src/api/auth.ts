import { type Issue, VerifyError } from '@sluice/errors'
import { parseBearer } from '@sluice/token-auth'
import type { Context, MiddlewareHandler, Next } from 'hono'
import type { Scope, Source } from '../config.ts'
import type { KeyHolder } from '../control/desk.ts'
import type { Door } from '../control/door.ts'
import type { ExchangeVariables } from '../http/exchange.ts'
import { RequestError } from '../problem.ts'
import { rateHeaders } from './rate-headers.ts'

/**
 * Makes the middleware that asks for a scope. A key whose `ingest` is for some sources only has it nowhere but there.
 *
 * A route has no parameters of a query unless it says so, and then it refuses those that it does not know: a misspelt
 * `?dryRun=true` never does the real thing.
 */
export type KeyGuard = (scope: Scope, takes?: 'query') => MiddlewareHandler<KeyEnv>

/** What a route knows of its request, and a guarded one of its caller. */
export interface KeyEnv {
  Variables: ExchangeVariables & {
    keyName: string
    /** Whose the idempotency keys are: a name may be given to another key one day, and an id is not. */
    keyId: string
  }
}

/**
 * Creates a guard that lets through only requests with a key of the given scope, and no more of them than the key's rate
 * allows. Every answer to a request with a key says what is left of that.
 */
export function createKeyGuard(door: Door): KeyGuard {
  return (scope, takes) => async (context, next) => {
    const key = parseBearer(context.req.header('authorization'))
    const known = takes === 'query' ? null : []
    await letIn(door, key, { may: (holder) => mayDo(holder, scope, null), known }, context, next)
  }
}

/** Creates what asks for a key of the gateway wherever a source wants one. It comes before anything of the body is read. */
export function createSourceGuard(
  door: Door,
  sources: ReadonlyMap<string, Pick<Source, 'scheme'>>,
): MiddlewareHandler<KeyEnv> {
  return async (context, next) => {
    const source = context.req.param('source') ?? ''
    if (sources.get(source)?.scheme.asksForKey !== true) return next()
    // The query is its sender's.
    await letIn(
      door,
      sentKey(context),
      { may: (holder) => mayDo(holder, 'ingest', source), known: null },
      context,
      next,
    )
  }
}

/** Reads the key of a sender: `Authorization: Bearer`, or else `X-Api-Key`. Of two nobody knows which one is meant. */
function sentKey({ req }: Context): string {
  // An empty header is none: workerd passes on none.
  const key = req.header('x-api-key') ?? ''
  const authorization = req.header('authorization') ?? ''
  if (key === '') return parseBearer(authorization)
  if (authorization !== '') throw new VerifyError('AUTH_MALFORMED', 'gateway-key: two keys')
  return key
}

/**
 * Lists what is wrong with a query in which no other parameters are known, in the words that lists have for it.
 *
 * @param known - Null for any.
 */
export function queryFaults({ req }: Context, known: readonly string[] | null): readonly Issue[] {
  if (known === null || Object.keys(req.queries()).every((name) => known.includes(name))) return []
  return [
    { path: '', message: `Unrecognized keys: expected none${known.length === 0 ? '' : ' but '}${known.join(', ')}` },
  ]
}

/** What is asked of a request with a key. */
interface Conditions {
  readonly may: (holder: KeyHolder) => boolean
  /** Parameters of the query; null where the route sees to them. */
  readonly known: readonly string[] | null
}

async function letIn(
  door: Door,
  key: string,
  { may, known }: Conditions,
  context: Context<KeyEnv>,
  next: Next,
): Promise<void> {
  const admission = await door.enter(key)
  if (admission === null) throw new RequestError('UNAUTHENTICATED')
  // Also of one that is refused: the log then says whose it is.
  context.set('keyName', admission.holder.name)
  context.set('keyId', admission.holder.id)
  const headers = rateHeaders(admission)
  if (admission.calls === 0) {
    throw new RequestError('RATE_LIMITED', [], { ...headers, 'retry-after': String(admission.resetSeconds) })
  }
  if (!may(admission.holder)) throw new RequestError('FORBIDDEN', [], headers)
  const faults = queryFaults(context, known)
  if (faults.length > 0) throw new RequestError('PARAMETER_INVALID', faults, headers)
  await next()
  for (const [name, value] of Object.entries(headers)) context.header(name, value)
}

/**
 * Tells whether a key that was let in would be let in still.
 *
 * @throws StoreError it cannot be told.
 */
export async function mayStill(door: Door, authorization: string | undefined, scope: Scope): Promise<boolean> {
  const admission = await door.enter(parseBearer(authorization))
  return admission !== null && mayDo(admission.holder, scope, null)
}

/** Tells whether a key has a scope: `operate` includes the others. */
function mayDo({ scopes, sources }: KeyHolder, scope: Scope, source: string | null): boolean {
  if (scopes.includes('operate')) return true
  if (!scopes.includes(scope)) return false
  return scope !== 'ingest' || sources === null || (source !== null && sources.includes(source))
}
