import type { FaultOrder } from './faults.ts'
import { inOtherFormat } from './other-format.ts'
import type { Reply } from './reply.ts'
import type { Call } from './upstream.ts'

/** A page such as a proxy puts in front of a server that is not there. */
export const HTML_PAGE =
  '<!DOCTYPE html>\n<html><head><title>Sandbox fault</title></head><body><h1>Sandbox fault</h1><hr></body></html>\n'

/** A page that no validator passes: nothing in it is closed. */
const BROKEN_HTML_PAGE = '<html><head><title>Sandbox fault<body><h1>Sandbox fault<br><hr>\n'

/**
 * Writes the reply of a fault that does answer.
 *
 * @param real - The reply that the fault spoils, where the work was done before it.
 */
export function faultReply(order: FaultOrder, call: Call, real: Reply | null): Reply {
  const own = call.faultReply(order.fault, real)
  if (own !== null) return own
  if (order.fault === 'html-200') return { status: 200, contentType: 'text/html', body: HTML_PAGE }
  if (order.fault === 'broken-html-200') return { status: 200, contentType: 'text/html', body: BROKEN_HTML_PAGE }
  if (order.fault === 'late-200' || order.fault === 'slow-200') return real ?? call.errorReply(500)
  if (order.fault === 'empty-200') return { status: 200, contentType: null, body: '' }
  if (order.fault === 'cut-200' && real !== null) return cut(real)
  if (order.fault === 'wrong-format' && real !== null) return inOtherFormat(real)
  return withRetryAfter(call.errorReply(statusOf(order.fault)), order.retryAfterSeconds)
}

function cut(real: Reply): Reply {
  return { ...real, body: real.body.slice(0, Math.floor(real.body.length / 2)) }
}

function statusOf(fault: string): number {
  const digits = /^status-([0-9]{3})$/.exec(fault)?.[1]
  return digits === undefined ? 500 : Number(digits)
}

function withRetryAfter(reply: Reply, seconds: number | undefined): Reply {
  if (seconds === undefined || (reply.status !== 429 && reply.status < 500)) return reply
  return { ...reply, headers: { ...reply.headers, 'retry-after': String(seconds) } }
}
