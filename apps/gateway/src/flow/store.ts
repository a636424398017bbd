import { RequestError } from '../problem.ts'
import type { Acceptance, NewEvent, Store } from '../store/port.ts'

/**
 * Commits an event with its deliveries, or finds the first answer to a repeat.
 *
 * @throws RequestError `IDEMPOTENCY_KEY_REUSED` the key is known with another body.
 * @throws StoreError nothing was kept.
 */
export async function store(target: Store, event: NewEvent): Promise<Acceptance & { readonly repeated: boolean }> {
  const result = await target.accept(event)
  if (result.kind === 'conflict') throw new RequestError('IDEMPOTENCY_KEY_REUSED')
  return { ...result.acceptance, repeated: result.kind === 'repeated' }
}

/** Keys of requests that are being worked on. */
export interface Claims {
  /**
   * Claims a key of a source until the work on it has ended.
   *
   * @throws RequestError `IDEMPOTENCY_KEY_IN_PROGRESS` another request with it is being worked on.
   * @see https://www.ietf.org/archive/id/draft-ietf-httpapi-idempotency-key-header-07.html#section-2.6
   */
  during<Result>(source: string, key: string | null, work: () => Promise<Result>): Promise<Result>
}

/** Creates the claims of one process. They end with it, as does the work. */
export function createClaims(): Claims {
  const claimed = new Set<string>()
  return {
    async during(source, key, work) {
      if (key === null) return work()
      // No source has a blank in its name.
      const claim = `${source} ${key}`
      if (claimed.has(claim)) throw new RequestError('IDEMPOTENCY_KEY_IN_PROGRESS')
      claimed.add(claim)
      try {
        return await work()
      } finally {
        claimed.delete(claim)
      }
    },
  }
}
