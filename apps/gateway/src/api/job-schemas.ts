import { z } from '@hono/zod-openapi'
import { DECISIONS, JOB_STATES } from '../store/port.ts'
import { MATCH } from './filters.ts'
import { nextCursor } from './links.ts'

const instant = z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' })

const JobFilterSchema = z
  .strictObject({ state: z.enum(['dead', 'parked', 'pending']).optional(), ...MATCH })
  .openapi('JobFilter', {
    description:
      'A delivery that is dead or parked and all of this; with `state: "pending"` one that waits, of one `destination`, to be tried now or dropped.',
  })

const action = z.enum(DECISIONS).openapi({
  description:
    'As for one delivery: `resend`, `drop`, `acknowledge`, and, of parked ones only, `delivered`. Deliveries in no state for it do not match.',
})

export const JobRequestSchema = z
  .strictObject({
    action,
    filter: JobFilterSchema,
    all: z.literal(true).optional().openapi({ description: 'Has to be said where the filter is empty.' }),
    ratePerSecond: z.number().min(0.01).max(1000).optional().openapi({
      description: 'How many deliveries it decides about in a second; as fast as it can when left out.',
    }),
    why: z.string().min(1).max(500).openapi({ example: 'The list that was missing is there now.' }),
    dryRun: z.boolean().optional().openapi({ description: 'Counts what matches, and changes nothing.' }),
  })
  .openapi('JobRequest')

export const JobSchema = z
  .object({
    id: z.string().openapi({ example: 'job_01KAPQ3Z8N4T6V9X2B5D7F0G1K' }),
    action,
    filter: JobFilterSchema,
    ratePerSecond: z.number().nullable(),
    state: z.enum(JOB_STATES),
    matched: z.int().openapi({ description: 'Deliveries that fit so far: those done and those skipped.' }),
    expected: z.int().nullable().openapi({
      description: 'Deliveries that fitted right before it began: it is about as far as `matched` of these.',
    }),
    done: z.int(),
    skipped: z.int().openapi({
      description: 'Became dead or parked after the job began, perhaps because it sent them again: left alone.',
    }),
    by: z.string(),
    why: z.string(),
    createdAt: instant,
    nextAt: instant.nullable().openapi({ description: 'When it goes on.' }),
    estimatedEndAt: instant
      .nullable()
      .openapi({ description: 'If it goes on as so far; null while that cannot be said.' }),
    endedAt: instant.nullable(),
    cancelledBy: z.string().nullable(),
  })
  .openapi('Job', { description: 'One decision about many deliveries, carried out step by step, also over restarts.' })

export const JobListSchema = z.object({ jobs: z.array(JobSchema), nextCursor }).openapi('JobList')

export const DryRunSchema = z
  .object({
    dryRun: z.literal(true),
    matched: z.int(),
    sample: z.array(z.string()).openapi({ description: 'Ids of the oldest that match, 20 at most.' }),
  })
  .openapi('DryRun', { description: 'What the job would decide about at this moment.' })
