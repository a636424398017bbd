import type { Json, LeasedDelivery, RecordRequest } from '../store/port.ts'
import type { Delivered } from './deliver.ts'
import type { Policy } from './policy.ts'
import { TOO_EARLY } from './reconcile.ts'
import { RETRY_DELAYS_SECONDS, retryAtMs } from './retry.ts'

/** How soon the upstream is asked whether an unsure attempt landed: a finding ends the wait, an absence does not yet. */
const LOOK_AFTER_MS = 2000

type Next = Pick<RecordRequest, 'state' | 'dueAtMs' | 'reason'> & { readonly unsureAtMs?: number | null }

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
    unsureAtMs: null,
    ...next(delivered, delivery.unsureAtMs, counted, policy, nowMs, random),
  }
}

function next(
  { judgement, looked }: Delivered,
  unsureAtMs: number | null,
  counted: number,
  policy: Policy,
  nowMs: number,
  random: number,
): Next {
  const reason = { code: judgement.code ?? 'UNKNOWN', detail: judgement.detail ?? '' }
  const { throttled, retryAfterMs } = judgement
  // A look that failed, or came too early, leaves open what it was to find out.
  const stillUnsure = looked === 'only' ? unsureAtMs : null
  if (judgement.code === TOO_EARLY)
    return { state: 'pending', dueAtMs: (unsureAtMs ?? nowMs) + policy.settleMs, reason, unsureAtMs }
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
      return { state: 'pending', dueAtMs: nowMs, reason, unsureAtMs: stillUnsure }
    case 'busy':
      return throttled
        ? { state: 'pending', dueAtMs: nowMs + (retryAfterMs ?? 0), reason, unsureAtMs: stillUnsure }
        : retry()
    case 'unsure':
      if (policy.idempotent) return retry()
      // The upstream can be asked about this attempt, and has not been yet.
      if (policy.marker !== null && looked !== 'only' && counted < RETRY_DELAYS_SECONDS.length)
        return { state: 'pending', dueAtMs: nowMs + LOOK_AFTER_MS, reason, unsureAtMs: nowMs }
      if (policy.onUnsure === 'resend') return retry()
      return { state: policy.onUnsure === 'drop' ? 'dropped' : 'parked', dueAtMs: null, reason }
  }

  function retry(): Next {
    const dueAtMs = retryAtMs(counted, nowMs, random)
    if (dueAtMs === null) return { state: 'dead', dueAtMs, reason }
    return { state: 'pending', dueAtMs, reason, unsureAtMs: stillUnsure }
  }
}
