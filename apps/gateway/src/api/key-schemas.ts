import { z } from '@hono/zod-openapi'
import { RatePerMinute, SCOPES } from '../config-shapes.ts'
import { nextCursor } from './links.ts'

const instant = z.iso.datetime().openapi({ example: '2026-11-22T12:00:00.000Z' })
/** ASCII only: it stands in logs and says who did something, so no two look alike and none breaks a line. */
const name = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._ -]{0,61}[A-Za-z0-9])?$/, {
    error: 'expected 1 to 63 of A-Z, a-z, 0-9, space and ._-',
  })
  .openapi({ example: 'crm' })
const MAX_SOURCES = 100
const DEFAULT_OVERLAP_SECONDS = 3600
/** 30 days. */
const MAX_OVERLAP_SECONDS = 2_592_000

export const KeyRequestSchema = z
  .strictObject({
    name,
    scopes: z
      .array(z.enum(SCOPES))
      .min(1)
      .max(SCOPES.length)
      .openapi({ example: ['ingest'] }),
    sources: z.array(z.string()).min(1).max(MAX_SOURCES).optional().openapi({
      description: 'Of the scope `ingest`: the sources that it may post to. All that take keys when left out.',
    }),
    expiresAt: z.iso.datetime({ offset: true }).optional().openapi({ description: 'Never, when left out.' }),
    ratePerMinute: RatePerMinute.optional().openapi({ description: '60,000 when left out.' }),
  })
  .openapi('KeyRequest')

export const RotateRequestSchema = z
  .strictObject({
    overlapSeconds: z.int().min(0).max(MAX_OVERLAP_SECONDS).default(DEFAULT_OVERLAP_SECONDS).openapi({
      description: 'How long the secrets that it has are accepted beside the new one. 0 ends them at once.',
    }),
  })
  .openapi('RotateRequest')

export const RevokeRequestSchema = z
  .strictObject({
    evenIfLast: z.literal(true).optional().openapi({
      description: 'Has to be said where no other key could operate then.',
    }),
  })
  .openapi('RevokeRequest')

export const KeySchema = z
  .object({
    id: z.string().openapi({ example: 'key_01KAPQ3Z8N4T6V9X2B5D7F0G1M' }),
    name: z.string().openapi({ example: 'crm' }),
    scopes: z.array(z.enum(SCOPES)),
    sources: z.array(z.string()).nullable(),
    ratePerMinute: z.int(),
    state: z.enum(['active', 'expired', 'revoked']),
    configured: z.boolean().openapi({ description: 'One of the configuration, which the API does not change.' }),
    createdAt: instant.nullable().openapi({ description: 'Null for one of the configuration.' }),
    createdBy: z.string().nullable(),
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
    revokedBy: z.string().nullable(),
    lastUsedAt: instant.nullable().openapi({
      description: 'To the hour. Null for never, and for one of the configuration.',
    }),
    secrets: z.array(
      z.object({
        prefix: z.string().openapi({ example: 'slk_7Qd0', description: 'Its first characters. The rest is not kept.' }),
        createdAt: instant,
        createdBy: z.string(),
        endsAt: instant.nullable().openapi({ description: 'When it ends, if another has taken its place.' }),
      }),
    ),
  })
  .openapi('Key', { description: 'A key of the API. What it is made of is told once, when it is made.' })

export type ShownKey = z.output<typeof KeySchema>

export const KeyWithSecretSchema = z
  .object({
    key: KeySchema,
    secret: z.string().openapi({
      example: 'slk_…',
      description:
        'Told this once: only its SHA-256 is kept. `slk_`, 43 random letters and digits, and 6 that check them.',
    }),
  })
  .openapi('KeyWithSecret')

export const KeyListSchema = z.object({ keys: z.array(KeySchema), nextCursor }).openapi('KeyList')
