import { VerifyError } from '@sluice/errors'
import type { Context, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { KeyEnv } from '../api/auth.ts'
import type { HttpPorts, LogLevel } from '../ports.ts'
import { problemOf } from '../problem.ts'
import { continueTrace, type Trace, traceparentOf } from '../trace.ts'
import { readRequestId } from './request-id.ts'
import { checkHead } from './request-limits.ts'
import { secure } from './security-headers.ts'

/** What every handler knows of the request that it answers. */
export interface ExchangeVariables {
  /** The caller's own id of the request, or ours. */
  readonly requestId: string
  /** The trace that the request belongs to, and its span. */
  readonly trace: Trace
  /** The source that was posted to, once it is known to be one. */
  source?: string
}

/**
 * Makes what stands around every request: its id and its trace, the headers that every answer has, and its line in the log.
 * It comes before every route, and so also around what is no route.
 */
export function createExchange(ports: Pick<HttpPorts, 'nowMs' | 'random' | 'log'>): MiddlewareHandler<KeyEnv> {
  const { nowMs, random, log } = ports
  return async (context, next) => {
    const startedAtMs = nowMs()
    const { headers } = context.req.raw
    const trace = continueTrace(headers.get('traceparent'), headers.get('tracestate'), random)
    const requestId = readRequestId(headers.get('x-request-id')) ?? `req_${trace.spanId}`
    context.set('trace', trace)
    context.set('requestId', requestId)
    await next()
    secure(context.res, context.req.raw)
    context.res.headers.set('x-request-id', requestId)
    context.res.headers.set('traceresponse', traceparentOf(trace))
    const entry = entryOf(context)
    log(levelOf(context, entry.route), 'request', { ...entry, durationMs: nowMs() - startedAtMs })
  }
}

/** Refuses a request whose head is too large; what refuses is answered like anything that a handler throws. */
export const limitHead: MiddlewareHandler = async (context, next) => {
  checkHead(context.req.raw)
  await next()
}

/** Routes that something asks for every few seconds, and whose answer is seen elsewhere. */
const HEALTH_ROUTES: ReadonlySet<string> = new Set(['/healthz', '/readyz'])
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** What a caller chose freely is no part of it: the route instead of the path, and of names only those that are ours. */
function entryOf(context: Context<KeyEnv>) {
  const { req, res, error, var: known } = context
  const length = req.raw.headers.get('content-length')
  return {
    method: METHODS.has(req.method) ? req.method : 'OTHER',
    route: routeOf(context),
    status: res.status,
    ...(error === undefined ? {} : failureOf(error)),
    ...(length !== null && /^\d{1,15}$/.test(length) ? { bytesIn: Number(length) } : {}),
    ...(known.source === undefined ? {} : { source: known.source }),
    ...(known.keyName === undefined ? {} : { key: known.keyName }),
    requestId: known.requestId,
    trace_id: known.trace.traceId,
    span_id: known.trace.spanId,
  }
}

/** The pattern of the route that answered; `-` for none. */
function routeOf(context: Context): string {
  const pattern = routePath(context, -1)
  return pattern.endsWith('*') ? '-' : pattern
}

function levelOf({ res, error }: Context, route: string): LogLevel {
  if (error instanceof VerifyError) return 'warn'
  if (res.status >= 500) return error === undefined ? 'warn' : 'error'
  return HEALTH_ROUTES.has(route) ? 'debug' : 'info'
}

/** Names the problem; of what was not verified why, which the sender is not told; and of a bug its place: its message may quote what was sent. */
function failureOf(error: Error): Readonly<Record<string, string>> {
  const { problem } = problemOf(error)
  if (error instanceof VerifyError) return { code: error.code, reason: error.message }
  if (problem.code !== 'INTERNAL') return { code: problem.code }
  const place = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '))
  return { code: problem.code, error: error.name, ...(place === undefined ? {} : { place: place.trim() }) }
}
