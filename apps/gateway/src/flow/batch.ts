import type { NewId } from '../ports.ts'
import type { LeasedDelivery, Move, RecordRequest } from '../store/port.ts'
import { attemptOf, counts, type Tried } from './deliver.ts'
import type { Policy } from './policy.ts'
import { nextMove, type RecordClock } from './record.ts'

/** A delivery that shares a call. */
export type BatchMember = LeasedDelivery & { readonly batch: NonNullable<LeasedDelivery['batch']> }

/** Stands between what the members of a batch have in common and what sets them apart after it: no key holds it. */
const APART = '\n'

/** Returns what members of a batch had in common before any batch was divided. */
export function commonKey(key: string): string {
  return key.split(APART, 1)[0] ?? key
}

/** Sets a delivery apart from all others: its next call is its own. */
export function aloneKey({ id, batch }: BatchMember): string {
  return `${commonKey(batch.key)}${APART}${id}`
}

/**
 * Decides what the one call of a batch made of each of its deliveries. One that was refused as a whole is divided in
 * halves, until the delivery that is to blame stands alone: nothing of it was taken, so no attempt is used up.
 */
export function recordBatch(
  members: readonly BatchMember[],
  tried: Tried,
  policyOf: (delivery: LeasedDelivery) => Policy,
  { newId, ...clock }: RecordClock & { readonly newId: NewId },
): readonly RecordRequest[] {
  const divided = tried.judgement.outcome === 'refused' && members.length > 1
  const counted = counts(tried.judgement) && !divided
  return members.map((member, index) => {
    const { id, leaseId, attempts, countedAttempts, unsureAtMs, batch } = member
    const move = divided
      ? divide(member, tried, index < members.length / 2 ? 'a' : 'b', clock.nowMs)
      : nextMove({ ...tried, looked: 'not' }, policyOf(member), {
          ...clock,
          counted: countedAttempts + (counted ? 1 : 0),
          unsureAtMs,
        })
    const made = [attemptOf(tried, newId, attempts + 1, counted, batch.id)]
    // The gate is one for all of them, and is written once.
    const gate = index === 0 ? clock.gate : null
    return { deliveryId: id, leaseId, attempts: made, nowMs: clock.nowMs, ...move, gate }
  })
}

function divide({ batch }: BatchMember, { judgement }: Tried, half: 'a' | 'b', nowMs: number): Move {
  const reason = { code: judgement.code ?? 'UNKNOWN', detail: judgement.detail ?? '' }
  const batchKey = `${commonKey(batch.key)}${APART}${batch.id}${half}`
  return { state: 'pending', dueAtMs: nowMs, unsureAtMs: null, deadlineAtMs: null, reason, receipt: null, batchKey }
}
