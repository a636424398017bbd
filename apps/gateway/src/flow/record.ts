import type { Json, LeasedDelivery, Move, Reason, RecordRequest } from '../store/port.ts'
import type { Delivered } from './deliver.ts'
import type { Policy } from './policy.ts'
import { TOO_EARLY } from './reconcile.ts'
import { RETRY_DELAYS_SECONDS, retryAtMs } from './retry.ts'

/** How soon the upstream is asked whether an unsure attempt landed: a finding ends the wait, an absence does not yet. */
const LOOK_AFTER_MS = 2000

/** The clock, and what the attempts changed of the destination's gate, to be written with them. */
export interface RecordClock {
  readonly nowMs: number
  /** From 0 up to 1. */
  readonly random: number
  readonly gate: Json | null
}

/** Decides what becomes of a delivery after its attempts. */
export function record(
  delivery: LeasedDelivery,
  delivered: Delivered,
  policy: Policy,
  { nowMs, random, gate }: RecordClock,
): RecordRequest {
  const counted = delivery.countedAttempts + delivered.attempts.filter((attempt) => attempt.counted).length
  const { id: deliveryId, leaseId, unsureAtMs } = delivery
  const { attempts } = delivered
  const move = nextMove(delivered, policy, { counted, unsureAtMs, nowMs, random })
  return { deliveryId, leaseId, attempts, nowMs, gate, ...move }
}

/** Where a delivery stands when an attempt ended. */
export interface Standing {
  /** Attempts that count, this one with them. */
  readonly counted: number
  /** Since when it was unsure before this attempt. */
  readonly unsureAtMs: number | null
  readonly nowMs: number
  readonly random: number
}

/** Decides where a delivery goes next: the arrows of the state diagram, in one place. */
export function nextMove(
  { judgement, looked, receipt }: Pick<Delivered, 'judgement' | 'looked' | 'receipt'>,
  policy: Policy,
  { counted, unsureAtMs, nowMs, random }: Standing,
): Move {
  const reason: Reason = { code: judgement.code ?? 'UNKNOWN', detail: judgement.detail ?? '' }
  const { throttled, retryAfterMs, spends } = judgement
  // A look that failed, or came too early, leaves open what it was to find out.
  const stillUnsure = looked === 'only' ? unsureAtMs : null
  const ended = { ...NOWHERE, receipt, reason }
  if (judgement.code === TOO_EARLY)
    return { ...ended, state: 'pending', dueAtMs: (unsureAtMs ?? nowMs) + policy.settleMs, unsureAtMs }
  switch (judgement.outcome) {
    case 'delivered':
      return { ...ended, state: 'delivered', reason: null }
    case 'accepted':
      return awaitCallback(policy.callbackMs ?? 0)
    case 'refused':
      return { ...ended, state: 'dead' }
    case 'unauthorized':
      // The gate is paused now; the delivery waits behind it and is the probe when the pause ends.
      return { ...ended, state: 'pending', dueAtMs: nowMs, unsureAtMs: stillUnsure }
    case 'busy':
      if (throttled && spends !== true)
        return { ...ended, state: 'pending', dueAtMs: nowMs + (retryAfterMs ?? 0), unsureAtMs: stillUnsure }
      return retry(nowMs + (retryAfterMs ?? 0))
    case 'partial':
    case 'unsure':
      if (policy.idempotent) return retry()
      // The upstream will tell by itself how the call ended.
      if (policy.callbackMs !== null) return awaitCallback(policy.callbackMs)
      // The upstream can be asked about this attempt, and has not been yet.
      if (policy.marker !== null && looked !== 'only' && counted < RETRY_DELAYS_SECONDS.length)
        return { ...ended, state: 'pending', dueAtMs: nowMs + LOOK_AFTER_MS, unsureAtMs: nowMs }
      // Sent again means sent, without another look.
      if (policy.onUnsure === 'resend') return { ...retry(), unsureAtMs: null }
      return { ...ended, state: policy.onUnsure === 'drop' ? 'dropped' : 'parked' }
  }

  function awaitCallback(callbackMs: number): Move {
    return { ...ended, state: 'awaiting-callback', deadlineAtMs: nowMs + callbackMs }
  }

  function retry(earliestMs = 0): Move {
    const dueAtMs = retryAtMs(counted, nowMs, random)
    // What could not be looked up may have landed: it is not known to be dead.
    if (dueAtMs === null) return { ...ended, state: looked === 'only' ? 'parked' : 'dead' }
    return { ...ended, state: 'pending', dueAtMs: Math.max(dueAtMs, earliestMs), unsureAtMs: stillUnsure }
  }
}

/** No time of any kind: what a state that ends has. */
const NOWHERE = { dueAtMs: null, unsureAtMs: null, deadlineAtMs: null } as const
