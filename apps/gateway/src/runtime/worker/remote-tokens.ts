import type { SharedTokens } from '../../destinations/destination.ts'
import type { Log } from '../../ports.ts'
import type { IssuedToken, TokenOffer } from './token-keeper.ts'

/** Where the tokens are. Each call may fail, as any call of another object may. */
export interface RemoteTokenKeeper {
  token(): Promise<TokenOffer>
  keepToken(issued: IssuedToken | null): Promise<void>
  refuseToken(token: string): Promise<void>
}

/**
 * Creates the tokens of a destination that another object keeps. Where it is not reached, a token is fetched for this call
 * alone.
 */
export function createRemoteTokens(keeper: () => RemoteTokenKeeper, log: Log): SharedTokens {
  const notReached = (error: unknown): null => {
    log('warn', 'token keeper not reached', { error: error instanceof Error ? error.name : 'unknown' })
    return null
  }
  /** A token that was refused is forgotten before another one is asked for: else it would be the answer. */
  let refused: Promise<unknown> = Promise.resolve()
  return {
    async get(fetchToken) {
      await refused
      const offered = await keeper().token().catch(notReached)
      if (offered !== null && offered.token !== null) return offered.token
      let issued: IssuedToken | null = null
      try {
        const { token, expiresAtMs } = await fetchToken()
        issued = { token, expiresAtMs }
        return token
      } finally {
        await keeper().keepToken(issued).catch(notReached)
      }
    },
    refuse(token) {
      refused = keeper().refuseToken(token).catch(notReached)
    },
  }
}
