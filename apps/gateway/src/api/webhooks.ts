import { createRoute, z } from '@hono/zod-openapi'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Config } from '../config.ts'
import type { TakeInParts } from '../flow/new-event.ts'
import { receive } from '../flow/receive.ts'
import { receiveLimits, takeIn } from '../flow/take-in.ts'
import { verify } from '../flow/verify.ts'
import type { Ports } from '../ports.ts'
import { RequestError } from '../problem.ts'
import { BatchSchema, PartOfBatchSchema, RefusedBatchSchema } from './batch-schemas.ts'
import { jsonAnswer, problemAnswers } from './responses.ts'
import { AcceptanceSchema } from './schemas.ts'

const PROBLEM_JSON = 'application/problem+json'

const PREFERENCE_APPLIED = {
  'Preference-Applied': {
    description: 'The `handling` of a batch, where the sender asked for one and it was kept to.',
    schema: { type: 'string' as const },
  },
}

const receiveWebhook = createRoute({
  method: 'post',
  path: '/webhooks/{source}',
  operationId: 'receiveWebhook',
  summary: 'Receive an event',
  description:
    'Verifies, checks and stores the event with its deliveries, and answers only when all of it is on disk. The same `Idempotency-Key` (or `webhook-id`) with the same body gets the same answer again and creates nothing, for the window of its source, 24 hours by default; with another body it is refused with 422, and where the first is still being worked on after two seconds with 409.\n\nWhere its source takes batches, a JSON array or a file of lines is one: each item is an event of its own, known again by its own id or by the key of the batch and its place. What cannot be taken is refused alone and the rest is kept (207), unless all or nothing is asked for (`Prefer: handling=strict`). Where nothing is kept the answer is 422. After a 503 with the code `BATCH_INCOMPLETE` the same batch with the same key completes it.\n\nA body may be compressed with gzip or deflate; it is verified as it was sent, and its limits hold for what comes out too.',
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
      prefer: z.string().optional().openapi({
        description:
          'Of a batch: `handling=strict` for all or nothing, `handling=lenient` for what can be taken. RFC 7240',
        example: 'handling=strict',
      }),
      'content-encoding': z
        .string()
        .optional()
        .openapi({ description: '`gzip` or `deflate`, or two of them.', example: 'gzip' }),
    }),
    body: {
      description: 'What the schema of the source asks for; or a batch of that, where the source takes batches.',
      content: {
        'application/json': { schema: z.unknown() },
        'application/xml': { schema: z.unknown() },
        'application/x-www-form-urlencoded': { schema: z.unknown() },
        'application/x-ndjson': { schema: z.string() },
      },
    },
  },
  responses: {
    202: {
      ...jsonAnswer('Stored: the event, or every item of the batch.', z.union([AcceptanceSchema, BatchSchema])),
      headers: PREFERENCE_APPLIED,
    },
    207: {
      ...jsonAnswer('A part of the batch is stored, and a part is not: look at each item.', PartOfBatchSchema),
      headers: PREFERENCE_APPLIED,
    },
    ...problemAnswers(400, 401, 404, 408, 409, 413, 415, 500, 503),
    422: {
      description: 'The body was read and is not what it should be.',
      headers: PREFERENCE_APPLIED,
      content: { [PROBLEM_JSON]: { schema: RefusedBatchSchema } },
    },
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
