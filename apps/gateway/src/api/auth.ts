import { parseBearer } from '@sluice/token-auth'
import type { MiddlewareHandler } from 'hono'
import type { ApiKey, Scope } from '../config.ts'
import { sha256Hex } from '../digest.ts'
import type { ExchangeVariables } from '../http/exchange.ts'
import { RequestError } from '../problem.ts'

/** Makes the middleware that asks for a scope. */
export type KeyGuard = (scope: Scope) => MiddlewareHandler<KeyEnv>

/** What a route knows of its request, and a guarded one of its caller. */
export interface KeyEnv {
  Variables: ExchangeVariables & { keyName: string }
}

/**
 * Creates a guard that lets through only requests with a key of the given scope.
 *
 * Keys are compared by their SHA-256, so a comparison tells nothing about the key that it was not equal to.
 */
export function createKeyGuard(keys: readonly ApiKey[]): KeyGuard {
  const known = Promise.all(keys.map(async (key) => ({ ...key, digest: await sha256Hex(key.token) })))
  return (scope) => async (context, next) => {
    const presented = await sha256Hex(parseBearer(context.req.header('authorization') ?? null))
    const key = (await known).find((candidate) => candidate.digest === presented)
    if (key === undefined) throw new RequestError('UNAUTHENTICATED')
    if (!key.scopes.includes(scope) && !key.scopes.includes('operate')) throw new RequestError('FORBIDDEN')
    context.set('keyName', key.name)
    await next()
  }
}
