import type { Context } from 'hono'
import type { Found, Page, PageRequest, SearchRequest } from '../store/port.ts'
import { checkCursor } from './filters.ts'
import { pageOfFound, searchRequest } from './found.ts'
import { linksOf } from './links.ts'

/** What is asked of a list, besides what has to match. */
interface Asked {
  readonly search?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** How a list is read from the store, and how it is searched. */
interface Lists<Match, Row> {
  /** With which the ids of its rows begin. */
  readonly prefix: 'att' | 'dlv' | 'evt'
  readonly list: (filter: Match & PageRequest) => Promise<Page<Row>>
  readonly search: (request: SearchRequest<Match>) => Promise<Found<Row>>
}

/**
 * Reads a page of a list, in the index where something is searched for, and says in `Link` where the next is.
 *
 * @throws RequestError `CURSOR_INVALID`.
 */
export async function readPage<Match extends object, Row>(
  context: Context,
  { search: words, cursor, limit }: Asked,
  match: Match,
  { prefix, list, search }: Lists<Match, Row>,
) {
  const page = await (words === undefined
    ? list({ ...match, limit, before: checkCursor(prefix, cursor) })
    : search(searchRequest(words, match, { limit, cursor })).then(pageOfFound))
  context.header('link', linksOf(context.req.url, limit, page.next))
  const { rows, next, ...searched } = page
  return { rows, next: { nextCursor: next, ...searched } }
}
