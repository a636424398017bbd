import { createRoute, z } from '@hono/zod-openapi'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { Config } from '../config.ts'
import type { Outbox } from '../flow/lease.ts'
import { map, shardKeyOf } from '../flow/map.ts'
import { receive } from '../flow/receive.ts'
import { type Intake, store } from '../flow/store.ts'
import { validate } from '../flow/validate.ts'
import { idempotencyKeyOf, verify } from '../flow/verify.ts'
import type { Ports } from '../ports.ts'
import { RequestError } from '../problem.ts'
import { keptTrace } from '../trace.ts'
import { DECODED, jsonAnswer, problemAnswers, RECEIVED, SERVICE } from './responses.ts'
import { addHandshakes, answerHandshake } from './handshakes.ts'
import { AcceptanceSchema } from './schemas.ts'
import type { KeyEnv } from './auth.ts'

const MS_PER_HOUR = 3_600_000

const receiveWebhook = createRoute({
  method: 'post',
  path: '/webhooks/{source}',
  operationId: 'receiveWebhook',
  summary: 'Receive an event',
  description:
    'Verifies, checks and stores the event with its deliveries, and answers only when all of it is on disk. A repeat is known by the id that the sender signs, or has in the body, or else by what was signed; where nothing is signed, by its `Idempotency-Key` (or `webhook-id`). The same key with the same body gets the same answer again and creates nothing, for the window of its source, 24 hours by default; with another body it is refused with 422, and where the first is still being worked on after two seconds with 409.',
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
    }),
    body: {
      description: 'What the schema of the source asks for, as JSON or XML.',
      content: { 'application/json': { schema: z.unknown() }, 'application/xml': { schema: z.unknown() } },
    },
  },
  responses: {
    200: jsonAnswer(
      'The answer to a sender that asks, in a verified POST, whether the endpoint is its own (Slack). Nothing is stored.',
      z.object({ challenge: z.string() }),
    ),
    202: jsonAnswer('Stored.', AcceptanceSchema),
    ...problemAnswers(
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
      'SCHEMA_MISMATCH',
      'MAPPING_REFUSED',
      'STORE_FULL',
    ),
  },
})

/** Adds `POST /webhooks/{source}`: receive, verify, validate, map, store, and then the answer. */
export function addWebhooks(
  app: OpenAPIHono<KeyEnv>,
  config: Config,
  { nowMs }: Pick<Ports, 'nowMs'>,
  intake: Intake,
  outbox: Pick<Outbox, 'wake'>,
  guard: MiddlewareHandler<KeyEnv>,
): void {
  app.openAPIRegistry.registerPath(receiveWebhook)
  addHandshakes(app, config)
  // Registered by hand: the body belongs to the source's own verification and must reach it as raw bytes.
  app.post('/webhooks/:source', guard, async (context) => {
    const source = config.sources.get(context.req.param('source'))
    if (source === undefined) throw new RequestError('SOURCE_UNKNOWN')
    context.set('source', source.name)
    const receivedAtMs = nowMs()
    const received = await receive(context.req.raw, source.maxBodyBytes)
    // Unknown where the source asks for no key.
    const keyName: string | undefined = context.get('keyName')
    const keys = await verify(source, { ...received, keyName }, receivedAtMs)
    const challenge = source.scheme.handshake?.post?.(received) ?? null
    if (challenge !== null) return answerHandshake(challenge)
    const contentType = received.headers.get('content-type')
    const { data, sent } = validate(source, contentType, received.body)
    const idempotencyKey = idempotencyKeyOf(source, keys, sent)
    const address = { source: source.name, idempotencyKey, shardKey: await shardKeyOf(source, data, idempotencyKey) }
    const { repeated, ...acceptance } = await store(intake, address, async (newId) => ({
      id: newId('evt'),
      source: source.name,
      idempotencyKey,
      keyWindowMs: source.idempotencyHours * MS_PER_HOUR,
      receivedAtMs,
      contentType: contentType ?? '',
      body: received.body,
      trace: keptTrace(context.get('trace')),
      deliveries: await map(source, data, newId),
    }))
    if (!repeated) for (const { destination } of acceptance.deliveries) outbox.wake(destination)
    return context.json(acceptance, 202)
  })
}
