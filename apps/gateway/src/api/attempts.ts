import { createRoute, z } from '@hono/zod-openapi'
import type { HttpPorts } from '../ports.ts'
import { RequestError } from '../problem.ts'
import { OUTCOMES } from '../store/port.ts'
import type { KeyGuard } from './auth.ts'
import { createApi } from './create-api.ts'
import { anyOf, filled, MATCH, PAGE_QUERY, PAGES, periodOf, SEARCH, timeQuery } from './filters.ts'
import { SearchedSchema } from './found.ts'
import { nextCursor, PAGE_HEADERS } from './links.ts'
import { readPage } from './listed.ts'
import { representAttempt, representAttemptSummary } from './represent.ts'
import { jsonAnswer, KEYED, problemAnswers } from './responses.ts'
import { AttemptSchema } from './schemas.ts'

const OF_DELIVERY = {
  deliveryId: z.string(),
  eventId: z.string(),
  source: z.string(),
  route: z.string(),
  destination: z.string(),
  operation: z.string(),
}

const AttemptWithDeliverySchema = AttemptSchema.extend(OF_DELIVERY).openapi('AttemptWithDelivery')

const AttemptListSchema = z
  .object({
    attempts: z.array(AttemptSchema.omit({ steps: true }).extend(OF_DELIVERY).openapi('AttemptSummary')),
    nextCursor,
    searched: SearchedSchema.optional(),
  })
  .openapi('AttemptList')

/** Answers `/v1/attempts`: the list, and one with what was sent and answered. */
export function attemptsApi({ store }: Pick<HttpPorts, 'store'>, guard: KeyGuard) {
  const listAttempts = createRoute({
    method: 'get',
    path: '/v1/attempts',
    operationId: 'listAttempts',
    summary: 'List attempts, the newest first',
    description: PAGES,
    tags: ['Deliveries'],
    security: [{ key: ['read'] }],
    middleware: guard('read', 'query'),
    request: {
      query: z.strictObject({
        deliveryId: filled(z.string().max(255).optional()),
        eventId: filled(MATCH.eventId),
        destination: filled(MATCH.destination),
        source: filled(MATCH.source),
        route: filled(MATCH.route),
        outcome: anyOf(OUTCOMES, 'How it ended.'),
        code: filled(z.string().max(255).optional()).openapi({ description: 'Code of its error.' }),
        counted: filled(z.enum(['true', 'false']).optional()).openapi({
          description: 'Whether it counts to the ten attempts of the retry schedule.',
        }),
        search: SEARCH,
        since: timeQuery('Started at this time or later.'),
        until: timeQuery('Started before this time.'),
        ...PAGE_QUERY,
      }),
    },
    responses: {
      200: { ...jsonAnswer('A page of attempts.', AttemptListSchema), headers: PAGE_HEADERS },
      ...problemAnswers(...KEYED, 'PARAMETER_INVALID', 'CURSOR_INVALID'),
    },
  })

  const readAttempt = createRoute({
    method: 'get',
    path: '/v1/attempts/{id}',
    operationId: 'readAttempt',
    summary: 'Read an attempt with what was sent and answered',
    tags: ['Deliveries'],
    security: [{ key: ['read'] }],
    middleware: guard('read'),
    request: { params: z.object({ id: z.string().openapi({ example: 'att_01KAPQ3Z8N4T6V9X2B5D7F0G1M' }) }) },
    responses: {
      200: jsonAnswer('The attempt.', AttemptWithDeliverySchema),
      ...problemAnswers(...KEYED, 'ATTEMPT_UNKNOWN'),
    },
  })

  return createApi()
    .openapi(listAttempts, async (context) => {
      const { limit, cursor, search, since, until, counted, outcome, ...same } = context.req.valid('query')
      const { afterMs, beforeMs } = periodOf({ since, until })
      const match = {
        ...same,
        outcomes: outcome,
        counted: counted === undefined ? undefined : counted === 'true',
        startedAfterMs: afterMs,
        startedBeforeMs: beforeMs,
      }
      const { rows, next } = await readPage(context, { limit, cursor, search }, match, {
        prefix: 'att',
        list: (filter) => store.listAttempts(filter),
        search: (request) => store.searchAttempts(request),
      })
      return context.json({ attempts: rows.map(representAttemptSummary), ...next }, 200)
    })
    .openapi(readAttempt, async (context) => {
      const attempt = await store.readAttempt(context.req.valid('param').id)
      if (attempt === null) throw new RequestError('ATTEMPT_UNKNOWN')
      return context.json(representAttempt(attempt), 200)
    })
}
