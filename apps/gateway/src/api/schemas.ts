import { z } from '@hono/zod-openapi'
import { SearchedSchema } from './found.ts'
import { nextCursor } from './links.ts'
import { PROBLEM_CODES } from '../problem.ts'
import { GATE_DECISIONS, GATE_REASONS } from '../flow/gate.ts'
import { DECISIONS, DELIVERY_STATES, OUTCOMES, RESOLUTIONS } from '../store/port.ts'

/** The document's schemas: what the API answers, as zod sees it. */

export const ProblemSchema = z
  .object({
    type: z.string().openapi({ example: 'urn:sluice:problem:SCHEMA_MISMATCH' }),
    title: z.string(),
    status: z.int(),
    code: z.string().openapi({
      enum: [...PROBLEM_CODES],
      example: 'SCHEMA_MISMATCH',
      description: 'Stable: switch on it. More may be added.',
    }),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    upstream: z
      .object({
        destination: z.string(),
        operation: z.string(),
        code: z.string().nullable().openapi({ description: 'Of the client of the upstream.' }),
        lookAt: z.string().nullable().openapi({ description: 'What shows whether the call took effect.' }),
      })
      .optional()
      .openapi({ description: 'Of a call by hand that failed.' }),
    instance: z.string().optional().openapi({
      example: 'urn:sluice:request:req_00f067aa0ba902b7',
      description:
        'Names the request: `X-Request-Id` of the answer, and `requestId` of its line in the log. In the answer to a repeat (`Idempotency-Replayed`) it is that of the first request, whose line says what happened.',
    }),
  })
  .openapi('Problem', { description: 'RFC 9457 problem details.' })

const instant = z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' })

export const AcceptanceSchema = z
  .object({
    eventId: z.string().openapi({ example: 'evt_01KAPQ3Z8N4T6V9X2B5D7F0G1H' }),
    deliveries: z.array(
      z.object({
        id: z.string().openapi({ example: 'dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }),
        destination: z.string().openapi({ example: 'contactnow' }),
        operation: z.string().openapi({ example: 'records.create' }),
      }),
    ),
  })
  .openapi('Acceptance', { description: 'The event and its deliveries are on disk.' })

const RequestSchema = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  bodyBytes: z.int(),
})

const StepSchema = z
  .object({
    purpose: z.enum(['delivery', 'token', 'read-back']),
    request: RequestSchema,
    reply: z
      .object({
        status: z.int(),
        headers: z.record(z.string(), z.string()),
        body: z.string(),
        bodyBytes: z.int(),
      })
      .optional(),
    error: z.string().optional(),
    startedAt: instant,
    endedAt: instant,
  })
  .openapi('Step', { description: 'One HTTP exchange. Secrets stand as {slot}: they are never kept.' })

export const AttemptSchema = z
  .object({
    id: z.string().openapi({ example: 'att_01KAPQ3Z8N4T6V9X2B5D7F0G1M' }),
    number: z.int(),
    startedAt: instant,
    endedAt: instant,
    outcome: z.enum(OUTCOMES),
    code: z.string().nullable(),
    detail: z.string().nullable(),
    counted: z.boolean().openapi({ description: 'Whether it counts to the ten attempts of the retry schedule.' }),
    steps: z.array(StepSchema).openapi({ description: 'Those of its batch, where it shared a call.' }),
    batchId: z.string().nullable(),
  })
  .openapi('Attempt')

const GateDecisionSchema = z
  .object({ at: instant, as: z.enum(GATE_DECISIONS), by: z.string(), why: z.string() })
  .openapi('GateDecision', { description: 'What a person did with the gate, and with which key.' })

// Not named: the generator would take what once is nullable for nullable everywhere.
const GateSchema = z.object({
  state: z.enum(['open', 'closed', 'probing']),
  reason: z.enum(GATE_REASONS).nullable(),
  closedUntil: instant.nullable().openapi({ description: 'Null when open, and when only a person opens it.' }),
  decision: GateDecisionSchema.nullable().openapi({
    description: 'The last time that somebody paused or resumed it; null for never.',
  }),
})

