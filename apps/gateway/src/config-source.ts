import type { z } from 'zod'
import { namingRule, type NamingRule } from './config-naming.ts'
import type { Scheme } from './sources/scheme.ts'

/** Largest body that a source accepts by default: 1 MiB. */
const DEFAULT_MAX_BODY_BYTES = 1_048_576

/** A named inbound endpoint: how its requests are verified, and what they hold. */
export interface Source<Data = unknown> {
  readonly scheme: Scheme
  /** What a decoded body must be. A body in XML is checked without its root element; its values are all text. */
  readonly schema: z.ZodType<Data> & { readonly faults?: readonly string[] }
  /** Largest body in bytes, 1,048,576 by default: as it was sent, and as it is when it was inflated. Of a batch, of each item. */
  readonly maxBodyBytes: number
  /** How long the whole of a body may take to arrive, in milliseconds: 30,000 by default. */
  readonly bodyTimeoutMs: number
  /**
   * What is a list even where there is only one of it: elements of an XML body by dotted paths below the root, such as
   * `tags`, and fields of a form by name. A field that is no list may come once.
   */
  readonly lists: readonly string[]
  /** Fields of a form whose value is JSON, such as the `payload` of Slack. */
  readonly jsonFields: readonly string[]
  /** Whether a request may hold many events, and how many; null where each holds one, whatever its shape. */
  readonly batches: BatchRules | null
  /**
   * Where in the decoded body the sender's own id of the event is: a dotted path below the root, such as `event.id`. It is
   * the idempotency key where the scheme signs none, and of a source with `batches` in any case, before any header. Null for where the scheme knows it to be, if it
   * knows its sender.
   */
  readonly idempotencyPath: string | null
  /** How long an idempotency key is known, in hours: 24 by default. */
  readonly idempotencyHours: number
  /**
   * Names what has to be kept in one place where events are spread over several, such as the contact: on Workers a route
   * keeps the order by this very function or expression or not at all, and an idempotency key is known within what it
   * names. By default, and where it names nothing, the idempotency key decides.
   */
  readonly shardKey: NamingRule | null
  /** What becomes of an event that a route cannot map, `dead` by default. */
  readonly onMappingFault: OnMappingFault
}

/** How many events of a source may come in one request, as a JSON array or as a line each. */
export interface BatchRules {
  /** Most events of one request, 1000 by default. */
  readonly maxItems: number
  /** Most bytes of one request, 4,194,304 by default: as it was sent, and as it is when it was inflated. */
  readonly maxBytes: number
  /** Where the sender does not say: `lenient` takes what can be taken, and is the default; `strict` takes all or nothing. */
  readonly handling: Handling
}

/** What becomes of a batch of which some items cannot be taken. RFC 7240 section 4.4 */
export type Handling = 'strict' | 'lenient'

const DEFAULT_BATCHES: BatchRules = { maxItems: 1000, maxBytes: 4_194_304, handling: 'lenient' }
/** How long the whole of a body may take to arrive by default. */
const DEFAULT_BODY_TIMEOUT_MS = 30_000

/**
 * What becomes of an event that a route cannot map: `dead` stores it, with a dead delivery for that route; `refuse`
 * stores nothing of it and answers 422, for a sender who can do something about it.
 */
export type OnMappingFault = 'dead' | 'refuse'

/** How long an idempotency key is known by default, in hours. */
const DEFAULT_IDEMPOTENCY_HOURS = 24

/** Declares a source. */
export function source<Data>(
  options: Pick<Source<Data>, 'scheme' | 'schema'> &
    Partial<Omit<Source<Data>, 'scheme' | 'schema' | 'shardKey' | 'batches'>> & {
      readonly shardKey?: ((data: Data) => string | null) | string
      readonly batches?: boolean | Partial<BatchRules>
    },
): Source<Data> {
  const { shardKey, batches = false, ...others } = options
  return {
    maxBodyBytes: DEFAULT_MAX_BODY_BYTES,
    bodyTimeoutMs: DEFAULT_BODY_TIMEOUT_MS,
    lists: [],
    jsonFields: [],
    batches: batches === false ? null : { ...DEFAULT_BATCHES, ...(batches === true ? {} : batches) },
    idempotencyPath: null,
    idempotencyHours: DEFAULT_IDEMPOTENCY_HOURS,
    onMappingFault: 'dead',
    ...others,
    shardKey: shardKey === undefined ? null : namingRule(shardKey),
  }
}
