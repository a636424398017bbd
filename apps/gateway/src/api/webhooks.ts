import { createRoute, z } from '@hono/zod-openapi'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Config } from '../config.ts'
import type { TakeInParts } from '../flow/new-event.ts'
import { receive } from '../flow/receive.ts'
import { receiveLimits, takeIn } from '../flow/take-in.ts'
import { verify } from '../flow/verify.ts'
import type { Ports } from '../ports.ts'
import { RequestError } from '../problem.ts'
import { jsonAnswer, problemAnswers } from './responses.ts'
import { AcceptanceSchema } from './schemas.ts'

const PROBLEM_JSON = 'application/problem+json'

const receiveWebhook = createRoute({
  method: 'post',
  path: '/webhooks/{source}',
  operationId: 'receiveWebhook',
  summary: 'Receive an event',
  description:
    'Verifies, checks and stores the event with its deliveries, and answers only when all of it is on disk. The same `Idempotency-Key` (or `webhook-id`) with the same body gets the same answer again and creates nothing, for the window of its source, 24 hours by default; with another body it is refused with 422, and where the first is still being worked on after two seconds with 409.',
  tags: ['Webhooks'],
  security: [{ sourceBearer: [] }, { sourceSignature: [] }],
  request: {
    params: z.object({ source: z.string().openapi({ example: 'demo' }) }),
    headers: z.object({
      'idempotency-key': z.string().optional().openapi({ description: '1 to 255 printable ASCII characters.' }),
      'webhook-id': z
        .string()
        .optional()
        .openapi({ description: 'Id of the message; the key where there is no other.' }),
      'webhook-timestamp': z
        .string()
        .optional()
        .openapi({ description: 'Seconds since 1970; part of what is signed.' }),
    }),
    body: {
      description: 'What the schema of the source asks for, as JSON or XML.',
      content: { 'application/json': { schema: z.unknown() }, 'application/xml': { schema: z.unknown() } },
    },
  },
  responses: {
    202: jsonAnswer('Stored.', AcceptanceSchema),
    ...problemAnswers(400, 401, 404, 409, 413, 415, 422, 500, 503),
  },
})

/** Adds `POST /webhooks/{source}`: receive, verify, take in (validate, map, store), and then the answer. */
export function addWebhooks(
  app: OpenAPIHono,
  config: Config,
  { nowMs, startTimer }: Pick<Ports, 'nowMs' | 'startTimer'>,
  parts: TakeInParts,
): void {
  app.openAPIRegistry.registerPath(receiveWebhook)
  // Registered by hand: the body belongs to the source's own verification and must reach it as raw bytes.
  app.post('/webhooks/:source', async (context) => {
    const source = config.sources.get(context.req.param('source'))
    if (source === undefined) throw new RequestError('SOURCE_UNKNOWN')
    const receivedAtMs = nowMs()
    const { raw } = context.req
    const received = await receive(raw, receiveLimits(source, raw.headers), startTimer)
    const keys = await verify(source, received, receivedAtMs)
    const { status, body, headers } = await takeIn({ source, received, keys, receivedAtMs }, parts)
    return context.json(body, status, status === 422 ? { ...headers, 'content-type': PROBLEM_JSON } : headers)
  })
}
