import { TransportError, UpstreamError } from '@sluice/errors'
import type { HandCall } from '../destinations/destination.ts'
import type { Ports } from '../ports.ts'
import type { Receipt } from '../destinations/destination.ts'
import { newCallback } from './callback.ts'
import { attempt, type Tried } from './deliver.ts'
import type { GateReason } from './gate.ts'
import type { Lane } from './lane.ts'
import type { Judgement } from './outcome.ts'
import { logCall } from './work-log.ts'

/** Longest time of a call with all that it needs, a token and a second try included, in milliseconds. */
const CALL_MS = 60_000
/** How long a call waits for the gate before it is told that it is closed. */
const PATIENCE_MS = 2000
/** How often a gate is asked again of which nobody says when it opens. */
const ASK_AGAIN_MS = 100
/** After which time it is worth trying again where nobody knows when the gate opens. */
const UNKNOWN_WAIT_MS = 5000

/** What is called by hand: everything in it can be cloned, since the gate may be in another process. */
export interface HandRequest {
  readonly destination: string
  readonly operation: string
  /** What the operation's own schema made of it. */
  readonly input: unknown
  /** The request that asked for it, for the log. */
  readonly asked: {
    readonly requestId: string
    /** Name of the key. */
    readonly key: string
    /** See `keptTrace`. */
    readonly trace: string
  }
}

/** Why a call has no result. The table of the API turns each into a status. */
export const FAILURE_CAUSES = [
  'refused',
  'not-found',
  'conflict',
  'partial',
  'failed',
  'timeout',
  'unreachable',
  'unauthorized',
  'busy',
  'closed',
] as const
export type FailureCause = (typeof FAILURE_CAUSES)[number]

/** A call that has no result. */
export interface CallFailure {
  readonly kind: 'failed'
  readonly cause: FailureCause
  /** Whether the same call twice has the effect of one. */
  readonly repeatable: boolean
  readonly code: string | null
  readonly detail: string | null
  readonly retryAfterMs: number | null
  /** The load that it began, if it did; a callback may tell how that ended. */
  readonly loadId: string | null
}

/** How a call ended. */
export type Called = { readonly kind: 'done'; readonly result: Receipt; readonly loadId: string | null } | CallFailure

type CallPorts = Pick<Ports, 'store' | 'nowMs' | 'newId' | 'newToken' | 'sleep' | 'log' | 'random'> & {
  /** Ends the call when the process has to stop. */
  readonly signal: AbortSignal
  /** Tests the credentials, where the gate asks for it first. */
  readonly test: (lane: Lane) => Promise<Judgement>
  /** Resolves when the gate may let through more than it did. */
  readonly reopening: () => Promise<void>
}

/** What is said of a call that came when the process was about to stop. */
export const STOPPING: Called = closed('The gateway is stopping.', null)

/**
 * Calls a destination now: through its gate, with its token, and counted by both as any delivery. Nobody can end it early
 * but the process that stops: whoever asked may have gone away, and what was begun goes on.
 *
 * @throws StoreError nothing was sent.
 */
export async function callByHand(lane: Lane, request: HandRequest, ports: CallPorts): Promise<Called> {
  const { nowMs } = ports
  const operation = lane.calls[request.operation]
  if (operation === undefined) throw new TypeError(`${lane.kind} has no call of that name`)
  const refusal = await enter(lane, ports)
  if (refusal !== null) return refusal
  const load = await openLoad(lane, request, ports).catch(async (error: unknown): Promise<never> => {
    await lane.gatekeeper.giveBack(1)
    throw error
  })
  const startedAtMs = nowMs()
  const repeatable = operation.effect === 'read' || operation.idempotent(request.input)
  const { tried, requests, result, error } = await send(lane, request, { repeatable, ...load }, ports)
  const { judgement } = tried
  await leave(lane, judgement, requests, ports)
  const { outcome, code } = judgement
  logCall(ports, request, { startedAtMs, endedAtMs: nowMs(), outcome, code })
  const { loadId } = load
  if (outcome === 'delivered') return { kind: 'done', result, loadId }
  const { detail, retryAfterMs } = judgement
  const cause = causeOf(judgement, error, { sent: wasSent(tried), repeatable })
  return { kind: 'failed', cause, repeatable, code, detail, retryAfterMs, loadId }
}

/** Waits a moment for the gate. Null when it let the call through. */
async function enter({ gatekeeper, ...lane }: Lane, ports: CallPorts): Promise<Called | null> {
  const { nowMs, sleep, test, reopening } = ports
  for (let patienceMs = PATIENCE_MS; ;) {
    const reopened = reopening()
    const { calls, opensAtMs, test: toTest } = await gatekeeper.take(1)
    if (calls > 0) return null
    if (toTest) {
      await test({ gatekeeper, ...lane })
      continue
    }
    const { reason } = await gatekeeper.state()
    const opensInMs = opensAtMs === null ? null : Math.max(1, opensAtMs - nowMs())
    const waitMs = opensInMs ?? ASK_AGAIN_MS
    if (reason === 'paused' || waitMs > patienceMs) return closed(wordsOf(reason, opensInMs), opensInMs)
    await Promise.race([sleep(waitMs), reopened])
    patienceMs -= waitMs
  }
}

