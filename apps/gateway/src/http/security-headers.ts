/** A year: RFC 6797 section 6.1.1. Hosts beside this one are for their operator to speak for. */
const HSTS = 'max-age=31536000'
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'"

/**
 * Says of an answer how a browser has to treat it: as what it says it is, for nobody else's page, in no frame, kept nowhere.
 * A page says itself what it may load. Another origin's page reads nothing but what `cross-origin.ts` lets it.
 *
 * @param headers - Those of the answer.
 * @param request - Whether it came by https, here or before a proxy that says so, is read from it.
 */
export function secure(headers: Headers, request: Request): void {
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'no-referrer')
  headers.set('cross-origin-resource-policy', 'same-origin')
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', NO_PAGE)
  if (isByHttps(request)) headers.set('strict-transport-security', HSTS)
}

/** A sender that lies about it is told to come by https next time, and nobody else is. */
function isByHttps({ url, headers }: Request): boolean {
  return url.startsWith('https:') || headers.get('x-forwarded-proto') === 'https'
}
