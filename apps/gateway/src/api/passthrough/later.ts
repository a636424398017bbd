import type { Context } from 'hono'
import type { Config } from '../../config.ts'
import { BY_HAND, encodeRequest, MAX_STORED_BYTES, sourceByHand, type StoredRequest } from '../../flow/by-hand.ts'
import type { HandRequest } from '../../flow/call.ts'
import { map } from '../../flow/map.ts'
import { keyIn } from '../../flow/new-event.ts'
import { store } from '../../flow/store.ts'
import type { HttpPorts } from '../../ports.ts'
import { RequestError } from '../../problem.ts'
import type { HttpParts } from '../api.ts'
import type { KeyEnv } from '../auth.ts'
import { readKey } from '../../flow/verify.ts'
import { keptTrace } from '../../trace.ts'

/** Rows of a load that is stored first: each is a delivery, and all of them are stored in one transaction. */
export const MAX_STORED_ROWS = 1000
/** For how long the idempotency key of a stored request is known: 24 h. */
const KEY_WINDOW_MS = 86_400_000

/** Whether a caller prefers to be answered before the work is done. RFC 7240 section 4.1 */
export function prefersAsync(prefer: string | undefined): boolean {
  return (prefer ?? '').split(',').some((preference) => /^\s*respond-async\s*(;|$)/i.test(preference))
}

/** Stores requests first, to be delivered as any event. */
export interface Later {
  /** Whether this request is to be stored: what cannot be is called now, since it is only a preference. */
  isAsked(context: Context<KeyEnv>, request: Pick<HandRequest, 'destination' | 'operation'>): boolean
  /**
   * Stores a request with its deliveries, and answers 202.
   *
   * @throws RequestError `BODY_TOO_LARGE`, `LOAD_TOO_LARGE`, `IDEMPOTENCY_KEY_INVALID`, `_REUSED`, `_IN_PROGRESS`.
   * @throws StoreError nothing was kept.
   */
  store(
    context: Context<KeyEnv>,
    request: Pick<HandRequest, 'destination' | 'operation'>,
    payloads: readonly unknown[],
  ): Promise<Response>
}

/** Creates what stores requests first. */
export function createLater(
  config: Config,
  { nowMs }: Pick<HttpPorts, 'nowMs'>,
  { intake, outbox }: Pick<HttpParts, 'intake' | 'outbox'>,
): Later {
  return {
    isAsked: (context, { destination, operation }) =>
      prefersAsync(context.req.header('prefer')) && isStorable(destination, operation),
    async store(context, { destination, operation }, payloads) {
      if (payloads.length > MAX_STORED_ROWS) throw new RequestError('LOAD_TOO_LARGE')
      const orderingKey = context.req.query('orderingKey') || null
      const request: StoredRequest = { destination, operation, payloads: [...payloads], orderingKey }
      const body = encodeRequest(request)
      if (body.length > MAX_STORED_BYTES) throw new RequestError('BODY_TOO_LARGE')
      const source = sourceByHand(config, body)
      const sent = readKey(context.req.header('idempotency-key') ?? null)
      const idempotencyKey = keyIn(context.get('keyId'), sent)
      const address = { source: BY_HAND, idempotencyKey, shardKey: orderingKey }
      const { repeated, ...acceptance } = await store(intake, address, async (newId) => ({
        id: newId('evt'),
        source: BY_HAND,
        idempotencyKey,
        keyWindowMs: KEY_WINDOW_MS,
        receivedAtMs: nowMs(),
        contentType: 'application/json',
        body,
        trace: keptTrace(context.get('trace')),
        deliveries: await map(source, null, newId),
      }))
      if (!repeated) outbox.wake(destination)
      const [first, ...others] = acceptance.deliveries
      const alone = first !== undefined && others.length === 0
      context.header('location', alone ? `/v1/deliveries/${first.id}` : `/v1/events/${acceptance.eventId}`)
      context.header('preference-applied', 'respond-async')
      return context.json(acceptance, 202)
    },
  }

  function isStorable(destination: string, operation: string): boolean {
    return operation in (config.destinations.get(destination)?.operations ?? {})
  }
}
