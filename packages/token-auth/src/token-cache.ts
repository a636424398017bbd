/** A token as its issuer hands it out. */
export interface IssuedToken {
  readonly token: string
  /** When the issuer stops accepting it. */
  readonly expiresAtMs: number
}

export interface TokenCacheOptions<Context> {
  /** Asks the issuer, once per call. Runs with the context of the caller that came first. */
  readonly fetchToken: (context: Context) => Promise<IssuedToken>
  readonly nowMs: () => number
  /** How long before its expiry a token is renewed, in milliseconds. Default 60,000. */
  readonly renewBeforeMs?: number
  /** Tells which contexts share a token: those with the same key. Default: all of them. */
  readonly keyOf?: (context: Context) => string
}

/** Tokens that expire, fetched when they are needed and never twice at a time. */
export interface TokenCache<Context> {
  /**
   * Returns the current token, or fetches one. Callers that come during a fetch wait for it and share its end.
   *
   * @throws Whatever `fetchToken` threw; it is not kept, and nothing is tried again.
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
  readonly usableUntilMs: number
}

/** Longer than one request takes, so that a token does not expire on its way. */
const DEFAULT_RENEW_BEFORE_MS = 60_000

/** Creates a cache for tokens that expire: one fetch at a time per key, renewal before the expiry, no retries. */
export function createTokenCache<Context = void>(options: TokenCacheOptions<Context>): TokenCache<Context> {
  const { fetchToken, nowMs, renewBeforeMs = DEFAULT_RENEW_BEFORE_MS, keyOf = () => '' } = options
  const held = new Map<string, HeldToken>()
  const fetching = new Map<string, Promise<string>>()

  async function renew(key: string, context: Context): Promise<string> {
    const issued = await fetchToken(context)
    held.set(key, { token: issued.token, usableUntilMs: usableUntilMs(issued.expiresAtMs, nowMs(), renewBeforeMs) })
    return issued.token
  }

  function get(context: Context): Promise<string> {
    const key = keyOf(context)
    const current = held.get(key)
    if (current !== undefined && nowMs() < current.usableUntilMs) return Promise.resolve(current.token)
    const started = fetching.get(key) ?? renew(key, context).finally(() => fetching.delete(key))
    fetching.set(key, started)
    return started
  }

  function refuse(token: string): void {
    for (const [key, current] of held) if (current.token === token) held.delete(key)
  }

  return { get, refuse }
}

/** A token that comes with less life than the renewal asks for is used up to its end: renewing it at once would never stop. */
function usableUntilMs(expiresAtMs: number, fetchedAtMs: number, renewBeforeMs: number): number {
  const renewAtMs = expiresAtMs - renewBeforeMs
  return renewAtMs > fetchedAtMs ? renewAtMs : expiresAtMs
}
