/** Time, randomness and ids, as the mocks get them. */
export interface Ambient {
  readonly nowMs: () => number
  /** A number from 0 to below 1. */
  readonly random: () => number
  readonly newId: () => string
  /** Sends callbacks; without it they are only noted. */
  readonly fetch?: ((request: Request) => Promise<Response>) | undefined
}
