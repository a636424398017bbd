import { checkLimits, type Issue, SchemaError } from '@sluice/errors'

/** A token as its issuer hands it out. */
export interface IssuedToken {
  readonly token: string
  /** When the issuer stops accepting it; Infinity when it never does. */
  readonly expiresAtMs: number
}

/** Where tokens come from, and when they are renewed. */
export interface TokenCacheOptions<Context> {
  /** Asks the issuer, once per call. Runs with the context of the caller that came first. */
  readonly fetchToken: (context: Context) => Promise<IssuedToken>
  readonly nowMs: () => number
  /** How long before its expiry a token is renewed, in milliseconds. Default 60,000. */
  readonly renewBeforeMs?: number
}

/** Options where a token depends on who asks for it. */
export interface KeyedTokenCacheOptions<Context> extends TokenCacheOptions<Context> {
  /** Tells which contexts share a token: those with the same key. */
  readonly keyOf: (context: Context) => string
}

/** Tokens that expire, fetched when they are needed and never twice at a time. */
export interface TokenCache<Context> {
  /**
   * Returns the current token, or fetches one. Callers that come during a fetch wait for it and share its end.
   * When a renewal fails while the token is still valid, the token is returned, and the next caller causes another try.
   *
   * @throws SchemaError `SCHEMA_MISMATCH` the issuer's token is empty, or its expiry no time. Else whatever `fetchToken` or
   * `keyOf` threw; it is not kept, and nothing is tried again.
   */
  get(context: Context): Promise<string>
  /**
   * Forgets a token that was not accepted, unless a newer one has taken its place: ten callers with one refused token cause
   * one renewal. The issuer may hand out the same token again; whether to go on then is the caller's decision.
   */
  refuse(token: string): void
}

interface HeldToken {
  readonly token: string
  readonly renewAtMs: number
  readonly expiresAtMs: number
}

/** Longer than one request takes, so that a token does not expire on its way. */
const DEFAULT_RENEW_BEFORE_MS = 60_000

/** Most tokens that are held: beyond it the one that was fetched first is forgotten. */
const MAX_TOKENS = 10_000

/**
 * Creates a cache for tokens that expire: one fetch at a time per key, renewal before the expiry, no retries.
 *
 * @throws ConfigError `CONFIG_INVALID` a `renewBeforeMs` that is no whole number from 0 on.
 */
export function createTokenCache<Context extends void = void>(options: TokenCacheOptions<Context>): TokenCache<Context>
export function createTokenCache<Context>(options: KeyedTokenCacheOptions<Context>): TokenCache<Context>
export function createTokenCache<Context>(
  options: TokenCacheOptions<Context> & Partial<KeyedTokenCacheOptions<Context>>,
): TokenCache<Context> {
  const { fetchToken, nowMs, renewBeforeMs = DEFAULT_RENEW_BEFORE_MS, keyOf = () => '' } = options
  checkLimits('token cache', { renewBeforeMs })
  const held = new Map<string, HeldToken>()
  const fetching = new Map<string, Promise<string>>()

  async function fetchNew(key: string, context: Context): Promise<string> {
    const { token, expiresAtMs } = checkIssued(await fetchToken(context))
    makeRoom(held, key, nowMs())
    held.set(key, { token, expiresAtMs, renewAtMs: renewAtMs(expiresAtMs, nowMs(), renewBeforeMs) })
    return token
  }

  async function renew(key: string, context: Context): Promise<string> {
    try {
      return await fetchNew(key, context)
    } catch (error) {
      // Looked up only now: the token may have been refused, or have expired, during the fetch.
      const current = held.get(key)
      if (current === undefined || nowMs() >= current.expiresAtMs) throw error
      return current.token
    }
  }

  async function get(context: Context): Promise<string> {
    const key = keyOf(context)
    const current = held.get(key)
    if (current !== undefined && nowMs() < current.renewAtMs) return current.token
    const started = fetching.get(key) ?? renew(key, context).finally(() => fetching.delete(key))
    fetching.set(key, started)
    return started
  }

  function refuse(token: string): void {
    for (const [key, current] of held) if (current.token === token) held.delete(key)
  }

  return { get, refuse }
}

/** The types promise as much, but the token comes from a reply. */
function checkIssued(issued: IssuedToken): IssuedToken {
  const { token, expiresAtMs }: { readonly token?: unknown; readonly expiresAtMs?: unknown } = issued
  const issues: Issue[] = []
  if (typeof token !== 'string' || token === '')
    issues.push({ path: 'token', message: 'expected text that is not empty' })
  if (typeof expiresAtMs !== 'number' || !(expiresAtMs >= 0)) {
    issues.push({ path: 'expiresAtMs', message: 'expected a time in milliseconds' })
  }
  if (issues.length > 0) throw new SchemaError('token cache: what was issued is no token', issues)
  return issued
}

/** Forgets what has expired, the token that is replaced, and, when there are too many, the one that was fetched first. */
function makeRoom(held: Map<string, HeldToken>, replaced: string, nowMs: number): void {
  held.delete(replaced)
  for (const [key, { expiresAtMs }] of held) if (expiresAtMs <= nowMs) held.delete(key)
  const [oldest] = held.keys()
  if (oldest !== undefined && held.size >= MAX_TOKENS) held.delete(oldest)
}

/** A token that comes with less life than the renewal asks for is used up to its end: renewing it at once would never stop. */
function renewAtMs(expiresAtMs: number, fetchedAtMs: number, renewBeforeMs: number): number {
  const renewAt = expiresAtMs - renewBeforeMs
  return renewAt > fetchedAtMs ? renewAt : expiresAtMs
}
