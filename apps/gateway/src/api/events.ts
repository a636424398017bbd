import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { HttpPorts } from '../ports.ts'
import { RequestError } from '../problem.ts'
import type { KeyGuard } from './auth.ts'
import { representEvent } from './represent.ts'
import { jsonAnswer, problemAnswers } from './responses.ts'
import { EventSchema } from './schemas.ts'

/** Adds `GET /v1/events/{id}`. */
export function addEvents(app: OpenAPIHono, { store }: Pick<HttpPorts, 'store'>, guard: KeyGuard): void {
  const readEvent = createRoute({
    method: 'get',
    path: '/v1/events/{id}',
    operationId: 'readEvent',
    summary: 'Read an event with its deliveries and their attempts',
    tags: ['Events'],
    security: [{ key: [] }],
    middleware: guard('read'),
    request: { params: z.object({ id: z.string().openapi({ example: 'evt_01KAPQ3Z8N4T6V9X2B5D7F0G1H' }) }) },
    responses: { 200: jsonAnswer('The event.', EventSchema), ...problemAnswers(401, 403, 404, 500, 503) },
  })
  app.openapi(readEvent, async (context) => {
    const event = await store.readEvent(context.req.valid('param').id)
    if (event === null) throw new RequestError('EVENT_UNKNOWN')
    return context.json(representEvent(event), 200)
  })
}
