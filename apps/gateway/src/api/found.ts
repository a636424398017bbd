import { z } from '@hono/zod-openapi'
import { RequestError } from '../problem.ts'
import type { Found } from '../store/port.ts'
import { instantOrNull } from './represent.ts'

/** Largest page of what was found, in bytes of what the rows hold: 2 MB. */
const PAGE_BYTES = 2_000_000
/** Longest cursor of a search: on Workers it says where each shard is. */
const MAX_CURSOR = 16_000

const instant = z.iso.datetime().nullable()

/** Of which time a search knows all. */
export const SearchedSchema = z
  .object({
    since: instant.openapi({
      description: 'Of events before this time not all are in the index yet; null: it has all.',
    }),
    until: instant.openapi({
      description: 'Of events since this time not all are in the index yet; null: it has all.',
    }),
  })
  .openapi('Searched', { description: 'Of which time all was searched. Only where `search` was asked for.' })

/** Makes the request of a search. A cursor of a list without `search` is none of it. */
export function searchRequest<Match>(words: string, match: Match, page: { limit: number; cursor: string | undefined }) {
  const { limit, cursor: from } = page
  if (from !== undefined && from.length > MAX_CURSOR) throw new RequestError('CURSOR_INVALID')
  return { words, match, from, limit, maxBytes: PAGE_BYTES }
}

/**
 * Makes a page of what was found.
 *
 * @throws RequestError `CURSOR_INVALID`.
 */
export function pageOfFound<Row>({ rows, next, searched, lost }: Found<Row>) {
  if (lost) throw new RequestError('CURSOR_INVALID')
  return {
    rows: rows.map(({ row }) => row),
    next,
    searched: { since: instantOrNull(searched.fromMs), until: instantOrNull(searched.toMs) },
  }
}
