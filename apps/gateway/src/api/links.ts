import { z } from '@hono/zod-openapi'

/** Headers that come with a page of a list, for the document. */
export const PAGE_HEADERS = {
  Link: {
    description:
      'Where the next page (`rel="next"`, unless this is the last) and the first are, with all filters. Relative to the address that was asked. RFC 8288.',
    schema: { type: 'string' as const },
    example:
      '<?limit=50&state=dead&cursor=dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J>; rel="next", <?limit=50&state=dead>; rel="first"',
  },
}

/** Where the next page begins, in every list. */
export const nextCursor = z.string().nullable().openapi({
  description: 'Pass it as `cursor` for the next page, with the same filters; null on the last. `Link` has it, too.',
})

/**
 * Writes the links of a page. Only the query is written, so that they are right whatever host and path a proxy has for us.
 *
 * @see RFC 8288 section 3 https://www.rfc-editor.org/rfc/rfc8288#section-3 and RFC 3986 section 5.3
 */
export function linksOf(url: string, limit: number, next: string | null): string {
  const asked = new URL(url).searchParams
  const kept = [...asked].filter(([name, value]) => name !== 'cursor' && name !== 'limit' && value !== '')
  const first = new URLSearchParams([['limit', String(limit)], ...kept])
  const links = [`<?${first.toString()}>; rel="first"`]
  if (next === null) return links.join(', ')
  const following = new URLSearchParams([...first, ['cursor', next]])
  return [`<?${following.toString()}>; rel="next"`, ...links].join(', ')
}
