import type { PreviewedRoute } from '../flow/preview.ts'
import type { Attempt, DeliveryHistory, DeliveryRow, EventRow, Step } from '../store/port.ts'

const instant = (ms: number): string => new Date(ms).toISOString()

/** Represents a delivery as the API shows it. */
export function representDelivery(row: DeliveryRow) {
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
    dueAt: row.dueAtMs === null ? null : instant(row.dueAtMs),
    attemptCount: row.attempts,
    countedAttemptCount: row.countedAttempts,
    reason: row.reason,
    receipt: row.receipt,
  }
}

/** Represents a delivery with what was sent and answered. */
export function representHistory(row: DeliveryHistory) {
  const resolutions = row.resolutions.map(({ atMs, ...rest }) => ({ at: instant(atMs), ...rest }))
  return { ...representDelivery(row), attempts: row.history.map(representAttempt), resolutions }
}

/** Represents an event with everything that came of it. */
export function representEvent(row: EventRow) {
  return {
    id: row.id,
    source: row.source,
    idempotencyKey: row.idempotencyKey,
    receivedAt: instant(row.receivedAtMs),
    contentType: row.contentType,
    body: new TextDecoder().decode(row.body),
    deliveries: row.deliveries.map(representHistory),
  }
}

function representAttempt(attempt: Attempt) {
  const { startedAtMs, endedAtMs, steps, ...rest } = attempt
  return { ...rest, startedAt: instant(startedAtMs), endedAt: instant(endedAtMs), steps: steps.map(representStep) }
}

function representStep({ startedAtMs, endedAtMs, ...rest }: Step) {
  return { ...rest, startedAt: instant(startedAtMs), endedAt: instant(endedAtMs) }
}

/** Represents what a route would make of an event. */
export function representPreviewed({ fault, requests, ...rest }: PreviewedRoute) {
  const { code, errors = [] } = fault ?? {}
  return { ...rest, fault: code === undefined ? null : { code, errors: [...errors] }, requests: [...requests] }
}
