import { TransportError } from '@sluice/errors'
import type { Exchange } from '@sluice/http-client'
import type { Destination, Receipt } from '../destinations/destination.ts'
import type { NewId, Now } from '../ports.ts'
import type { Attempt, LeasedDelivery, Step } from '../store/port.ts'
import { CONFIRMED, type Judgement, judge } from './outcome.ts'

/** What came of the work on a leased delivery: the attempts made, and the judgement on the last of them. */
export interface Delivered {
  readonly attempts: readonly Attempt[]
  readonly judgement: Judgement
  readonly receipt: Receipt | null
}

interface Ports {
  readonly nowMs: Now
  readonly newId: NewId
  /** Ends the call when the process has to stop. */
  readonly signal: AbortSignal
  /** Whether this delivery may be sent twice. */
  readonly idempotent: boolean
}

/**
 * Calls the destination, and never throws. Where the upstream refused a token or a clock, and its client has learned
 * better, the call is made once more: both calls are attempts of the record, and the refused one does not count.
 */
export async function deliver(destination: Destination, delivery: LeasedDelivery, ports: Ports): Promise<Delivered> {
  const first = await attempt(destination, delivery, delivery.attempts + 1, ports)
  const { outcome, code } = first.judgement
  if (outcome !== 'unauthorized' || code === null || !destination.renews(code)) return finish([first])
  return finish([first, await attempt(destination, delivery, delivery.attempts + 2, ports)])
}

interface Tried {
  readonly attempt: Omit<Attempt, 'counted'>
  readonly judgement: Judgement
  readonly receipt: Receipt | null
}

async function attempt(
  destination: Destination,
  delivery: LeasedDelivery,
  number: number,
  { nowMs, newId, signal, idempotent }: Ports,
): Promise<Tried> {
  const steps: Step[] = []
  const note = (purpose: Step['purpose']) => (exchange: Exchange) => void steps.push({ purpose, ...exchange })
  const startedAtMs = nowMs()
  let judgement = CONFIRMED
  let receipt: Receipt | null = null
  try {
    const call = { observe: note('delivery'), observeToken: note('token'), signal }
    receipt = await untilAborted(destination.deliver(delivery.operation, delivery.payload, call), signal)
  } catch (error) {
    const sent = steps.some((step) => step.purpose === 'delivery')
    judgement = judge(error, { sent, idempotent })
  }
  const { outcome, code, detail } = judgement
  const made = { id: newId('att'), number, startedAtMs, endedAtMs: nowMs(), outcome, code, detail, steps }
  return { attempt: made, judgement, receipt }
}

/** Waits for a call no longer than until the signal: a call may wait for a token that other calls wait for too. */
async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new TransportError('ABORTED', 'maybe-sent', 'the process had to stop'))
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function finish(tried: readonly [Tried] | readonly [Tried, Tried]): Delivered {
  const last = tried.at(-1) ?? tried[0]
  const attempts = tried.map((one) => ({ ...one.attempt, counted: one === last && counts(one.judgement) }))
  return { attempts, judgement: last.judgement, receipt: last.receipt }
}

/**
 * Tells whether an attempt uses up one of the ten. One that the upstream turned away at the door does not: the gate
 * closes instead, for every delivery of the destination.
 */
function counts({ outcome, throttled }: Judgement): boolean {
  return outcome !== 'unauthorized' && !(throttled && outcome === 'busy')
}
