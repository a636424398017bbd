import type { Agenda } from './agenda.ts'
import { faultReply } from './fault-replies.ts'
import { delayOf, type FaultOrder, type Faults, strikesAfterEffect } from './faults.ts'
import type { Received } from './received.ts'
import { type MockReply, toResponse, toSlowResponse } from './reply.ts'
import type { RequestLog } from './request-log.ts'
import type { Call, Upstream } from './upstream.ts'

/** Carries one request through an upstream: fault, work, reply, and the line in the log. */
export async function exchange(
  received: Received,
  upstream: Upstream,
  faults: Faults,
  log: RequestLog,
  agenda: Agenda,
): Promise<MockReply> {
  const call = await upstream.open(received)
  const order = faults.take(upstream.name, call.operation)
  const outcome = order === null ? await workUndisturbed(call) : await workUnder(order, call, agenda)
  log.append(received, {
    upstream: upstream.name,
    operation: call.operation,
    status: 'response' in outcome.reply ? outcome.reply.response.status : null,
    effect: outcome.effect,
    fault: order?.fault ?? null,
  })
  return outcome.reply
}

interface Outcome {
  readonly reply: MockReply
  readonly effect: number
}

async function workUndisturbed(call: Call): Promise<Outcome> {
  const { reply, effect } = await call.answer(null)
  return { reply: { kind: 'response', response: toResponse(reply) }, effect }
}

async function workUnder(order: FaultOrder, call: Call, agenda: Agenda): Promise<Outcome> {
  const real = strikesAfterEffect(order) ? await call.answer(order.fault) : null
  const delayMs = delayOf(order)
  if (delayMs > 0 && order.fault !== 'slow-200') await agenda.wait(delayMs)
  const reply = endOf(order, call, real?.reply ?? null, () => agenda.wait(delayMs))
  return { reply, effect: real?.effect ?? 0 }
}

function endOf(
  order: FaultOrder,
  call: Call,
  real: Parameters<typeof faultReply>[2],
  pause: () => Promise<void>,
): MockReply {
  if (order.fault === 'reset' || order.fault === 'reset-after') return { kind: 'reset' }
  if (order.fault === 'timeout' || order.fault === 'timeout-after') return { kind: 'hang' }
  const reply = faultReply(order, call, real)
  if (order.fault === 'slow-200') return { kind: 'slow', response: toSlowResponse(reply, pause) }
  return { kind: 'response', response: toResponse(reply) }
}
