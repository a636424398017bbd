import type { Log, LogLevel, Ports } from '../ports.ts'
import type { Attempt, LeasedDelivery, Outcome } from '../store/port.ts'
import { resumeTrace, type Trace } from '../trace.ts'
import type { HandRequest } from './call.ts'
import type { Tried } from './deliver.ts'

/** Writes one line for each attempt at a delivery: the first has the span that the upstream was told of, another its own. */
export function logAttempts(
  { log, random }: Pick<Ports, 'log' | 'random'>,
  delivery: LeasedDelivery,
  attempts: readonly Attempt[],
  trace: Trace,
): void {
  const { id, destination, operation } = delivery
  for (const [at, attempt] of attempts.entries()) {
    const { spanId } = at === 0 ? trace : resumeTrace(delivery.trace, random)
    log(levelOf(attempt.outcome), 'attempt', {
      delivery: id,
      event: delivery.eventId,
      destination,
      operation,
      attempt: attempt.number,
      ...endOf(attempt),
      trace_id: trace.traceId,
      span_id: spanId,
    })
  }
}

/** Writes the line of a call that several deliveries shared; each of their events has a trace of its own. */
export function logBatch(
  log: Log,
  destination: string,
  { batch, operation }: Pick<LeasedDelivery, 'operation'> & { readonly batch: { readonly id: string } },
  deliveries: number,
  { startedAtMs, endedAtMs, judgement: { outcome, code } }: Tried,
): void {
  const end = endOf({ startedAtMs, endedAtMs, outcome, code })
  log(levelOf(outcome), 'attempt', { batch: batch.id, deliveries, destination, operation, ...end })
}

/** Writes the line of a call that a request waits for: it has the request's id and trace, and a span of its own. */
export function logCall(
  { log, random }: Pick<Ports, 'log' | 'random'>,
  { destination, operation, asked: { requestId, key, trace } }: HandRequest,
  end: Ended,
): void {
  const { traceId, spanId } = resumeTrace(trace, random)
  log(levelOf(end.outcome), 'attempt', {
    destination,
    operation,
    key,
    ...endOf(end),
    requestId,
    trace_id: traceId,
    span_id: spanId,
  })
}

type Ended = Pick<Attempt, 'outcome' | 'code' | 'startedAtMs' | 'endedAtMs'>

function endOf({ outcome, code, startedAtMs, endedAtMs }: Ended) {
  return { outcome, ...(code === null ? {} : { code }), durationMs: endedAtMs - startedAtMs }
}

const levelOf = (outcome: Outcome): LogLevel => (outcome === 'delivered' || outcome === 'accepted' ? 'info' : 'warn')
