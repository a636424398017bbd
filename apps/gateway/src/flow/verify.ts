import type { Source } from '../config.ts'
import { RequestError } from '../problem.ts'
import { encodeHex } from '../sources/encoding.ts'
import type { ReceivedRequest } from '../sources/scheme.ts'
import { contentKey, textKey } from '../store/content-key.ts'

/** IETF draft-ietf-httpapi-idempotency-key-header-07 leaves the length open; Stripe takes 255, and so do we. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

/** The keys that a verified request itself gives a repeat to be known by; null where it gives none. */
export interface SentKeys {
  /** The message id that the scheme signs. */
  readonly signed: string | null
  /** A digest of what was signed, where a signature covers the message. */
  readonly content: string | null
  /** The `Idempotency-Key`, or else a `webhook-id`, where the scheme tells who sent it and signs no message. */
  readonly header: string | null
}

/**
 * Checks who sent a request, on its raw bytes, and finds the keys under which a repeat of it may be known.
 *
 * @throws VerifyError with the reason, for the log only.
 * @throws RequestError `IDEMPOTENCY_KEY_INVALID`.
 */
export async function verify(source: Source, request: ReceivedRequest, nowMs: number): Promise<SentKeys> {
  const verified = await source.scheme.verify(request, nowMs)
  // What nobody signed is not even looked at where something is signed: it is anybody's.
  const signed = verified?.messageId ?? null
  const content = verified === undefined ? null : contentKey(await digest(verified.signedContent))
  const header = verified === undefined ? headerKey(request.headers) : null
  for (const key of [signed, header]) {
    if (key !== null && !IDEMPOTENCY_KEY.test(key)) throw new RequestError('IDEMPOTENCY_KEY_INVALID')
  }
  return { signed, content, header }
}

function headerKey(headers: Headers): string | null {
  const sent = headers.get('idempotency-key')
  return sent === null ? headers.get('webhook-id') : unquoted(sent)
}

async function digest(content: Uint8Array<ArrayBuffer>): Promise<string> {
  return encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', content)))
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
/** Half of a surrogate pair has no UTF-8 form: every one would be kept as the same U+FFFD, and two ids as one. */
const LONE_SURROGATE = /\p{Cs}/u

/**
 * Chooses the idempotency key of an event: what the scheme signs, or else what the source, or its scheme, says to read from
 * the body, or else a digest of what was signed, or a header where nothing is. Where a request may hold many events, what
 * the body has comes first: for one event too, which is the same as a batch of one.
 *
 * @param sent - The decoded event as it was sent.
 * @param place - That of the event in its batch. The first has the key of the request as it is: an event that was captured,
 * and is sent again as a batch of one, is the same event.
 * @throws RequestError `IDEMPOTENCY_KEY_INVALID` what the body has there is longer than 255 characters, or no well-formed text.
 */
export function idempotencyKeyOf(source: Source, keys: SentKeys, sent: unknown, place = 0): string | null {
  const path = keyPathOf(source)
  const found = path === null ? null : readPath(sent, path)
  if (found !== null && (source.batches !== null || keys.signed === null)) return bodyKey(found)
  const shared = keys.signed ?? keys.content ?? keys.header
  // A key of a request holds no blank, so none is taken for that of an item.
  return shared === null || place === 0 ? shared : `${shared} ${place}`
}

function bodyKey(found: string): string {
  if (found.length <= MAX_BODY_KEY_LENGTH && !LONE_SURROGATE.test(found)) return textKey(found)
  const detail = 'The id in the body is longer than 255 characters, or holds half of a surrogate pair.'
  throw new RequestError('IDEMPOTENCY_KEY_INVALID', [], {}, { detail })
}

/** Where the id of an event is in its body; null where nobody knows of one. */
export function keyPathOf({ idempotencyPath, scheme }: Source): string | null {
  return idempotencyPath ?? scheme.idempotencyPath ?? null
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
