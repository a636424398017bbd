/** What fits into a header, a log line and a URN as it stands. */
const REQUEST_ID = /^[\w.:@/+=-]{1,128}$/

/** Reads the id that a caller gave its request; null where it gave none that can be passed on as it is. */
export function readRequestId(header: string | null): string | null {
  return header !== null && REQUEST_ID.test(header) ? header : null
}

/** Names a request in the problem that came of it. RFC 9457 section 3.1.5 */
export function requestUrn(requestId: string): string {
  return `urn:sluice:request:${requestId}`
}
