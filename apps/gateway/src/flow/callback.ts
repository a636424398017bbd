import type { CallbackVerdict, Receipt } from '../destinations/destination.ts'
import { sha256Hex } from '../digest.ts'
import type { AwaitedBatch, Json, LeasedDelivery, Move, SettleRequest, Store } from '../store/port.ts'
import { aloneKey } from './batch.ts'
import { keepableReceipt } from './keepable.ts'
import type { Policy } from './policy.ts'
import { nextMove } from './record.ts'

/** A token outlives the wait for its callback by this: one that comes late still decides about what nobody decided. 24 h. */
const LATE_MS = 86_400_000
/** How many overdue deliveries are parked in one transaction. */
const PARKED_AT_ONCE = 500
const OVERDUE = {
  code: 'CALLBACK_MISSING',
  detail: 'The upstream took the call and did not say in time how it ended.',
}

/** Stands before it in a token that says where it is known. */
const PLACE_END = '.'

/** Returns what is kept of a token, and found by: its SHA-256, after the place that it begins with, if any. */
export async function keptOf(token: string): Promise<string> {
  const end = token.indexOf(PLACE_END)
  return token.slice(0, end + 1) + (await sha256Hex(token))
}

/** Takes a callback's own token out of what it says: one that quotes its address must not leave it in the store. */
export function withoutToken(callback: Json, token: string): Json {
  // A token holds nothing that JSON would write in another way.
  return JSON.parse(JSON.stringify(callback).replaceAll(token, '{token}')) as Json
}

/** Makes the address of a callback, and what is kept of it. */
export async function newCallback(
  callbacks: { readonly baseUrl: string; readonly waitMs: number },
  kind: string,
  token: string,
  nowMs: number,
): Promise<{ readonly url: string; readonly token: { readonly hash: string; readonly untilMs: number } }> {
  const url = `${callbacks.baseUrl.replace(/\/$/, '')}/callbacks/${kind}/${token}`
  return { url, token: { hash: await keptOf(token), untilMs: nowMs + callbacks.waitMs + LATE_MS } }
}

/**
 * Decides what a callback makes of the deliveries that wait for it.
 *
 * Where some rows are missing nobody says which: a delivery that may be sent again is, alone; any other is as unsure as
 * its attempt was, and there is nobody left to ask.
 */
export function settle(
  batch: AwaitedBatch,
  verdict: Exclude<CallbackVerdict, { readonly verdict: 'mismatch' }>,
  policyOf: (delivery: LeasedDelivery) => Policy,
  clock: { readonly nowMs: number; readonly random: number },
): SettleRequest['moves'] {
  const decided = batch.awaiting.map((delivery) => ({ deliveryId: delivery.id, ...moveOf(delivery) }))
  if (verdict.verdict !== 'landed') return decided
  // Whatever the reply to the call said, this is proof: what waits to be sent again must not be.
  return [...decided, ...batch.pending.map((deliveryId) => ({ deliveryId, ...landed(verdict.receipt) }))]

  function moveOf(delivery: LeasedDelivery): Move {
    const { countedAttempts: counted } = delivery
    const standing = { ...clock, counted, unsureAtMs: null }
    const policy = { ...policyOf(delivery), callbackMs: null }
    if (verdict.verdict === 'landed') return landed(verdict.receipt)
    const { code, detail } = verdict
    if (verdict.verdict === 'unclear') return { ...landed(null), state: 'parked', reason: { code, detail } }
    // Of a call for one delivery it is known which row is missing.
    const outcome = verdict.verdict === 'failed' || batch.size === 1 ? 'refused' : 'partial'
    const judgement = { outcome, throttled: false, retryAfterMs: null, code, detail } as const
    const move = nextMove({ judgement, looked: 'not', receipt: null }, policy, standing)
    if (move.state !== 'pending' || delivery.batch === null) return move
    return { ...move, dueAtMs: clock.nowMs, batchKey: aloneKey({ ...delivery, batch: delivery.batch }) }
  }
}

function landed(receipt: Receipt | null): Move {
  return {
    state: 'delivered',
    dueAtMs: null,
    unsureAtMs: null,
    deadlineAtMs: null,
    reason: null,
    receipt: keepableReceipt(receipt),
  }
}

/**
 * Parks the deliveries whose callback is overdue.
 *
 * @returns when the next one will be, or null.
 */
export async function parkOverdue(
  store: Pick<Store, 'expireCallbacks' | 'nextDeadlineAtMs'>,
  nowMs: number,
): Promise<number | null> {
  while ((await store.expireCallbacks({ nowMs, reason: OVERDUE, limit: PARKED_AT_ONCE })) === PARKED_AT_ONCE);
  return store.nextDeadlineAtMs()
}
