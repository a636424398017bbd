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
