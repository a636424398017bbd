import { z } from '@hono/zod-openapi'
import type { DeliveryMatch } from '../store/port.ts'
import { RequestError } from '../problem.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200
/** Longest text that is searched for, in UTF-16 code units. */
const MAX_TEXT = 200
const MAX_WORD = 255

/** Takes a parameter without a value, as in `?state=&limit=10`, for one that was left out. */
export const filled = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema)

const word = (example: string) => z.string().min(1).max(MAX_WORD).optional().openapi({ example })
const time = (description: string) =>
  z.iso.datetime({ offset: true }).optional().openapi({ description, example: '2026-11-22T12:00:00Z' })

/** What a delivery can be looked for by, besides its state. */
export const MATCH = {
  destination: word('contactnow'),
  source: word('demo'),
  route: word('demo.contactnow.records.create'),
  operation: word('records.create'),
  code: word('CONTACTNOW_REFUSED').openapi({ description: 'Code of its reason.' }),
  text: z.string().min(1).max(MAX_TEXT).optional().openapi({
    description: 'Stands in its payload, its reason or its receipt, in letters of either case.',
    example: 'ada@example.com',
  }),
  createdAfter: time('Created at this time or later.'),
  createdBefore: time('Created before this time.'),
} as const

/** The same as parameters of a query. */
export const MATCH_QUERY = {
  destination: filled(MATCH.destination),
  source: filled(MATCH.source),
  route: filled(MATCH.route),
  operation: filled(MATCH.operation),
  code: filled(MATCH.code),
  text: filled(MATCH.text),
  createdAfter: filled(MATCH.createdAfter),
  createdBefore: filled(MATCH.createdBefore),
} as const

/** The part of a list that is asked for. */
export const PAGE_QUERY = {
  limit: filled(z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT)),
  cursor: filled(z.string().optional()).openapi({ description: '`nextCursor` of the page before.' }),
} as const

/** What is said of every list that can be looked through. */
export const PAGES =
  'A page may hold fewer than `limit`, even none, while there is more: what a request looks at is bounded. Go on until `nextCursor` is null.'

/** Where the next page begins, in every list. */
export const nextCursor = z
  .string()
  .nullable()
  .openapi({ description: 'Pass it as `cursor` for the next page; null on the last.' })

type Times = { readonly createdAfter?: string | undefined; readonly createdBefore?: string | undefined }

/** Makes a filter of what was asked for. */
export function matchOf<Asked extends Times>({
  createdAfter,
  createdBefore,
  ...rest
}: Asked): Omit<Asked, keyof Times> & Pick<DeliveryMatch, 'createdAfterMs' | 'createdBeforeMs'> {
  return { ...rest, createdAfterMs: msOf(createdAfter), createdBeforeMs: msOf(createdBefore) }
}

/** Reads a time that was checked. */
export function msOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time)
}

/**
 * Checks a cursor: the last id of a page, opaque to callers, and checked so that no other text reaches the store.
 *
 * @throws RequestError `CURSOR_INVALID`.
 */
export function checkCursor(prefix: 'dlv' | 'evt' | 'job' | 'key', cursor: string | undefined): string | undefined {
  if (cursor !== undefined && !new RegExp(`^${prefix}_[0-9A-Z]{26}$`).test(cursor)) {
    throw new RequestError('CURSOR_INVALID')
  }
  return cursor
}
