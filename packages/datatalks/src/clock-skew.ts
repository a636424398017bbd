import type { HttpReply } from '@sluice/http-client'

/**
 * Reads from a reply how far the sender's clock is ahead of ours, in milliseconds; negative when it is behind.
 *
 * @returns Null when the reply has no `Date` that can be read.
 * @see RFC 9110 section 6.6.1 https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1
 */
export function clockSkewMs(reply: HttpReply, nowMs: number): number | null {
  const dateMs = Date.parse(reply.headers.get('date') ?? '')
  return Number.isNaN(dateMs) ? null : dateMs - nowMs
}
