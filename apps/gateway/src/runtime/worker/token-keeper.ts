import type { Now } from '../../ports.ts'

/** How long before its end a token is renewed. */
const RENEW_BEFORE_MS = 60_000
/** How long one who fetches is waited for: longer than the longest call. Then another one fetches. */
const FETCH_MS = 40_000

/** A token, and until when it is accepted. */
export interface IssuedToken {
  readonly token: string
  readonly expiresAtMs: number
}

/** The token that is valid; or null, and the caller is to fetch one and hand it in. */
export type TokenOffer = { readonly token: string | null }

/** Keeps the token of one destination for all who use it, and has it fetched by one of them at a time. */
export interface TokenKeeper {
  /** Offers the token, after whoever fetches it now. */
  offer(): Promise<TokenOffer>
  /** Takes the token that somebody was to fetch; null where that failed, and the next one fetches. */
  keep(issued: IssuedToken | null): void
  /** Forgets a token that was not accepted, unless a newer one has taken its place. */
  refuse(token: string): void
}

/** That a fetch has ended, however it did. */
interface Ended {
  readonly promise: Promise<void>
  readonly resolve: () => void
}

/** Creates the keeper. A token is in its memory only. */
export function createTokenKeeper(nowMs: Now, sleep: (ms: number) => Promise<void>): TokenKeeper {
  let held: { readonly token: string; readonly renewAtMs: number } | null = null
  let fetching: { readonly untilMs: number; readonly ended: Ended } | null = null

  return {
    async offer() {
      for (;;) {
        const now = nowMs()
        if (held !== null && held.renewAtMs > now) return { token: held.token }
        if (fetching === null || fetching.untilMs <= now) {
          fetching = { untilMs: now + FETCH_MS, ended: Promise.withResolvers() }
          return { token: null }
        }
        await Promise.race([fetching.ended.promise, sleep(fetching.untilMs - now)])
      }
    },
    keep(issued) {
      if (issued !== null) {
        const { token, expiresAtMs } = issued
        const earlyMs = expiresAtMs - RENEW_BEFORE_MS
        // One that has less left is used to its end: the vendor gives out the same one until then.
        held = { token, renewAtMs: earlyMs > nowMs() ? earlyMs : expiresAtMs }
      }
      fetching?.ended.resolve()
      fetching = null
    },
    refuse(token) {
      if (held?.token === token) held = null
    },
  }
}
