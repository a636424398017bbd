import type { HeldBy } from './represent-gate.ts'
import type { PreviewedRoute } from '../flow/preview.ts'
import { lastsMs } from '../store/job-pace.ts'
import type {
  Attempt,
  AttemptSummary,
  Batch,
  Change,
  DeliveryHistory,
  DeliveryRow,
  EventRow,
  EventSummary,
  Job,
  Step,
} from '../store/port.ts'
import { sentKey } from '../store/sent-key.ts'

const instant = (ms: number): string => new Date(ms).toISOString()
/** Writes a time that may not be there. */
export const instantOrNull = (ms: number | null): string | null => (ms === null ? null : instant(ms))

/** Represents what a delivery itself says. */
function representDelivery(row: DeliveryRow) {
  return {
    id: row.id,
    eventId: row.eventId,
    source: row.source,
    route: row.route,
    destination: row.destination,
    operation: row.operation,
    payload: row.payload,
    state: row.state,
    createdAt: instant(row.createdAtMs),
    updatedAt: instant(row.updatedAtMs),
    dueAt: instantOrNull(row.dueAtMs),
    attemptCount: row.attempts,
    countedAttemptCount: row.countedAttempts,
    reason: row.reason,
    receipt: row.receipt,
    orderingKey: row.orderingKey,
    deadlineAt: instantOrNull(row.deadlineAtMs),
    acknowledgedAt: instantOrNull(row.acknowledgedAtMs),
    replayId: row.replayId,
  }
}

/** Represents a delivery as lists show it, with the gate that keeps it waiting. */
export function representListed(row: DeliveryRow, heldBy: HeldBy) {
  return { ...representDelivery(row), gate: heldBy(row) }
}

/** Represents that a delivery came into a state, with the delivery as it is now. */
export function representChange({ state, atMs, delivery }: Change) {
  return { ...representDelivery(delivery), change: { state, at: instant(atMs) } }
}

/** Represents a delivery with what was sent and answered. */
export function representHistory(row: DeliveryHistory, heldBy: HeldBy) {
  const resolutions = row.resolutions.map(({ atMs, ...rest }) => ({ at: instant(atMs), ...rest }))
  const batch = row.batch === null ? null : representBatch(row.batch)
  const { waitsFor, payloadOmitted, attemptsOmitted } = row
  const attempts = row.history.map(representAttempt)
  return { ...representListed(row, heldBy), payloadOmitted, waitsFor, batch, attempts, attemptsOmitted, resolutions }
}

/** Represents an event with everything that came of it. */
export function representEvent(row: EventRow, heldBy: HeldBy) {
  return {
    ...representReceived(row),
    body: new TextDecoder().decode(row.body),
    deliveries: row.deliveries.map((delivery) => representHistory(delivery, heldBy)),
    replays: row.replays.map(({ atMs, ...rest }) => ({ at: instant(atMs), ...rest })),
  }
}

/** Represents an event as lists show it. */
export function representSummary(row: EventSummary) {
  return { ...representReceived(row), bodyBytes: row.bodyBytes }
}

function representReceived(row: Omit<EventSummary, 'bodyBytes'>) {
  const { id, source, idempotencyKey: key, receivedAtMs, contentType } = row
  const idempotencyKey = key === null ? null : sentKey(key)
  return { id, source, idempotencyKey, receivedAt: instant(receivedAtMs), contentType }
}

/** Represents a job with how far it is. */
export function representJob(job: Job, nowMs: number) {
  const { createdAtMs, nextAtMs, endedAtMs, filter, ...rest } = job
  const { createdAfterMs, createdBeforeMs, states: _, ...match } = filter
  return {
    ...rest,
    filter: {
      ...match,
      ...(createdAfterMs === undefined ? {} : { since: instant(createdAfterMs) }),
      ...(createdBeforeMs === undefined ? {} : { until: instant(createdBeforeMs) }),
    },
    matched: rest.done + rest.skipped,
    createdAt: instant(createdAtMs),
    nextAt: instantOrNull(nextAtMs),
    estimatedEndAt: instantOrNull(estimatedEndMs(job, nowMs)),
    endedAt: instantOrNull(endedAtMs),
  }
}

/** When a job will have ended if it goes on as it did so far; null where that cannot be said, or it has ended. */
function estimatedEndMs(job: Job, nowMs: number): number | null {
  const { state, expected, done, skipped, createdAtMs, nextAtMs, ratePerSecond } = job
  const passed = done + skipped
  if (state !== 'running' || expected === null || (passed === 0 && ratePerSecond === null)) return null
  const left = Math.max(expected - passed, 0)
  const leftMs =
    ratePerSecond === null ? (Math.max(nowMs - createdAtMs, 0) / passed) * left : lastsMs(left, ratePerSecond)
  return Math.max(Math.ceil(nowMs + leftMs), nextAtMs ?? nowMs)
}

function representBatch({ id, size, createdAtMs, callback, callbackAtMs }: Batch) {
  return { id, size, createdAt: instant(createdAtMs), callback, callbackAt: instantOrNull(callbackAtMs) }
}

/** Represents an attempt with what was sent and answered. */
export function representAttempt<Shown extends Attempt>({ steps, ...attempt }: Shown) {
  return { ...representAttemptSummary(attempt), steps: steps.map(representStep) }
}

/** Represents an attempt as lists show it. */
export function representAttemptSummary<Shown extends Pick<AttemptSummary, 'startedAtMs' | 'endedAtMs'>>(
  attempt: Shown,
) {
  const { startedAtMs, endedAtMs, ...rest } = attempt
  return { ...rest, startedAt: instant(startedAtMs), endedAt: instant(endedAtMs) }
}

function representStep({ startedAtMs, endedAtMs, ...rest }: Step) {
  return { ...rest, startedAt: instant(startedAtMs), endedAt: instant(endedAtMs) }
}

/** Represents what a route would make of an event. */
export function representPreviewed({ fault, requests, ...rest }: PreviewedRoute) {
  const { code, errors = [] } = fault ?? {}
  return { ...rest, fault: code === undefined ? null : { code, errors: [...errors] }, requests: [...requests] }
}
