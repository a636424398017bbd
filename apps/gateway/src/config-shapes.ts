import { z } from 'zod'

/**
 * What a key may do: `ingest`, to hand something in; `read` everything; or `operate`, which decides and changes, and
 * includes the others.
 */
export const SCOPES = ['ingest', 'read', 'operate'] as const
/** What becomes of a delivery of which nobody knows whether it landed. */
const ON_UNSURE = ['park', 'resend', 'drop'] as const
/** Longest time for which an idempotency key may be known: 30 days. */
const MAX_IDEMPOTENCY_HOURS = 720
/** Longest time that a body may take, in milliseconds: an hour. */
const MAX_BODY_TIMEOUT_MS = 3_600_000
/** Most events of one request: they share one transaction, and nobody else writes while it runs. */
const MAX_BATCH_ITEMS = 10_000
/** Shortest key of the HTTP API, in characters. */
const MIN_TOKEN_LENGTH = 12

/** Longest time that anything is configured to wait for, in milliseconds: 30 days. */
const MAX_WAIT_MS = 2_592_000_000
/** A time to wait for. It becomes an instant that is stored, and those are whole milliseconds. */
export const WaitMs = z.int().min(0).max(MAX_WAIT_MS)

/** What the compiler checks of a source, for configurations that it does not see. */
export const SourceShape = z.looseObject({
  maxBodyBytes: z.int().min(1),
  bodyTimeoutMs: z.int().min(1).max(MAX_BODY_TIMEOUT_MS),
  lists: z.array(z.string().min(1)),
  jsonFields: z.array(z.string().min(1)),
  batches: z
    .strictObject({
      maxItems: z.int().min(1).max(MAX_BATCH_ITEMS),
      maxBytes: z.int().min(1),
      handling: z.enum(['strict', 'lenient']),
    })
    .nullable(),
  idempotencyPath: z.string().min(1).nullable(),
  idempotencyHours: z.number().gt(0).max(MAX_IDEMPOTENCY_HOURS),
  onMappingFault: z.enum(['dead', 'refuse']),
})

/** The same of a route. */
export const RouteShape = z.looseObject({
  onUnsure: z.enum(ON_UNSURE),
  settleMs: WaitMs,
  name: z.string().min(1).max(200).nullable(),
})

/** What something is called that has a new number now and then. */
export const AliasName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, { error: 'expected 1 to 63 of a-z, 0-9 and -' })

/** What it stands for, such as the number of a conversation, which DANAConnect types as int32. */
export const AliasedNumber = z.int().min(1).max(2_147_483_647)

/** Requests that a key may make in a minute. */
export const RatePerMinute = z.int().min(1).max(1_000_000)

const ORIGIN_FAULT = 'expected https://host as a browser writes it, http only on loopback, or "*" alone'

/** Whose pages may use the API. One that no browser ever writes so would be let in by nobody's notice, or never. */
export const CorsShape = z.strictObject({
  origins: z
    .array(z.string().refine((text) => text === '*' || isOrigin(text), { error: ORIGIN_FAULT }))
    .min(1)
    .refine((origins) => origins.length === 1 || !origins.includes('*'), { error: ORIGIN_FAULT }),
})

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { origin, protocol, hostname } = new URL(text)
  return (
    origin === text &&
    !text.includes('*') &&
    (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname)))
  )
}

const LOOPBACK = /^(?:localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** The same of a key. */
export const KeyShape = z.looseObject({
  name: z.string().min(1).max(100),
  token: z.string().min(MIN_TOKEN_LENGTH, `shorter than ${MIN_TOKEN_LENGTH} characters`),
  scopes: z.array(z.enum(SCOPES)).min(1),
  sources: z.array(z.string()).min(1).nullish(),
  ratePerMinute: RatePerMinute.optional(),
})

/** Lists what is wrong with a part of a configuration, by the names of its settings; no setting's value is said. */
export function shapeFaults(shape: z.ZodType, part: unknown): readonly string[] {
  const { error } = shape.safeParse(part)
  return (error?.issues ?? []).map(({ path, message }) => {
    const where = path.map(String).join('.')
    return where === '' ? message : `${where}: ${message}`
  })
}