export const DeliverySchema = z
  .object({
    id: z.string().openapi({ example: 'dlv_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }),
    eventId: z.string(),
    source: z.string(),
    route: z.string().openapi({ example: 'demo.contactnow.records.create' }),
    destination: z.string(),
    operation: z.string(),
    payload: z.unknown(),
    state: z.enum(DELIVERY_STATES),
    createdAt: instant,
    updatedAt: instant,
    dueAt: instant.nullable().openapi({ description: 'When it is tried next; null in every state but pending.' }),
    attemptCount: z.int(),
    countedAttemptCount: z.int(),
    reason: z.object({ code: z.string(), detail: z.string() }).nullable().openapi({
      description:
        'Why it is not delivered, or was not at the last attempt. Null once somebody sends it again: `attempts` have what was.',
    }),
    gate: GateSchema.nullable().openapi({
      description:
        'The gate of its destination, when it is due and waits because that is not open; null otherwise. Who paused it, and why, is its `decision`.',
    }),
    receipt: z.unknown().openapi({
      description:
        'What the upstream returned that identifies the result. With `unconfirmed: true` it only took the work (a bulk load of DANAConnect without a configured callback): how that ended nobody was told.',
    }),
    orderingKey: z.string().nullable().openapi({
      description: 'Deliveries to one destination with the same key go one after the other.',
    }),
    deadlineAt: instant.nullable().openapi({
      description: 'Until when its callback is waited for; null in every state but awaiting-callback.',
    }),
    acknowledgedAt: instant.nullable().openapi({
      description: 'When somebody said to have seen it dead or parked; nothing removes it before.',
    }),
    replayId: z.string().nullable().openapi({ description: 'The replay of its event that made it.' }),
  })
  .openapi('Delivery')

const ResolutionSchema = z
  .object({ at: instant, as: z.enum(DECISIONS), by: z.string(), why: z.string() })
  .openapi('Resolution', { description: 'What a person decided, and with which key.' })

const BatchSchema = z
  .object({
    id: z.string().openapi({ example: 'bat_01KAPQ3Z8N4T6V9X2B5D7F0G1J' }),
    size: z.int().openapi({ description: 'How many deliveries shared the call.' }),
    createdAt: instant,
    callback: z.unknown().openapi({ description: 'What the upstream said later about how it ended; null before.' }),
    callbackAt: instant.nullable(),
  })
  .openapi('Batch', { description: 'A call that several deliveries shared.' })

export const DeliveryWithAttemptsSchema = DeliverySchema.extend({
  waitsFor: z.string().nullable().openapi({
    description: 'The delivery with its ordering key that has to end before this one may begin.',
  }),
  batch: BatchSchema.nullable(),
  payloadOmitted: z.boolean().openapi({
    description:
      'Whether the answer had no room for its payload and its receipt, which are null then: the delivery alone has them.',
  }),
  attempts: z.array(AttemptSchema),
  attemptsOmitted: z.int().openapi({ description: 'Older attempts that the answer had no room for.' }),
  resolutions: z.array(ResolutionSchema),
}).openapi('DeliveryWithAttempts')

export const ResolveSchema = z
  .strictObject({
    as: z.enum(RESOLUTIONS).openapi({
      example: 'delivered',
      description:
        '`resend` tries a dead, parked or pending one now and begins the ten attempts anew; `delivered` takes one that is parked or waits for a callback for done; `drop` gives up any that has not ended.',
    }),
    why: z.string().min(1).max(500).openapi({ example: 'Found it in the platform: record 104.' }),
  })
  .openapi('Resolve')

export const RetrySchema = z.strictObject({ why: z.string().max(500).optional() }).openapi('Retry')

export const AcknowledgeSchema = z.strictObject({ why: z.string().max(500).optional() }).openapi('Acknowledge')

export const PauseSchema = z
  .strictObject({ why: z.string().min(1).max(500).openapi({ example: 'Their maintenance until 06:00.' }) })
  .openapi('Pause')

export const ResumeSchema = z.strictObject({ why: z.string().max(500).optional() }).openapi('Resume')

export const DestinationSchema = z
  .object({
    name: z.string().openapi({ example: 'contactnow' }),
    kind: z.string().openapi({ example: 'contactnow' }),
    operations: z.array(z.string()),
    testable: z
      .boolean()
      .openapi({ description: 'Whether its upstream has a call that tests the credentials and changes nothing.' }),
    concurrency: z.int().openapi({ description: 'Calls under way at once, at most.' }),
    ratePerSecond: z.number().nullable().openapi({ description: 'Requests per second, at most; null for any number.' }),
    gate: GateSchema,
    inFlight: z.int().openapi({
      description: 'Calls that are under way; on Workers with those that a shard may begin at this moment.',
    }),
    deliveries: z.partialRecord(z.enum(DELIVERY_STATES), z.int()),
  })
  .openapi('Destination')

export const CredentialsTestSchema = z
  .object({
    accepted: z.boolean(),
    outcome: z.enum(OUTCOMES),
    code: z.string().nullable(),
    detail: z.string().nullable(),
  })
  .openapi('CredentialsTest')

export const DestinationListSchema = z.object({ destinations: z.array(DestinationSchema) }).openapi('DestinationList')

const eventFields = {
  id: z.string().openapi({ example: 'evt_01KAPQ3Z8N4T6V9X2B5D7F0G1H' }),
  source: z.string(),
  idempotencyKey: z.string().nullable(),
  receivedAt: instant,
  contentType: z.string(),
}

const ReplaySchema = z
  .object({
    id: z.string().openapi({ example: 'rpl_01KAPQ3Z8N4T6V9X2B5D7F0G1P' }),
    at: instant,
    by: z.string(),
    why: z.string(),
  })
  .openapi('Replay', { description: 'That the event went through the routes once more; its deliveries name it.' })

export const EventSchema = z
  .object({
    ...eventFields,
    body: z.string().openapi({ description: 'The body as it was received, read as UTF-8.' }),
    deliveries: z.array(DeliveryWithAttemptsSchema),
    replays: z.array(ReplaySchema),
  })
  .openapi('Event')

export const EventListSchema = z
  .object({
    events: z.array(z.object({ ...eventFields, bodyBytes: z.int() }).openapi('EventSummary')),
    nextCursor,
    searched: SearchedSchema.optional(),
  })
  .openapi('EventList')

export const ReplayRequestSchema = z
  .strictObject({
    why: z.string().min(1).max(500).openapi({ example: 'The route to Datatalks is new.' }),
    routes: z.array(z.string()).min(1).max(100).optional().openapi({ description: 'All of its source when left out.' }),
  })
  .openapi('ReplayRequest')

export const ReplayedSchema = AcceptanceSchema.extend({ replayId: z.string() }).openapi('Replayed', {
  description: 'The new deliveries are on disk.',
})

export const DeliveryListSchema = z
  .object({
    deliveries: z.array(DeliverySchema),
    nextCursor,
    searched: SearchedSchema.optional(),
  })
  .openapi('DeliveryList')

const EXAMPLE_BODY = '{"email":"ada@example.com","phone":"+46700000001","firstName":"Ada","lastName":"Lovelace"}'

export const PreviewRequestSchema = z
  .union(
    [
      z.strictObject({
        source: z.string().openapi({ example: 'demo' }),
        contentType: z.string().default('application/json'),
        body: z.string().openapi({ description: 'A body as the sender would post it.', example: EXAMPLE_BODY }),
      }),
      z.strictObject({ eventId: z.string().openapi({ example: 'evt_01KAPQ3Z8N4T6V9X2B5D7F0G1H' }) }),
    ],
    { error: 'expected source and body as texts, perhaps with contentType, or eventId, and nothing else' },
  )
  .openapi('PreviewRequest', { description: 'A body for a source, or a stored event.' })

export const PreviewSchema = z
  .object({
    source: z.string(),
    routes: z.array(
      z.object({
        route: z.string().openapi({ example: 'demo.contactnow.records.create' }),
        destination: z.string(),
        operation: z.string(),
        matched: z.boolean(),
        payload: z.unknown(),
        fault: z
          .object({ code: z.string(), errors: z.array(z.object({ path: z.string(), message: z.string() })) })
          .nullable()
          .openapi({ description: 'Why nothing would be sent although the route matches.' }),
        requests: z
          .array(RequestSchema.extend({ purpose: z.enum(['delivery', 'token']) }))
          .openapi({ description: 'What would be sent, a call for a token first. Secrets stand as {slot}.' }),
      }),
    ),
  })
  .openapi('Preview')

export const HealthSchema = z.object({ status: z.literal('ok') }).openapi('Health')

export const ReadinessSchema = z
  .object({
    status: z.enum(['ready', 'unavailable']),
    checks: z.array(
      z.object({ name: z.string().openapi({ example: 'store' }), ok: z.boolean(), detail: z.string().optional() }),
    ),
    warnings: z
      .array(z.object({ code: z.string().openapi({ example: 'EGRESS_NOT_FIXED' }), detail: z.string() }))
      .openapi({ description: 'What will probably not work where this gateway runs.' }),
  })
  .openapi('Readiness')
