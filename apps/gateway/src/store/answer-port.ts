/** A request that is to have an effect once. */
export interface AnswerRequest {
  /** Name of the key of the API that was used: each has idempotency keys of its own. */
  readonly caller: string
  readonly key: string
  /** What makes the request the same. */
  readonly fingerprint: string
  /** Whether one that died in the middle may be done again. */
  readonly repeatable: boolean
  readonly nowMs: number
  /** After this time a request that is not answered has died. */
  readonly untilMs: number
  /** Only what began later is known by its key. */
  readonly knownSinceMs: number
  /** Whether the key is claimed only where it is known. */
  readonly onlyKnown: boolean
}

/** What was answered, or no body where that is not kept. */
export interface KeptAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** What became of the first request with a key: this is it, or it is being worked on, or died, or was another one. */
export type AnswerClaim =
  | { readonly kind: 'begun' | 'unknown' | 'running' | 'unsure' | 'conflict' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer }
