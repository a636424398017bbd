import type { HttpReply } from '@sluice/http-client'
import { z } from 'zod'
import { type Envelope, envelopeSchema } from './envelope.ts'
import { type ContactnowCode, failure, isWrite, type JudgeContext } from './failures.ts'
import { decodeReply, type Format } from './formats.ts'

/** Rows that a read returned, and how many rows match without its limit. */
export interface Listing<Row> {
  readonly total: number
  readonly list: readonly Row[]
}

/** Judges the rows of one kind of read. */
export type JudgeRows<Row> = (reply: HttpReply, context: JudgeContext) => Listing<Row>

/**
 * The vendor's words that mean more than a refusal. The others that are known ("Bad argument: x", "Record id [n] does not
 * exist.", "No file uploaded. Missing 'easycall' section?", "Filename already exists...") mean just that, as unknown ones do.
 */
const KNOWN_WORDS: ReadonlyMap<string, ContactnowCode> = new Map([
  ['Authentication failure', 'CONTACTNOW_CREDENTIALS_REFUSED'],
  ['Expired token', 'CONTACTNOW_TOKEN_EXPIRED'],
  ['Unknown token', 'CONTACTNOW_TOKEN_EXPIRED'],
  ['Invalid token', 'CONTACTNOW_TOKEN_INVALID'],
])

/**
 * Judges the answer of `token.get`.
 *
 * @throws UpstreamError with a {@link ContactnowCode}.
 * @see https://support.8x8.com/cloud-contact-center/contactnow/contactnow-how-to/contactnow-creating-an-api-token
 */
export function judgeToken(reply: HttpReply, context: JudgeContext): { token: string; expiresAtMs: number } {
  const { token, expire } = readEnvelope(reply, context)
  if (typeof token !== 'string' || token === '') throw failure('CONTACTNOW_UNREADABLE_REPLY', reply, context)
  return { token, expiresAtMs: expiryOf(expire, reply, context) }
}

/**
 * Judges the answer of `token.validate`.
 *
 * @throws UpstreamError with a {@link ContactnowCode}.
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export function judgeValidation(reply: HttpReply, context: JudgeContext): { expiresAtMs: number } {
  const { expire } = readEnvelope(reply, context)
  return { expiresAtMs: expiryOf(expire, reply, context) }
}

/**
 * Judges the answer of a create.
 *
 * @throws UpstreamError with a {@link ContactnowCode}.
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export function judgeCreate(reply: HttpReply, context: JudgeContext): { key: number; info: string | null } {
  const envelope = readEnvelope(reply, context)
  requireRows(envelope, reply, context)
  const { key = 0, info } = envelope
  if (key <= 0) throw failure('CONTACTNOW_KEY_MISSING', reply, context, envelope)
  return { key, info: info ?? null }
}

/**
 * Judges the answer of an update.
 *
 * @throws UpstreamError with a {@link ContactnowCode}.
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export function judgeUpdate(reply: HttpReply, context: JudgeContext): { total: number; info: string | null } {
  const envelope = readEnvelope(reply, context)
  return { total: requireRows(envelope, reply, context), info: envelope.info ?? null }
}

/**
 * Judges the answer of a read.
 *
 * @param matches - Tells whether a row fits the filter that was sent.
 * @throws UpstreamError with a {@link ContactnowCode}.
 * @see https://github.com/8x8-dxi/ContactNowAPI
 */
export function judgeRead<Schema extends z.ZodType>(
  rowSchema: Schema,
  matches: (row: z.output<Schema>) => boolean,
  reply: HttpReply,
  context: JudgeContext,
): Listing<z.output<Schema>> {
  const envelope = readEnvelope(reply, context)
  // QUIRK contactnow: `list` may be absent where there are no rows.
  const rows = z.array(rowSchema).safeParse(envelope.list ?? [])
  const total = envelope.total ?? (envelope.list ? rows.data?.length : undefined)
  const incomplete = !rows.success || total === undefined || (total > 0 && rows.data.length === 0)
  if (incomplete) throw failure('CONTACTNOW_UNREADABLE_REPLY', reply, context)
  if (!rows.data.every(matches)) throw failure('CONTACTNOW_FILTER_IGNORED', reply, context)
  return { total, list: rows.data }
}

/** Reads what the reply says in general, and throws what it says in general to a failure. */
function readEnvelope(reply: HttpReply, context: JudgeContext): Envelope {
  const envelope = decodeEnvelope(reply, context.format)
  const refusal = refusedStatus(reply, context)
  if (refusal !== null) throw failure(refusal, reply, context, envelope)
  if (envelope === null) throw failure('CONTACTNOW_UNREADABLE_REPLY', reply, context)
  const verdict = failureIn(envelope, context)
  if (verdict !== null) throw failure(verdict, reply, context, envelope)
  return envelope
}

function decodeEnvelope(reply: HttpReply, format: Format): Envelope | null {
  try {
    return envelopeSchema.safeParse(decodeReply(format, reply.bytes)).data ?? null
  } catch {
    // The decoder's reason quotes nothing, but it helps nobody either: the exchange that was observed shows the reply.
    return null
  }
}

function refusedStatus({ status, headers }: HttpReply, context: JudgeContext): ContactnowCode | null {
  if (status >= 200 && status < 300) return null
  if (status === 429) return 'CONTACTNOW_BUSY'
  // Without Retry-After a 503 may come from a proxy whose server did the work: then a write is unsure.
  if (status === 503 && (headers.has('retry-after') || !isWrite(context))) return 'CONTACTNOW_BUSY'
  if (status >= 500) return 'CONTACTNOW_SERVER_FAULT'
  return headers.has('retry-after') ? 'CONTACTNOW_BUSY' : 'CONTACTNOW_REFUSED'
}

// QUIRK contactnow: HTTP 200 for every failure (case demo/expired-token), and `success` can be true beside an `error`, in
// XML for every error (case campaigns/error-beside-success).
function failureIn(envelope: Envelope, context: JudgeContext): ContactnowCode | null {
  const { success, error, total = 0, bad = 0, expire } = envelope
  const landed = success && total > 0
  const known = KNOWN_WORDS.get(error) ?? (expire === -1 ? 'CONTACTNOW_TOKEN_EXPIRED' : undefined)
  if (known !== undefined && !landed) return known
  if (!success) return 'CONTACTNOW_REFUSED'
  if (error === '' && bad <= 0) return null
  return landed && isWrite(context) ? 'CONTACTNOW_PARTIAL' : 'CONTACTNOW_REFUSED'
}

/** Returns how many rows a write changed; none is a refusal without a word. */
function requireRows(envelope: Envelope, reply: HttpReply, context: JudgeContext): number {
  const { total } = envelope
  if (total === undefined) throw failure('CONTACTNOW_UNREADABLE_REPLY', reply, context, envelope)
  if (total <= 0) throw failure('CONTACTNOW_REFUSED', reply, context, envelope)
  return total
}

/** `expire` is an instant, in seconds since 1970, not a duration. */
function expiryOf(expire: number | undefined, reply: HttpReply, context: JudgeContext): number {
  if (expire === undefined || expire <= 0) throw failure('CONTACTNOW_UNREADABLE_REPLY', reply, context)
  return expire * 1000
}
