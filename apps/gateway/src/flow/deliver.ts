import { TransportError } from '@sluice/errors'
import type { Exchange } from '@sluice/http-client/observe'
import type { BatchCall, Destination, Receipt, Taken, UpstreamCall } from '../destinations/destination.ts'
import type { NewId, Now } from '../ports.ts'
import type { Attempt, Json, LeasedDelivery, Step } from '../store/port.ts'
import { CONFIRMED, type Judgement, judge, TAKEN } from './outcome.ts'
import { keepableReceipt, keepableSteps } from './keepable.ts'
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
  readonly sleep: (ms: number) => Promise<void>
  /** Ends the call when the process has to stop. */
  readonly signal: AbortSignal
  /** What the route and the operation say about sending this delivery twice. */
  readonly policy: Pick<Policy, 'idempotent' | 'marker' | 'settleMs'>
  /** Headers that tell another gateway of the trace. */
  readonly traceHeaders?: Readonly<Record<string, string>>
}

/**
 * Calls the destination, and never throws. Where the upstream refused a token or a clock, and its client has learned
 * better, the call is made once more: both calls are attempts of the record, and the refused one does not count.
 */
export async function deliver(destination: Destination, delivery: LeasedDelivery, ports: Ports): Promise<Delivered> {
  const { nowMs, policy, traceHeaders = {} } = ports
  const steps: Step[] = []
  const startedAtMs = nowMs()
  const look = { observe: note(steps, 'read-back'), observeToken: note(steps, 'token'), signal: ports.signal }
  const reconciled = await reconcile(destination, delivery, policy, startedAtMs, look)
  if (!reconciled.send) return lookedOnly(delivery, reconciled, steps, startedAtMs, ports)
  const looked = steps.length === 0 ? 'not' : 'first'
  const { id: deliveryId, operation, payload } = delivery
  const send = async (call: UpstreamCall): Promise<Taken> => ({
    awaitsCallback: false,
    receipt: await destination.deliver(operation, payload, { ...call, deliveryId, traceHeaders }),
  })
  const first = await attempt(send, ports, steps)
  const { outcome, code } = first.judgement
  if (outcome !== 'unauthorized' || code === null || !destination.renews(code)) {
    return finish(delivery, [first], looked, ports)
  }
  return finish(delivery, [first, await attempt(send, ports, [])], looked, ports)
}

/** One call of an operation, and how it ended. */
export interface Tried extends Pick<Attempt, 'startedAtMs' | 'endedAtMs' | 'steps'> {
  readonly judgement: Judgement
  readonly receipt: Receipt | null
}

/** Calls the destination once for several deliveries, and never throws. */
export function deliverBatch(
  destination: Destination,
  operation: string,
  payloads: readonly Json[],
  batch: Pick<BatchCall, 'batchId' | 'callbackUrl'>,
  ports: Omit<Ports, 'newId' | 'policy'> & { readonly policy: Pick<Policy, 'idempotent'> },
): Promise<Tried> {
  return attempt((call) => destination.deliverBatch(operation, payloads, { ...call, ...batch }), ports, [])
}

/** Makes one call, and judges how it ended. Never throws. */
export async function attempt(
  send: (call: UpstreamCall) => Promise<Taken>,
  {
    nowMs,
    signal,
    sleep,
    policy,
  }: Pick<Ports, 'nowMs' | 'signal' | 'sleep'> & { readonly policy: Pick<Policy, 'idempotent'> },
  steps: Step[],
): Promise<Tried> {
  const startedAtMs = nowMs()
  try {
    const call = { observe: note(steps, 'delivery'), observeToken: note(steps, 'token'), signal }
    const { awaitsCallback, receipt } = await untilAborted(send(call), signal, sleep)
    const judgement = awaitsCallback ? TAKEN : CONFIRMED
    return {
      startedAtMs,
      endedAtMs: nowMs(),
      steps: keepableSteps(steps),
      receipt: keepableReceipt(receipt),
      judgement,
    }
  } catch (error) {
    const sent = steps.some((step) => step.purpose === 'delivery')
    const judgement = judge(error, { sent, idempotent: policy.idempotent })
    return { startedAtMs, endedAtMs: nowMs(), steps: keepableSteps(steps), receipt: null, judgement }
  }
}

/** How long a call that was ended may take to say what it did: one that says nothing by then waits for something else. */
const LAST_WORDS_MS = 250

/**
 * Waits for a call until shortly after the signal. A request that was begun is ended by the signal itself, and told of as
 * such; what is still not over then waits for a token, which other calls wait for too, and has sent nothing.
 */
async function untilAborted<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
  sleep: (ms: number) => Promise<void>,
): Promise<Result> {
  let stop = (): void => undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () =>
      void sleep(LAST_WORDS_MS).then(() =>
        reject(new TransportError('ABORTED', 'maybe-sent', 'the process had to stop')),
      )
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

/** A look is no attempt at sending, and does not count as one unless it failed: else looks that fail would never end. */
function lookedOnly(
  delivery: LeasedDelivery,
  { judgement, receipt, failed }: Extract<Reconciled, { send: false }>,
  steps: readonly Step[],
  startedAtMs: number,
  { nowMs, newId }: Ports,
): Delivered {
  const kept = keepableReceipt(receipt)
  const tried = { judgement, receipt: kept, steps: keepableSteps(steps), startedAtMs, endedAtMs: nowMs() }
  return {
    attempts: [attemptOf(tried, newId, delivery.attempts + 1, failed && counts(judgement))],
    judgement,
    receipt: kept,
    looked: 'only',
  }
}

function finish(
  delivery: LeasedDelivery,
  tried: readonly [Tried] | readonly [Tried, Tried],
  looked: Delivered['looked'],
  { newId }: Ports,
): Delivered {
  const last = tried.at(-1) ?? tried[0]
  const attempts = tried.map((one, index) =>
    attemptOf(one, newId, delivery.attempts + 1 + index, one === last && counts(one.judgement)),
  )
  return { attempts, judgement: last.judgement, receipt: last.receipt, looked }
}

/** Makes the record of a call. */
export function attemptOf(tried: Tried, newId: NewId, number: number, counted: boolean, batchId?: string): Attempt {
  const { startedAtMs, endedAtMs, steps } = tried
  const { outcome, code, detail } = tried.judgement
  const made = { id: newId('att'), number, startedAtMs, endedAtMs, outcome, code, detail, counted }
  return { ...made, steps: batchId === undefined ? steps : [], batchId: batchId ?? null }
}

/**
 * Tells whether an attempt uses up one of the ten. One that the upstream turned away at the door does not: the gate
 * closes instead, for every delivery of the destination. Where that may be for what it is, it does all the same.
 */
export function counts({ outcome, throttled, spends }: Judgement): boolean {
  return spends === true || (outcome !== 'unauthorized' && !(throttled && outcome === 'busy'))
}
