import { isByHttps } from '../http/security-headers.ts'

/** What stands in a page and in a command as it is. */
const PLAIN = /^https?:\/\/[\w.:[\]-]+$/

/**
 * The address that a request was sent to, as far as its Host header makes a plain one: who asks is shown commands that work from
 * where it asked.
 */
export function addressOf(request: Pick<Request, 'url' | 'headers'>): string | null {
  if (!URL.canParse(request.url)) return null
  const { origin } = new URL(request.url)
  const address = isByHttps(request) ? origin.replace(/^http:/, 'https:') : origin
  return PLAIN.test(address) ? address : null
}
