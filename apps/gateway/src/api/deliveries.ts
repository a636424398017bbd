import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Outbox } from '../flow/lease.ts'
import type { HttpPorts } from '../ports.ts'
import { RequestError } from '../problem.ts'
import { DELIVERY_STATES } from '../store/port.ts'
import type { KeyGuard } from './auth.ts'
import { representDelivery, representHistory } from './represent.ts'
import { jsonAnswer, problemAnswers } from './responses.ts'
import { DeliveryListSchema, DeliveryWithAttemptsSchema, ResolveSchema } from './schemas.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200
/** A cursor is the last id of a page: opaque to callers, and checked so that no other text reaches the store. */
const CURSOR = /^dlv_[0-9A-Z]{26}$/

/** Takes a parameter without a value, as in `?state=&limit=10`, for one that was left out. */
const filled = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema)

/** Adds `GET /v1/deliveries`, `GET /v1/deliveries/{id}` and `POST /v1/deliveries/{id}/resolve`. */
export function addDeliveries(
  app: OpenAPIHono,
  { store, nowMs }: Pick<HttpPorts, 'store' | 'nowMs'>,
  outbox: Pick<Outbox, 'wake'>,
  guard: KeyGuard,
): void {
  const listDeliveries = createRoute({
    method: 'get',
    path: '/v1/deliveries',
    operationId: 'listDeliveries',
    summary: 'List deliveries, the newest first',
    tags: ['Deliveries'],
    security: [{ key: [] }],
    middleware: guard('read'),
    request: {
      query: z.object({
        state: filled(z.enum(DELIVERY_STATES).optional()),
        destination: filled(z.string().optional()).openapi({ example: 'contactnow' }),
        limit: filled(z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT)),
        cursor: filled(z.string().optional()).openapi({ description: '`nextCursor` of the page before.' }),
      }),
    },
    responses: {
      200: jsonAnswer('A page of deliveries.', DeliveryListSchema),
      ...problemAnswers(400, 401, 403, 500, 503),
    },
  })
  app.openapi(listDeliveries, async (context) => {
    const { state, destination, limit, cursor } = context.req.valid('query')
    if (cursor !== undefined && !CURSOR.test(cursor)) throw new RequestError('CURSOR_INVALID')
    // One more than asked for tells whether there is a next page.
    const rows = await store.listDeliveries({
      limit: limit + 1,
      ...(state === undefined ? {} : { state }),
      ...(destination === undefined ? {} : { destination }),
      ...(cursor === undefined ? {} : { before: cursor }),
    })
    const page = rows.slice(0, limit)
    const nextCursor = rows.length > limit ? (page.at(-1)?.id ?? null) : null
    return context.json({ deliveries: page.map(representDelivery), nextCursor }, 200)
  })

  const readDelivery = createRoute({
    method: 'get',
    path: '/v1/deliveries/{id}',
    operationId: 'readDelivery',
    summary: 'Read a delivery with its attempts',
    tags: ['Deliveries'],
    security: [{ key: [] }],
    middleware: guard('read'),
    request: { params: z.object({ id: z.string().openapi({ example: 'dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }) }) },
    responses: {
      200: jsonAnswer('The delivery.', DeliveryWithAttemptsSchema),
      ...problemAnswers(401, 403, 404, 500, 503),
    },
  })
  app.openapi(readDelivery, async (context) => {
    const delivery = await store.readDelivery(context.req.valid('param').id)
    if (delivery === null) throw new RequestError('DELIVERY_UNKNOWN')
    return context.json(representHistory(delivery), 200)
  })

  const resolveDelivery = createRoute({
    method: 'post',
    path: '/v1/deliveries/{id}/resolve',
    operationId: 'resolveDelivery',
    summary: 'Decide about a dead or parked delivery',
    description: 'The decision is kept with the delivery: what, when, by which key, and why.',
    tags: ['Deliveries'],
    security: [{ key: [] }],
    middleware: guard('operate'),
    request: {
      params: z.object({ id: z.string().openapi({ example: 'dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }) }),
      body: { required: true, content: { 'application/json': { schema: ResolveSchema } } },
    },
    responses: {
      200: jsonAnswer('The delivery as it is now.', DeliveryWithAttemptsSchema),
      ...problemAnswers(400, 401, 403, 404, 409, 500, 503),
    },
  })
  app.openapi(resolveDelivery, async (context) => {
    const { id } = context.req.valid('param')
    const { as, why } = context.req.valid('json')
    const known = await store.readDelivery(id)
    if (known === null) throw new RequestError('DELIVERY_UNKNOWN')
    const resolved = await store.resolve({ id, as, why, by: context.get('keyName'), atMs: nowMs() })
    if (!resolved) throw new RequestError('DELIVERY_NOT_RESOLVABLE')
    outbox.wake(known.destination)
    const delivery = await store.readDelivery(id)
    return context.json(representHistory(delivery ?? known), 200)
  })
}
