import type { Source } from '../config.ts'
import { RequestError } from '../problem.ts'
import type { ReceivedRequest } from '../sources/scheme.ts'

/** IETF draft-ietf-httpapi-idempotency-key-header-07 leaves the length open; Stripe takes 255, and so do we. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

/** The keys that a verified request itself gives a repeat to be known by; null where it gives none. */
export interface SentKeys {
  /** The message id that the scheme signs. */
  readonly signed: string | null
  /** The `Idempotency-Key`, or else a `webhook-id` that nobody signed. */
  readonly header: string | null
}

/**
 * Checks who sent a request, on its raw bytes, and finds the keys under which a repeat of it may be known.
 *
 * @throws VerifyError with the reason, for the log only.
 * @throws RequestError `IDEMPOTENCY_KEY_INVALID`.
 */
export async function verify(source: Source, request: ReceivedRequest, nowMs: number): Promise<SentKeys> {
  await source.scheme.verify(request, nowMs)
  const { headers } = request
  const signed = source.scheme.messageId?.(request) ?? null
  const sent = headers.get('idempotency-key')
  const header = sent === null ? headers.get('webhook-id') : unquoted(sent)
  for (const key of [signed, header]) {
    if (key !== null && !IDEMPOTENCY_KEY.test(key)) throw new RequestError('IDEMPOTENCY_KEY_INVALID')
  }
  return { signed, header }
}

/**
 * Reads an `Idempotency-Key`; null where there is none.
 *
 * @throws RequestError `IDEMPOTENCY_KEY_INVALID`.
 */
export function readKey(header: string | null): string | null {
  const key = header === null ? null : unquoted(header)
  if (key !== null && !IDEMPOTENCY_KEY.test(key)) throw new RequestError('IDEMPOTENCY_KEY_INVALID')
  return key
}

/** A structured field of type String: RFC 8941 section 3.3.3. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/

/** Reads a key that is written as the draft says, in quotes, or as most senders write it, without: both are the same key. */
function unquoted(key: string): string {
  if (!key.startsWith('"')) return key
  const quoted = QUOTED.exec(key)?.[1]
  if (quoted === undefined) throw new RequestError('IDEMPOTENCY_KEY_INVALID')
  return quoted.replaceAll(/\\(["\\])/g, '$1')
}

/** Longest key that is taken from a body, in UTF-16 code units. */
const MAX_BODY_KEY_LENGTH = 255

/**
 * Chooses the idempotency key of a request: what the scheme signs, or else what the source says to read from the body, or
 * else a header.
 *
 * @param sent - The decoded body as it was sent.
 * @throws RequestError `IDEMPOTENCY_KEY_INVALID` what the body has there is longer than 255 characters.
 */
export function idempotencyKeyOf(
  { idempotencyPath }: Source,
  { signed, header }: SentKeys,
  sent: unknown,
): string | null {
  const inBody = idempotencyPath === null ? null : readPath(sent, idempotencyPath)
  if (inBody !== null && inBody.length > MAX_BODY_KEY_LENGTH) throw new RequestError('IDEMPOTENCY_KEY_INVALID')
  return signed ?? inBody ?? header
}

function readPath(sent: unknown, path: string): string | null {
  const found = path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Readonly<Record<string, unknown>>)[name]
          : undefined,
      sent,
    )
  return typeof found === 'number' || (typeof found === 'string' && found !== '') ? String(found) : null
}
