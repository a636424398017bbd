/** The address of a received request, in the raw parts that were on the wire. */
export interface ReceivedTarget {
  /** Empty when the address was only a path. */
  readonly host: string
  readonly path: string
  readonly query: string
}

const PARTS = /^(?:[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?/i

/**
 * Splits an address without changing a byte of it: a URL parser would decode and encode again, and the signature covers
 * what was sent.
 *
 * @param url - Absolute address, or a path with its query.
 * @see RFC 3986 appendix B https://www.rfc-editor.org/rfc/rfc3986#appendix-B
 */
export function receivedTarget(url: string): ReceivedTarget {
  const match = PARTS.exec(url)
  return { host: match?.[1] ?? '', path: match?.[2] ?? '', query: match?.[3] ?? '' }
}
