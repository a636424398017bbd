import { TransportError } from '@sluice/errors'
import type { Exchange } from '@sluice/http-client/observe'
import type { Destination, Receipt } from '../destinations/destination.ts'
import type { NewId, Now } from '../ports.ts'
import type { Attempt, LeasedDelivery, Step } from '../store/port.ts'
import { CONFIRMED, type Judgement, judge } from './outcome.ts'
import { type Reconciled, reconcile } from './reconcile.ts'
import type { Policy } from './policy.ts'

/** What came of the work on a leased delivery: the attempts made, and the judgement on the last of them. */
export interface Delivered {
  readonly attempts: readonly Attempt[]
  readonly judgement: Judgement
  readonly receipt: Receipt | null
  /** Whether the upstream was asked about an earlier attempt: not, before it was sent again, or that only. */
  readonly looked: 'not' | 'first' | 'only'
}

interface Ports {
  readonly nowMs: Now
  readonly newId: NewId
  /** Ends the call when the process has to stop. */
  readonly signal: AbortSignal
  /** What the route and the operation say about sending this delivery twice. */
  readonly policy: Pick<Policy, 'idempotent' | 'marker' | 'settleMs'>
}

/**
 * Calls the destination, and never throws. Where the upstream refused a token or a clock, and its client has learned
 * better, the call is made once more: both calls are attempts of the record, and the refused one does not count.
 */
export async function deliver(destination: Destination, delivery: LeasedDelivery, ports: Ports): Promise<Delivered> {
  const steps: Step[] = []
  const startedAtMs = ports.nowMs()
  const look = { observe: note(steps, 'read-back'), observeToken: note(steps, 'token'), signal: ports.signal }
  const reconciled = await reconcile(destination, delivery, ports.policy, startedAtMs, look)
  if (!reconciled.send) return lookedOnly(delivery, reconciled, steps, startedAtMs, ports)
  const looked = steps.length === 0 ? 'not' : 'first'
  const first = await attempt(destination, delivery, delivery.attempts + 1, ports, steps)
  const { outcome, code } = first.judgement
  if (outcome !== 'unauthorized' || code === null || !destination.renews(code)) return finish([first], looked)
  return finish([first, await attempt(destination, delivery, delivery.attempts + 2, ports, [])], looked)
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
  { nowMs, newId, signal, policy }: Ports,
  steps: Step[],
): Promise<Tried> {
  const startedAtMs = nowMs()
  let judgement = CONFIRMED
  let receipt: Receipt | null = null
  try {
    const call = { observe: note(steps, 'delivery'), observeToken: note(steps, 'token'), signal }
    receipt = await untilAborted(destination.deliver(delivery.operation, delivery.payload, call), signal)
  } catch (error) {
    const sent = steps.some((step) => step.purpose === 'delivery')
    judgement = judge(error, { sent, idempotent: policy.idempotent })
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

const note = (steps: Step[], purpose: Step['purpose']) => (exchange: Exchange) =>
  void steps.push({ purpose, ...exchange })

/** A look is no attempt at sending: it is recorded as one that does not count. */
function lookedOnly(
  delivery: LeasedDelivery,
  { judgement, receipt }: Extract<Reconciled, { send: false }>,
  steps: readonly Step[],
  startedAtMs: number,
  { nowMs, newId }: Ports,
): Delivered {
  const { outcome, code, detail } = judgement
  const number = delivery.attempts + 1
  const attempt = {
    id: newId('att'),
    number,
    startedAtMs,
    endedAtMs: nowMs(),
    outcome,
    code,
    detail,
    counted: false,
    steps,
  }
  return { attempts: [attempt], judgement, receipt, looked: 'only' }
}

function finish(tried: readonly [Tried] | readonly [Tried, Tried], looked: Delivered['looked']): Delivered {
  const last = tried.at(-1) ?? tried[0]
  const attempts = tried.map((one) => ({ ...one.attempt, counted: one === last && counts(one.judgement) }))
  return { attempts, judgement: last.judgement, receipt: last.receipt, looked }
}

/**
 * Tells whether an attempt uses up one of the ten. One that the upstream turned away at the door does not: the gate
 * closes instead, for every delivery of the destination.
 */
function counts({ outcome, throttled }: Judgement): boolean {
  return outcome !== 'unauthorized' && !(throttled && outcome === 'busy')
}
