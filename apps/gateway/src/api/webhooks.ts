import { createRoute, z } from '@hono/zod-openapi'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { Config } from '../config.ts'
import type { TakeInParts } from '../flow/new-event.ts'
import { receive } from '../flow/receive.ts'
import { receiveLimits, takeIn } from '../flow/take-in.ts'
import { verify } from '../flow/verify.ts'
import type { Ports } from '../ports.ts'
import { RequestError } from '../problem.ts'
import { ReceivedBatchSchema, RefusedItemsSchema } from './batch-schemas.ts'
import { keptTrace } from '../trace.ts'
import { DECODED, jsonAnswer, problemAnswers, RECEIVED, SERVICE } from './responses.ts'
import { addHandshakes, answerHandshake } from './handshakes.ts'
import { AcceptanceSchema } from './schemas.ts'
import type { KeyEnv } from './auth.ts'

const PROBLEM_JSON = 'application/problem+json'

const PREFERENCE_APPLIED = {
  'Preference-Applied': {
    description: 'The `handling` of a batch, where the sender asked for one and it was kept to.',
    schema: { type: 'string' as const },
  },
}

const PROBLEMS = problemAnswers(
  ...SERVICE,
  ...RECEIVED,
  ...DECODED,
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'RATE_LIMITED',
  'SOURCE_UNKNOWN',
  'IDEMPOTENCY_KEY_INVALID',
  'IDEMPOTENCY_KEY_REUSED',
  'IDEMPOTENCY_KEY_IN_PROGRESS',
  'CONTENT_TYPE_UNSUPPORTED',
  // Of one event to a source of batches, which receives more than one event may have.
  'JSON_TOO_LARGE',
  'SCHEMA_MISMATCH',
  'MAPPING_REFUSED',
  'BATCH_EMPTY',
  'BATCH_TOO_MANY_ITEMS',
  'BATCH_REFUSED',
  'BATCH_INCOMPLETE',
  'STORE_FULL',
)

const REFUSED = PROBLEMS[422].content[PROBLEM_JSON]

/** What the source `demo` of the sandbox takes. */
const EXAMPLE_EVENT = { email: 'ada@example.com', phone: '+46700000001', firstName: 'Ada', lastName: 'Lovelace' }

const receiveWebhook = createRoute({
  method: 'post',
  path: '/webhooks/{source}',
  operationId: 'receiveWebhook',
  summary: 'Receive an event',
  description:
    'Verifies, checks and stores the event with its deliveries, and answers only when all of it is on disk. A repeat is known by the id that the sender signs, or has in the body, or else by what was signed; where nothing is signed, by its `Idempotency-Key` (or `webhook-id`). The same key with the same body gets the same answer again and creates nothing, for the window of its source, 24 hours by default; with another body it is refused with 422, and where the first is still being worked on after two seconds with 409.\n\nWhere its source takes batches, a JSON array or a file of lines is one: each item is an event of its own, known again by its own id or by the key of the batch and its place. The answer is 207 with what became of each. What cannot be taken is refused alone and the rest is kept, unless all or nothing is asked for (`Prefer: handling=strict`). Where nothing is kept the answer is 422. After a 503 with the code `BATCH_INCOMPLETE` the same batch with the same key completes it.\n\nA body may be compressed with gzip or deflate; it is verified as it was sent, and its limits hold for what comes out too.',
  tags: ['Webhooks'],
  security: [{ sourceBearer: [] }, { sourceSignature: [] }, { sourceKey: [] }],
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
        'application/json': { schema: z.unknown(), example: EXAMPLE_EVENT },
        'application/xml': { schema: z.unknown() },
        'application/x-www-form-urlencoded': { schema: z.unknown() },
        'application/x-ndjson': { schema: z.string() },
      },
    },
  },
  responses: {
    200: jsonAnswer(
      'The answer to a sender that asks, in a verified POST, whether the endpoint is its own (Slack). Nothing is stored.',
      z.object({ challenge: z.string() }),
    ),
    202: jsonAnswer('Stored.', AcceptanceSchema),
    207: {
      ...jsonAnswer('The batch is stored, or a part of it: look at each item.', ReceivedBatchSchema),
      headers: PREFERENCE_APPLIED,
    },
    ...PROBLEMS,
    422: {
      ...PROBLEMS[422],
      headers: PREFERENCE_APPLIED,
      content: { [PROBLEM_JSON]: { ...REFUSED, schema: REFUSED.schema.and(RefusedItemsSchema) } },
    },
  },
})

/** Adds `POST /webhooks/{source}`: receive, verify, take in (validate, map, store), and then the answer. */
export function addWebhooks(
  app: OpenAPIHono<KeyEnv>,
  config: Config,
  { nowMs, startTimer }: Pick<Ports, 'nowMs' | 'startTimer'>,
  parts: TakeInParts,
  guard: MiddlewareHandler<KeyEnv>,
): void {
  app.openAPIRegistry.registerPath(receiveWebhook)
  addHandshakes(app, config)
  // Registered by hand: the body belongs to the source's own verification and must reach it as raw bytes.
  app.post('/webhooks/:source', guard, async (context) => {
    const source = config.sources.get(context.req.param('source'))
    if (source === undefined) throw new RequestError('SOURCE_UNKNOWN')
    context.set('source', source.name)
    context.set('challenge', source.scheme.challenge)
    const receivedAtMs = nowMs()
    const { raw } = context.req
    const received = await receive(raw, receiveLimits(source, raw.headers), startTimer)
    // Unknown where the source asks for no key.
    const keyName: string | undefined = context.get('keyName')
    const keyId: string | undefined = context.get('keyId')
    const keys = await verify(source, { ...received, keyName }, receivedAtMs)
    const challenge = source.scheme.handshake?.post?.(received) ?? null
    if (challenge !== null) return answerHandshake(challenge)
    const trace = keptTrace(context.get('trace'))
    const { status, body, headers } = await takeIn(
      { source, received, keys, receivedAtMs, keyId: keyId ?? null, trace },
      parts,
    )
    return context.json(body, status, status === 422 ? { ...headers, 'content-type': PROBLEM_JSON } : headers)
  })
}
