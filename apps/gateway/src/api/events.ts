import { createRoute, z } from '@hono/zod-openapi'
import type { Config } from '../config.ts'
import type { Outbox } from '../flow/lease.ts'
import { replay } from '../flow/replay.ts'
import type { HttpPorts } from '../ports.ts'
import { RequestError } from '../problem.ts'
import type { KeyGuard } from './auth.ts'
import { filled, MATCH, PAGE_QUERY, PAGES, periodOf, SEARCH, timeQuery } from './filters.ts'
import { PAGE_HEADERS } from './links.ts'
import { readPage } from './listed.ts'
import { representEvent, representSummary } from './represent.ts'
import { createAskGates } from './represent-gate.ts'
import { createApi } from './create-api.ts'
import { ONCE, type Once, onceRequest } from './idempotent.ts'
import { JSON_REQUEST, jsonAnswer, KEYED, problemAnswers } from './responses.ts'
import { EventListSchema, EventSchema, ReplayedSchema, ReplayRequestSchema } from './schemas.ts'

const params = z.object({ id: z.string().openapi({ example: 'evt_01KAPQ3Z8N4T6V9X2B5D7F0G1H' }) })

/** Answers `/v1/events`: the list, one, and its replay. */
export function eventsApi(
  config: Config,
  { store, nowMs, idsBeside }: Pick<HttpPorts, 'store' | 'nowMs' | 'idsBeside'>,
  outbox: Pick<Outbox, 'wake' | 'gate'>,
  guard: KeyGuard,
  once: Once,
) {
  const askGates = createAskGates(outbox, nowMs)

  const listEvents = createRoute({
    method: 'get',
    path: '/v1/events',
    operationId: 'listEvents',
    summary: 'List events, the newest first',
    description: PAGES,
    tags: ['Events'],
    security: [{ key: ['read'] }],
    middleware: guard('read', 'query'),
    request: {
      query: z.strictObject({
        source: filled(MATCH.source),
        search: SEARCH,
        idempotencyKey: filled(MATCH.idempotencyKey),
        since: timeQuery('Received at this time or later.'),
        until: timeQuery('Received before this time.'),
        ...PAGE_QUERY,
      }),
    },
    responses: {
      200: { ...jsonAnswer('A page of events.', EventListSchema), headers: PAGE_HEADERS },
      ...problemAnswers(...KEYED, 'PARAMETER_INVALID', 'CURSOR_INVALID'),
    },
  })

  const readEvent = createRoute({
    method: 'get',
    path: '/v1/events/{id}',
    operationId: 'readEvent',
    summary: 'Read an event with its deliveries and their attempts',
    tags: ['Events'],
    security: [{ key: ['read'] }],
    middleware: guard('read'),
    request: { params },
    responses: { 200: jsonAnswer('The event.', EventSchema), ...problemAnswers(...KEYED, 'EVENT_UNKNOWN') },
  })

  const replayEvent = createRoute({
    method: 'post',
    path: '/v1/events/{id}/replay',
    operationId: 'replayEvent',
    summary: 'Send an event through the routes of today',
    description:
      'Decodes and maps the stored body as if it came now, into new deliveries of the same event. The event itself and its earlier deliveries stay as they are, and its sender gets its first answer to a repeat. Who and why is kept with the event.',
    tags: ['Events'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once()] as const,
    request: {
      ...onceRequest,
      params,
      body: { required: true, content: { 'application/json': { schema: ReplayRequestSchema } } },
    },
    responses: {
      202: jsonAnswer('Stored.', ReplayedSchema),
      ...problemAnswers(
        ...KEYED,
        ...ONCE,
        ...JSON_REQUEST,
        'EVENT_UNKNOWN',
        'EVENT_SOURCE_GONE',
        'EVENT_UNREADABLE',
        'MAPPING_REFUSED',
        'STORE_FULL',
      ),
    },
  })

  return createApi()
    .openapi(listEvents, async (context) => {
      const { source, idempotencyKey, since, until, search, limit, cursor } = context.req.valid('query')
      const { afterMs, beforeMs } = periodOf({ since, until })
      const match = { source, idempotencyKey, receivedAfterMs: afterMs, receivedBeforeMs: beforeMs }
      const { rows, next } = await readPage(context, { limit, cursor, search }, match, {
        prefix: 'evt',
        list: (filter) => store.listEvents(filter),
        search: (request) => store.searchEvents(request),
      })
      return context.json({ events: rows.map(representSummary), ...next }, 200)
    })
    .openapi(readEvent, async (context) => {
      const event = await store.readEvent(context.req.valid('param').id)
      if (event === null) throw new RequestError('EVENT_UNKNOWN')
      return context.json(representEvent(event, await askGates(event.deliveries)), 200)
    })
    .openapi(replayEvent, async (context) => {
      const { id: eventId } = context.req.valid('param')
      const { why, routes } = context.req.valid('json')
      const event = await store.readEvent(eventId)
      if (event === null) throw new RequestError('EVENT_UNKNOWN')
      const newId = idsBeside(eventId)
      const deliveries = await replay(config, event, routes, newId)
      const replayId = newId('rpl')
      const made = { id: replayId, eventId, atMs: nowMs(), by: context.get('keyName'), why, deliveries }
      if (!(await store.replay(made))) throw new RequestError('EVENT_UNKNOWN')
      for (const { destination } of deliveries) outbox.wake(destination)
      const told = deliveries.map(({ id, destination, operation }) => ({ id, destination, operation }))
      return context.json({ eventId, replayId, deliveries: told }, 202)
    })
}
