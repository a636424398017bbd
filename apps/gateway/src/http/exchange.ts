import { VerifyError } from '@sluice/errors'
import type { Context, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { KeyEnv } from '../api/auth.ts'
import type { HttpPorts, LogLevel } from '../ports.ts'
import { problemOf } from '../problem.ts'
import { continueTrace, type Trace, traceparentOf } from '../trace.ts'
import { readRequestId } from './request-id.ts'
import { secure } from './security-headers.ts'

/** What every handler knows of the request that it answers. */
export interface ExchangeVariables {
  /** The caller's own id of the request, or ours. */
  readonly requestId: string
  /** The trace that the request belongs to, and its span. */
  readonly trace: Trace
  /** The source that was posted to, once it is known to be one. */
  source?: string
  /** The account and the operation of a call by hand, once they are known. */
  called?: { readonly destination: string; readonly operation: string }
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
    const { headers: answered } = context.res
    secure(answered, context.req.raw)
    answered.set('x-request-id', requestId)
    answered.set('traceresponse', traceparentOf(trace))
    const entry = entryOf(context, trace)
    entry['durationMs'] = nowMs() - startedAtMs
    log(levelOf(context, entry.route), 'request', entry)
  }
}

/** Routes that something asks for every few seconds, and whose answer is seen elsewhere. */
const HEALTH_ROUTES: ReadonlySet<string> = new Set(['/healthz', '/readyz'])
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

type Entry = Record<string, string | number> & { readonly route: string }

/** What a caller chose freely is no part of it: the route instead of the path, and of names only those that are ours. */
function entryOf(context: Context<KeyEnv>, trace: Trace): Entry {
  const { req, res, error } = context
  const entry: Entry = {
    method: METHODS.has(req.method) ? req.method : 'OTHER',
    route: routeOf(context),
    status: res.status,
  }
  if (error !== undefined) Object.assign(entry, failureOf(error))
  const length = req.raw.headers.get('content-length')
  if (length !== null && /^\d{1,15}$/.test(length)) entry['bytesIn'] = Number(length)
  const source = context.get('source')
  if (source !== undefined) entry['source'] = source
  Object.assign(entry, context.get('called'))
  const key = context.get('keyName')
  if (key !== undefined) entry['key'] = key
  entry['requestId'] = context.get('requestId')
  entry['trace_id'] = trace.traceId
  entry['span_id'] = trace.spanId
  return entry
}

/** The pattern of the route that answered; `-` for none. */
function routeOf(context: Context): string {
  const pattern = routePath(context, -1)
  return pattern.endsWith('*') ? '-' : pattern
}

function levelOf({ res, error }: Context, route: string): LogLevel {
  // Whoever guesses is seen by it.
  if (res.status === 401) return 'warn'
  if (res.status >= 500) return error === undefined ? 'warn' : 'error'
  return HEALTH_ROUTES.has(route) ? 'debug' : 'info'
}

/** Names the problem; of what was not verified why, which the sender is not told; and of a bug its place: its message may quote what was sent. */
function failureOf(error: Error): Readonly<Record<string, string>> {
  const { problem } = problemOf(error)
  if (error instanceof VerifyError) return { code: error.code, reason: error.message }
  if (problem.code !== 'INTERNAL') {
    const { code = null } = problem.upstream ?? {}
    return { code: problem.code, ...(code === null ? {} : { upstreamCode: code }) }
  }
  const place = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '))
  return { code: problem.code, error: error.name, ...(place === undefined ? {} : { place: place.trim() }) }
}
