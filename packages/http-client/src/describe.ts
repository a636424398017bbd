import { formPieces, layOutBody, type Piece, sentText } from './body.ts'
import { createRedact, type HiddenValue, type Redact } from './redact.ts'
import { type HttpRequest, type ReplyDescription, type RequestDescription, Secret } from './request.ts'

/** Longest body text in a description, in characters: an operator reads the beginning, the store keeps all of it. */
export const MAX_DESCRIBED_LENGTH = 65_536

/** Reply headers that help an operator and hold no credential. Of `location` only the host is kept. */
const SHOWN_REPLY_HEADERS = [
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'retry-after',
  'server',
  'x-amzn-errortype',
  'x-amzn-requestid',
]

const NOT_TEXT = '(not text)'

/** A reply as far as it arrived. */
export interface ReceivedReply {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
}

/** Describes a request as it may be logged, stored and shown: every secret stands as `{slot}`. */
export function describeRequest(request: HttpRequest): RequestDescription {
  const redact = createRedact(secretsOf(request))
  const query = formPieces(request.query ?? [])
  const body = request.body === undefined ? undefined : layOutBody(request.body)
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    value instanceof Secret ? value.toString() : redact(value, MAX_DESCRIBED_LENGTH),
  ])
  const contentType = body?.contentType === undefined ? [] : [['content-type', body.contentType]]
  return {
    method: request.method,
    url: describePieces(query.length === 0 ? [request.url] : [request.url, '?', ...query], redact),
    headers: Object.fromEntries([...headers, ...contentType]),
    ...(body === undefined ? {} : { body: describePieces(body.pieces, redact) }),
    bodyBytes: body === undefined ? 0 : sentLength(body.pieces),
  }
}

/** Describes a reply as it may be logged, stored and shown, with everything in `hidden` replaced by its slot. */
export function describeReply(reply: ReceivedReply, hidden: readonly HiddenValue[]): ReplyDescription {
  const redact = createRedact(hidden)
  return {
    status: reply.status,
    headers: describeReplyHeaders(reply.headers, redact),
    body: redact(asText(reply.bytes), MAX_DESCRIBED_LENGTH),
    bodyBytes: reply.bytes.byteLength,
  }
}

/** Replaces every secret in a server's words by `{slot}`, however it is spelled there: for a text that goes into an error. */
export function redactSecrets(words: string, secrets: readonly Secret[]): string {
  const redact = createRedact(secrets.map(hiddenValue))
  return redact(words, Infinity)
}

/** Lists every secret of a request, wherever it stands. */
export function secretsOf(request: HttpRequest): HiddenValue[] {
  const { body } = request
  const fields = body?.kind === 'form' || body?.kind === 'multipart' ? body.fields : []
  return [...(request.query ?? []), ...Object.entries(request.headers ?? {}), ...fields]
    .map(([, value]) => value)
    .filter((value) => value instanceof Secret)
    .map(hiddenValue)
}

function hiddenValue(secret: Secret): HiddenValue {
  return { slot: secret.slot, value: secret.reveal() }
}

function describeReplyHeaders(headers: Headers, redact: Redact): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const name of SHOWN_REPLY_HEADERS) {
    const value = headers.get(name)
    if (value !== null) shown[name] = redact(value, MAX_DESCRIBED_LENGTH)
  }
  const location = headers.get('location')
  // Path and query of a redirect often hold a token.
  if (location !== null) shown['location'] = URL.canParse(location) ? new URL(location).host : '(relative)'
  return shown
}

function describePieces(pieces: readonly Piece[], redact: Redact): string {
  let text = ''
  for (const piece of pieces) {
    const left = MAX_DESCRIBED_LENGTH - text.length
    if (left <= 0) break
    text += isSecretPiece(piece) ? piece.shown : redact(typeof piece === 'string' ? piece : asText(piece), left)
  }
  return text.slice(0, MAX_DESCRIBED_LENGTH)
}

function isSecretPiece(piece: Piece): piece is Exclude<Piece, string | Uint8Array> {
  return typeof piece !== 'string' && !(piece instanceof Uint8Array)
}

function asText(bytes: Uint8Array): string {
  // A NUL is in no text but UTF-16, where a secret would be spelled in a way that is not searched for.
  return bytes.includes(0) ? NOT_TEXT : new TextDecoder().decode(bytes)
}

function sentLength(pieces: readonly Piece[]): number {
  const encoder = new TextEncoder()
  return pieces.reduce(
    (sum, piece) => sum + (piece instanceof Uint8Array ? piece : encoder.encode(sentText(piece))).byteLength,
    0,
  )
}
