import { z } from 'zod'

/** What a source is called in a Sluice's configuration. */
export const SOURCE_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/

/** `application/json`, or a type of its own that is JSON. RFC 6839 https://www.rfc-editor.org/rfc/rfc6839#section-3.1 */
const JSON_MEDIA_TYPE = /^(?:application\/json|[a-z0-9!#$&^_.-]+\/[a-z0-9!#$&^_.+-]+\+json)$/

/** Checks what is forwarded: any JSON object, and how its form is called. */
export const forwardSchema = z.strictObject({
  event: z.record(z.string(), z.json(), { error: 'expected an object' }),
  contentType: z
    .string()
    .regex(JSON_MEDIA_TYPE, 'expected application/json or a type that ends in +json')
    .exactOptional(),
})

/** What is forwarded. */
export type ForwardInput = z.input<typeof forwardSchema>

/** Checks a Sluice's answer 202: the event and its deliveries are on disk there. */
export const acceptanceSchema = z.object({
  eventId: z.string().min(1),
  deliveries: z.array(z.object({ id: z.string().min(1), destination: z.string(), operation: z.string() })),
})

/** What the receiving Sluice made of an event. */
export type Acceptance = z.output<typeof acceptanceSchema>

/**
 * Checks a problem document as a Sluice writes it.
 *
 * @see RFC 9457 section 3 https://www.rfc-editor.org/rfc/rfc9457#section-3
 */
export const problemSchema = z.object({
  code: z.string(),
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

/** A problem document. */
export type Problem = z.output<typeof problemSchema>
