import { createRoute, z } from '@hono/zod-openapi'
import type { Outbox } from '../flow/lease.ts'
import type { HttpPorts } from '../ports.ts'
import { RequestError } from '../problem.ts'
import { DELIVERY_STATES, type DeliveryHistory, type Resolution } from '../store/port.ts'
import type { KeyGuard } from './auth.ts'
import { anyOf, MATCH_QUERY, matchOf, PAGE_QUERY, PAGES, SEARCH } from './filters.ts'
import { PAGE_HEADERS } from './links.ts'
import { readPage } from './listed.ts'
import { createAskGates } from './represent-gate.ts'
import { representHistory, representListed } from './represent.ts'
import { createApi } from './create-api.ts'
import { ONCE, type Once, onceRequest } from './idempotent.ts'
import { JSON_REQUEST, jsonAnswer, KEYED, problemAnswers } from './responses.ts'
import {
  AcknowledgeSchema,
  DeliveryListSchema,
  DeliveryWithAttemptsSchema,
  ResolveSchema,
  RetrySchema,
} from './schemas.ts'

/** Answers `/v1/deliveries`: the list, one, and what an operator decides about it. */
export function deliveriesApi(
  { store, nowMs }: Pick<HttpPorts, 'store' | 'nowMs'>,
  outbox: Pick<Outbox, 'wake' | 'gate'>,
  guard: KeyGuard,
  once: Once,
) {
  const askGates = createAskGates(outbox, nowMs)
  const represent = async (row: DeliveryHistory) => representHistory(row, await askGates([row]))

  const listDeliveries = createRoute({
    method: 'get',
    path: '/v1/deliveries',
    operationId: 'listDeliveries',
    summary: 'List deliveries, the newest first',
    description: PAGES,
    tags: ['Deliveries'],
    security: [{ key: ['read'] }],
    middleware: guard('read', 'query'),
    request: {
      query: z.strictObject({
        state: anyOf(DELIVERY_STATES, 'Where it is.'),
        search: SEARCH,
        ...MATCH_QUERY,
        ...PAGE_QUERY,
      }),
    },
    responses: {
      200: { ...jsonAnswer('A page of deliveries.', DeliveryListSchema), headers: PAGE_HEADERS },
      ...problemAnswers(...KEYED, 'PARAMETER_INVALID', 'CURSOR_INVALID'),
    },
  })

  const readDelivery = createRoute({
    method: 'get',
    path: '/v1/deliveries/{id}',
    operationId: 'readDelivery',
    summary: 'Read a delivery with its attempts',
    tags: ['Deliveries'],
    security: [{ key: ['read'] }],
    middleware: guard('read'),
    request: { params: z.object({ id: z.string().openapi({ example: 'dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }) }) },
    responses: {
      200: jsonAnswer('The delivery.', DeliveryWithAttemptsSchema),
      ...problemAnswers(...KEYED, 'DELIVERY_UNKNOWN'),
    },
  })

  const resolveDelivery = createRoute({
    method: 'post',
    path: '/v1/deliveries/{id}/resolve',
    operationId: 'resolveDelivery',
    summary: 'Decide about a dead or parked delivery',
    description: 'The decision is kept with the delivery: what, when, by which key, and why.',
    tags: ['Deliveries'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once()] as const,
    request: {
      ...onceRequest,
      params: z.object({ id: z.string().openapi({ example: 'dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }) }),
      body: { required: true, content: { 'application/json': { schema: ResolveSchema } } },
    },
    responses: {
      200: jsonAnswer('The delivery as it is now.', DeliveryWithAttemptsSchema),
      ...problemAnswers(
        ...KEYED,
        ...ONCE,
        ...JSON_REQUEST,
        'DELIVERY_UNKNOWN',
        'DELIVERY_NOT_RESOLVABLE',
        'STORE_FULL',
      ),
    },
  })

  const retryDelivery = createRoute({
    method: 'post',
    path: '/v1/deliveries/{id}/retry',
    operationId: 'retryDelivery',
    summary: 'Send a dead, parked or waiting delivery now',
    description: 'The same as to resolve it as `resend`, by the name that people look for; no reason has to be given.',
    tags: ['Deliveries'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once()] as const,
    request: {
      ...onceRequest,
      params: z.object({ id: z.string().openapi({ example: 'dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }) }),
      body: { content: { 'application/json': { schema: RetrySchema } } },
    },
    responses: {
      200: jsonAnswer('The delivery as it is now.', DeliveryWithAttemptsSchema),
      ...problemAnswers(
        ...KEYED,
        ...ONCE,
        ...JSON_REQUEST,
        'DELIVERY_UNKNOWN',
        'DELIVERY_NOT_RESOLVABLE',
        'STORE_FULL',
      ),
    },
  })

  const acknowledgeDelivery = createRoute({
    method: 'post',
    path: '/v1/deliveries/{id}/acknowledge',
    operationId: 'acknowledgeDelivery',
    summary: 'Say that a dead or parked delivery was seen',
    description:
      'It stays what it is, and is kept for `retentionDays` more: nothing dead or parked is removed before somebody has seen it. Once is enough; again changes nothing.',
    tags: ['Deliveries'],
    security: [{ key: ['operate'] }],
    middleware: [guard('operate'), once()] as const,
    request: {
      ...onceRequest,
      params: z.object({ id: z.string().openapi({ example: 'dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }) }),
      body: { content: { 'application/json': { schema: AcknowledgeSchema } } },
    },
    responses: {
      200: jsonAnswer('The delivery as it is now.', DeliveryWithAttemptsSchema),
      ...problemAnswers(
        ...KEYED,
        ...ONCE,
        ...JSON_REQUEST,
        'DELIVERY_UNKNOWN',
        'DELIVERY_NOT_RESOLVABLE',
        'STORE_FULL',
      ),
    },
  })

  return createApi()
    .openapi(listDeliveries, async (context) => {
      const { limit, cursor, search, state, ...asked } = context.req.valid('query')
      // One state has an index.
      const [only, ...more] = state ?? []
      const match = { ...matchOf(asked), ...(more.length === 0 ? { state: only } : { states: state }) }
      const { rows, next } = await readPage(context, { limit, cursor, search }, match, {
        prefix: 'dlv',
        list: (filter) => store.listDeliveries(filter),
        search: (request) => store.searchDeliveries(request),
      })
      const heldBy = await askGates(rows)
      return context.json({ deliveries: rows.map((row) => representListed(row, heldBy)), ...next }, 200)
    })
    .openapi(readDelivery, async (context) => {
      const delivery = await store.readDelivery(context.req.valid('param').id)
      if (delivery === null) throw new RequestError('DELIVERY_UNKNOWN')
      return context.json(await represent(delivery), 200)
    })
    .openapi(resolveDelivery, async (context) => {
      const { as, why } = context.req.valid('json')
      const delivery = await decide(context.req.valid('param').id, { as, why, by: context.get('keyName') })
      outbox.wake(delivery.destination)
      return context.json(await represent(delivery), 200)
    })
    .openapi(retryDelivery, async (context) => {
      const { why = '' } = context.req.valid('json')
      const decision = { as: 'resend', why, by: context.get('keyName') } as const
      const delivery = await decide(context.req.valid('param').id, decision)
      outbox.wake(delivery.destination)
      return context.json(await represent(delivery), 200)
    })
    .openapi(acknowledgeDelivery, async (context) => {
      const { id } = context.req.valid('param')
      const known = await store.readDelivery(id)
      if (known !== null && known.acknowledgedAtMs !== null) return context.json(await represent(known), 200)
      const { why = '' } = context.req.valid('json')
      const delivery = await decide(id, { as: 'acknowledge', why, by: context.get('keyName') })
      return context.json(await represent(delivery), 200)
    })

  async function decide(id: string, decision: Omit<Resolution, 'atMs'>): Promise<DeliveryHistory> {
    const known = await store.readDelivery(id)
    if (known === null) throw new RequestError('DELIVERY_UNKNOWN')
    const isDone = await store.resolve({ id, ...decision, atMs: nowMs() })
    const now = (await store.readDelivery(id)) ?? known
    if (isDone) return now
    throw new RequestError('DELIVERY_NOT_RESOLVABLE', [], {}, { detail: `It is ${now.state}.` })
  }
}
