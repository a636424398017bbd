import { z } from '@hono/zod-openapi'
import { PROBLEM_CODES } from '../problem.ts'
import { GATE_REASONS } from '../flow/gate.ts'
import { DELIVERY_STATES, OUTCOMES, RESOLUTIONS } from '../store/port.ts'

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

const StepSchema = z
  .object({
    purpose: z.enum(['delivery', 'token', 'read-back']),
    request: z.object({
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
      body: z.string().optional(),
      bodyBytes: z.int(),
    }),
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

const AttemptSchema = z
  .object({
    id: z.string(),
    number: z.int(),
    startedAt: instant,
    endedAt: instant,
    outcome: z.enum(OUTCOMES),
    code: z.string().nullable(),
    detail: z.string().nullable(),
    counted: z.boolean().openapi({ description: 'Whether it counts to the ten attempts of the retry schedule.' }),
    steps: z.array(StepSchema),
  })
  .openapi('Attempt')

export const DeliverySchema = z
  .object({
    id: z.string(),
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
    reason: z
      .object({ code: z.string(), detail: z.string() })
      .nullable()
      .openapi({ description: 'Why it is not delivered, or was not at the last attempt.' }),
    receipt: z.unknown().openapi({
      description:
        'What the upstream returned that identifies the result. With `unconfirmed: true` the upstream took the work and nobody tells how it ended.',
    }),
  })
  .openapi('Delivery')

const ResolutionSchema = z
  .object({ at: instant, as: z.enum(RESOLUTIONS), by: z.string(), why: z.string() })
  .openapi('Resolution', { description: 'What a person decided, and with which key.' })

export const DeliveryWithAttemptsSchema = DeliverySchema.extend({
  attempts: z.array(AttemptSchema),
  resolutions: z.array(ResolutionSchema),
}).openapi('DeliveryWithAttempts')

export const ResolveSchema = z
  .strictObject({
    as: z.enum(RESOLUTIONS).openapi({
      description:
        '`resend` begins the ten attempts anew; `delivered` takes a parked one for done; `drop` gives it up for good.',
    }),
    why: z.string().min(1).max(500).openapi({ example: 'Found it in the platform: record 104.' }),
  })
  .openapi('Resolve')

export const DestinationSchema = z
  .object({
    name: z.string(),
    kind: z.string().openapi({ example: 'contactnow' }),
    operations: z.array(z.string()),
    testable: z
      .boolean()
      .openapi({ description: 'Whether its upstream has a call that tests the credentials and changes nothing.' }),
    concurrency: z.int().openapi({ description: 'Calls under way at once, at most.' }),
    ratePerSecond: z.number().nullable().openapi({ description: 'Requests per second, at most; null for any number.' }),
    gate: z.object({
      state: z.enum(['open', 'closed', 'probing']),
      reason: z.enum(GATE_REASONS).nullable(),
      closedUntil: instant.nullable().openapi({ description: 'Null when open, and when only a person opens it.' }),
    }),
    inFlight: z.int(),
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

export const EventSchema = z
  .object({
    id: z.string(),
    source: z.string(),
    idempotencyKey: z.string().nullable(),
    receivedAt: instant,
    contentType: z.string(),
    body: z.string().openapi({ description: 'The body as it was received, read as UTF-8.' }),
    deliveries: z.array(DeliveryWithAttemptsSchema),
  })
  .openapi('Event')

export const DeliveryListSchema = z
  .object({
    deliveries: z.array(DeliverySchema),
    nextCursor: z
      .string()
      .nullable()
      .openapi({ description: 'Pass it as `cursor` for the next page; null on the last.' }),
  })
  .openapi('DeliveryList')

export const HealthSchema = z.object({ status: z.literal('ok') }).openapi('Health')

export const ReadinessSchema = z
  .object({
    status: z.enum(['ready', 'unavailable']),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().optional() })),
  })
  .openapi('Readiness')
