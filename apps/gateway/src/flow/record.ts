import type { OnUnsure } from '../config.ts'
import type { Json, LeasedDelivery, RecordRequest } from '../store/port.ts'
import type { Delivered } from './deliver.ts'
import { retryAtMs } from './retry.ts'

/** What the route and the operation say about a delivery whose result is not known. */
export interface Policy {
  readonly idempotent: boolean
  readonly onUnsure: OnUnsure
}

type Next = Pick<RecordRequest, 'state' | 'dueAtMs' | 'reason'>

/**
 * Decides what becomes of a delivery after its attempts: the arrows of the state diagram, in one place.
 *
 * @param gate - What the attempts changed of the destination's gate, to be written with them.
 */
export function record(
  delivery: LeasedDelivery,
  delivered: Delivered,
  policy: Policy,
  { nowMs, random, gate }: { readonly nowMs: number; readonly random: number; readonly gate: Json | null },
): RecordRequest {
  const counted = delivery.countedAttempts + delivered.attempts.filter((attempt) => attempt.counted).length
  return {
    deliveryId: delivery.id,
    leaseId: delivery.leaseId,
    attempts: delivered.attempts,
    receipt: delivered.receipt,
    nowMs,
    gate,
    ...next(delivered, counted, policy, nowMs, random),
  }
}

function next({ judgement }: Delivered, counted: number, policy: Policy, nowMs: number, random: number): Next {
  const reason = { code: judgement.code ?? 'UNKNOWN', detail: judgement.detail ?? '' }
  const { throttled, retryAfterMs } = judgement
  switch (judgement.outcome) {
    case 'delivered':
      return { state: 'delivered', dueAtMs: null, reason: null }
    case 'accepted':
      return { state: 'awaiting-callback', dueAtMs: null, reason }
    case 'partial':
      return { state: 'parked', dueAtMs: null, reason }
    case 'refused':
      return { state: 'dead', dueAtMs: null, reason }
    case 'unauthorized':
      // The gate is paused now; the delivery waits behind it and is the probe when the pause ends.
      return { state: 'pending', dueAtMs: nowMs, reason }
    case 'busy':
      return throttled ? { state: 'pending', dueAtMs: nowMs + (retryAfterMs ?? 0), reason } : retry()
    case 'unsure':
      if (policy.idempotent || policy.onUnsure === 'resend') return retry()
      return { state: policy.onUnsure === 'drop' ? 'dropped' : 'parked', dueAtMs: null, reason }
  }

  function retry(): Next {
    const dueAtMs = retryAtMs(counted, nowMs, random)
    return dueAtMs === null ? { state: 'dead', dueAtMs, reason } : { state: 'pending', dueAtMs, reason }
  }
}
