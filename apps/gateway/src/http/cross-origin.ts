import type { MiddlewareHandler } from 'hono'

/** What a request may be and have beside what every page may send. A browser remembers it for ten minutes. */
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers':
    'Authorization, Content-Encoding, Content-Type, Idempotency-Key, Last-Event-ID, Prefer, Traceparent, Tracestate, X-Request-Id',
  'access-control-max-age': '600',
}
/** What an answer says beside what every page may read. */
const EXPOSED =
  'Accept-Encoding, Allow, Idempotency-Replayed, Link, Location, Preference-Applied, RateLimit, RateLimit-Policy, Retry-After, Traceresponse, WWW-Authenticate, X-Request-Id'

/**
 * Lets pages of some origins use the API by a browser. Never with credentials of the browser's own: the key is in a header
 * that the page has to set. Ours and not Hono's: that one answers every OPTIONS with 204, also of an origin that is not let
 * in and where nothing was asked, and is three times as long.
 *
 * @param origins - As a browser writes them; `*` alone for any.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  const isForAll = origins.includes('*')
  return async (context, next) => {
    const { method, headers } = context.req.raw
    const origin = headers.get('origin') ?? ''
    const isAllowed = isForAll || origins.includes(origin)
    if (isAllowed && method === 'OPTIONS' && headers.has('access-control-request-method')) {
      context.res = new Response(null, { status: 204, headers: PREFLIGHT })
    } else await next()
    // Also in what is said to others: a cache must not give the answer of one origin to another.
    if (!isForAll) context.header('vary', 'Origin', { append: true })
    if (!isAllowed) return
    context.header('access-control-allow-origin', isForAll ? '*' : origin)
    context.header('access-control-expose-headers', EXPOSED)
  }
}