function wordsOf(reason: GateReason | null, opensInMs: number | null): string {
  if (reason !== null) return `The gate is closed: ${reason}.`
  return opensInMs === null
    ? 'The gate lets no more through: as many calls as it may have at once (concurrency) are under way.'
    : 'The gate lets no more through: the destination has had as many requests as its rate allows (ratePerSecond).'
}

function closed(detail: string, opensInMs: number | null): CallFailure {
  const retryAfterMs = opensInMs ?? UNKNOWN_WAIT_MS
  return { kind: 'failed', cause: 'closed', repeatable: true, code: null, detail, retryAfterMs, loadId: null }
}

interface Identity {
  readonly callId: string
  readonly callbackUrl: string | null
  readonly loadId: string | null
}

/** Notes a load before it is sent, so that whatever comes back about it finds it. */
async function openLoad(
  lane: Lane,
  { operation, input }: HandRequest,
  { store, nowMs, newId, newToken }: CallPorts,
): Promise<Identity> {
  const callId = newId('bat')
  const load = lane.calls[operation]?.load?.(input)
  if (load === undefined) return { callId, callbackUrl: null, loadId: null }
  const createdAtMs = nowMs()
  const callback =
    lane.callbacks === null ? null : await newCallback(lane.callbacks, lane.kind, newToken(), createdAtMs)
  const made = { id: callId, destination: lane.name, operation, createdAtMs, ...load }
  await store.openBatch({ ...made, token: callback?.token ?? null })
  return { callId, callbackUrl: callback?.url ?? null, loadId: callId }
}

interface Sent {
  readonly tried: Tried
  readonly requests: number
  /** What the upstream said, if it was a success. */
  readonly result: Receipt
  readonly error: unknown
}

/** Calls, and once more where the client has learned how to mend a refusal of its token or clock. */
async function send(
  { destination }: Lane,
  { operation, input }: HandRequest,
  { repeatable, callId, callbackUrl }: Identity & { readonly repeatable: boolean },
  { nowMs, sleep, signal: stopping }: CallPorts,
): Promise<Sent> {
  const bound = new AbortController()
  const timer = setTimeout(() => bound.abort(), CALL_MS)
  const signal = AbortSignal.any([stopping, bound.signal])
  let error: unknown = null
  let result: Receipt = {}
  const once = () =>
    attempt(
      async (call) => {
        try {
          const hand: HandCall = { ...call, callId, callbackUrl }
          // What a client returns is an object that JSON can hold.
          result = (await destination.call(operation, input, hand)) as Receipt
          return { awaitsCallback: false, receipt: {} }
        } catch (thrown) {
          error = thrown
          throw thrown
        }
      },
      { nowMs, sleep, signal, policy: { idempotent: repeatable } },
      [],
    )
  try {
    const first = await once()
    const { outcome, code } = first.judgement
    if (outcome !== 'unauthorized' || code === null || !destination.renews(code))
      return { tried: first, requests: first.steps.length, result, error }
    const second = await once()
    return { tried: second, requests: first.steps.length + second.steps.length, result, error }
  } finally {
    clearTimeout(timer)
  }
}

/** Tells the gate how it ended. That it cannot be stored is no reason to keep the answer back: the gate itself knows. */
async function leave(lane: Lane, judgement: Judgement, requests: number, { store, log }: CallPorts): Promise<void> {
  const gate = await lane.gatekeeper.leave(judgement, requests)
  if (gate === null) return
  await store.saveGate(lane.name, gate).catch((error: unknown) => {
    log('error', 'gate not stored', { destination: lane.name, error: error instanceof Error ? error.name : 'unknown' })
  })
}

const wasSent = ({ steps }: Tried): boolean => steps.some(({ purpose }) => purpose === 'delivery')

const HTTP_NOT_FOUND = 404
const HTTP_CONFLICT = 409
/** Ends of an exchange that waited too long; the last one is that of the whole call. */
const TIMEOUTS: ReadonlySet<string> = new Set(['HEADERS_TIMEOUT', 'REPLY_TIMEOUT', 'ABORTED'])

/**
 * Says in one word why a call has no result. That the upstream asks to wait proves nothing: what may have landed, and may not
 * be repeated, stays so.
 */
function causeOf(
  { outcome, throttled }: Judgement,
  error: unknown,
  { sent, repeatable }: { readonly sent: boolean; readonly repeatable: boolean },
): FailureCause {
  if (throttled && (outcome === 'busy' || (outcome === 'unsure' && repeatable))) return 'busy'
  switch (outcome) {
    case 'unauthorized':
    case 'partial':
      return outcome
    case 'refused':
      return refusalOf(error)
    case 'busy':
    case 'unsure':
      if (!sent || (error instanceof TransportError && error.sent === 'not-sent')) return 'unreachable'
      return error instanceof TransportError && TIMEOUTS.has(error.code) ? 'timeout' : 'failed'
    case 'delivered':
    case 'accepted':
      return 'failed'
  }
}

function refusalOf(error: unknown): FailureCause {
  const status = error instanceof UpstreamError ? error.httpStatus : undefined
  if (status === HTTP_NOT_FOUND) return 'not-found'
  return status === HTTP_CONFLICT ? 'conflict' : 'refused'
}
