import { z } from '@hono/zod-openapi'
import type { DeliveryMatch } from '../store/port.ts'
import { RequestError } from '../problem.ts'
import { queryOf } from '../store/search-words.ts'

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

/**
 * Takes any of some words: `state=dead,parked`. Where a parameter is given twice, both count.
 */
export const anyOf = <const Words extends readonly [string, ...string[]]>(words: Words, description: string) =>
  z
    .preprocess(
      (value) => {
        const given = (Array.isArray(value) ? value : [value]).flatMap((one) =>
          typeof one === 'string' ? one.split(',') : [],
        )
        const filledIn = given.filter((one) => one !== '')
        return filledIn.length === 0 ? undefined : filledIn
      },
      z.array(z.enum(words)).max(words.length).optional(),
    )
    .openapi({
      param: { style: 'form', explode: false },
      type: 'array',
      items: { type: 'string', enum: [...words] },
      description: `${description} Any of several: \`${words.slice(0, 2).join(',')}\`.`,
    })

/** What a delivery can be looked for by, besides its state. */
export const MATCH = {
  destination: word('contactnow'),
  source: word('demo'),
  route: word('demo.contactnow.records.create'),
  operation: word('records.create'),
  eventId: word('evt_01KAPQ3Z8N4T6V9X2B5D7F0G1H'),
  orderingKey: word('ada@example.com'),
  idempotencyKey: word('order-7781').openapi({
    description: 'That of its event, as it was sent.',
  }),
  code: word('CONTACTNOW_REFUSED').openapi({ description: 'Code of its reason.' }),
  text: z.string().min(1).max(MAX_TEXT).optional().openapi({
    description:
      'Stands in its payload, its reason or its receipt, in letters of either case. Looks at one after the other: to find somebody among many, `search`.',
    example: 'not a mobile number',
  }),
  since: time('Created at this time or later.'),
  until: time('Created before this time.'),
} as const

/** Words that the index is searched for. */
export const SEARCH = filled(
  z
    .string()
    .min(1)
    .max(MAX_TEXT)
    .refine((typed) => queryOf(typed) !== null, 'expected a letter or a digit')
    .optional(),
).openapi({
  description:
    'Words, email addresses and phone numbers that stand in the event, in its idempotency key, or in what its deliveries carry, got back or failed with: all of them, in any order, in letters of either case and with or without accents. A phone number may be written in any way. `*` after three or more letters stands for the rest of a word: `ander*`. `searched` in the answer says of which time all is known.',
  example: 'ada@example.com',
})

/** The same as parameters of a query. */
export const MATCH_QUERY = {
  destination: filled(MATCH.destination),
  source: filled(MATCH.source),
  route: filled(MATCH.route),
  operation: filled(MATCH.operation),
  eventId: filled(MATCH.eventId),
  orderingKey: filled(MATCH.orderingKey),
  idempotencyKey: filled(MATCH.idempotencyKey),
  code: filled(MATCH.code),
  text: filled(MATCH.text),
  since: filled(MATCH.since),
  until: filled(MATCH.until),
} as const

/** The part of a list that is asked for. */
export const PAGE_QUERY = {
  limit: filled(z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT)),
  cursor: filled(z.string().optional()).openapi({ description: '`nextCursor` of the page before.' }),
} as const

/** A time as a parameter of a query. */
export const timeQuery = (description: string) => filled(time(description))

/** What is said of every list that can be looked through. */
export const PAGES =
  'A page may hold fewer than `limit`, even none, while there is more: what a request looks at is bounded. Go on until `nextCursor` is null. A parameter that is not known is refused, so that a misspelt filter never shows everything.'

type Times = { readonly since?: string | undefined; readonly until?: string | undefined }

/** Makes a filter of what was asked for; throws as `periodOf`. */
export function matchOf<Asked extends Times>({
  since,
  until,
  ...rest
}: Asked): Omit<Asked, keyof Times> & Pick<DeliveryMatch, 'createdAfterMs' | 'createdBeforeMs'> {
  const { afterMs, beforeMs } = periodOf({ since, until })
  return { ...rest, createdAfterMs: afterMs, createdBeforeMs: beforeMs }
}

/**
 * Reads the times of a filter, which were checked one by one.
 *
 * @throws RequestError `PARAMETER_INVALID` the period ends before it begins: nothing would ever be found.
 */
export function periodOf({ since, until }: Times) {
  const [afterMs, beforeMs] = [msOf(since), msOf(until)]
  if (afterMs !== undefined && beforeMs !== undefined && beforeMs < afterMs)
    throw new RequestError('PARAMETER_INVALID', [
      { path: 'until', message: 'expected a time that is not before since' },
    ])
  return { afterMs, beforeMs }
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
export function checkCursor(
  prefix: 'dlv' | 'evt' | 'job' | 'att' | 'key',
  cursor: string | undefined,
): string | undefined {
  if (cursor !== undefined && !new RegExp(`^${prefix}_[0-9A-Z]{26}$`).test(cursor)) {
    throw new RequestError('CURSOR_INVALID')
  }
  return cursor
}
