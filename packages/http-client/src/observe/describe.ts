import { layOut, type Piece, sentBytes } from '../lay-out.ts'
import { type HttpRequest, Secret } from '../request.ts'
import type { HttpReply } from '../send.ts'
import type { ReplyDescription, RequestDescription } from './exchange.ts'
import { createRedact, type HiddenValue, type Redact } from './redact.ts'

/** Longest body text in a description, in characters: an operator reads the beginning, the store keeps all of it. */
export const MAX_DESCRIBED_LENGTH = 65_536

/** Reply headers that help an operator and hold no credential, in the order of a description. */
const SHOWN_REPLY_HEADERS = [
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'retry-after',
  'server',
  'x-amzn-errortype',
  'x-amzn-requestid',
  'location',
]

/** Describes a request as it may be logged, stored and shown: every secret stands as `{slot}`. */
export function describeRequest(request: HttpRequest): RequestDescription {
  const redact = createRedact(secretsOf(request))
  const { url, headers, body } = layOut({ ...request, url: shownUrl(request) })
  return {
    method: request.method,
    url: describePieces(url, redact),
    headers: Object.fromEntries(headers.map(([name, value]) => [name, describePieces([value], redact)])),
    ...(body === undefined ? {} : { body: describePieces(body, redact) }),
    bodyBytes: body === undefined ? 0 : sentBytes(body).byteLength,
  }
}

/** A URL with a login, a query or a fragment of its own is never sent; whatever it holds was not marked as secret. */
function shownUrl({ url, pathTemplate }: HttpRequest): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null) return pathTemplate
  const { username, password, search, hash, origin } = parsed
  return username + password + search + hash === '' ? url : origin + pathTemplate
}

/** Describes a reply as it may be logged, stored and shown, with everything in `hidden` replaced by its slot. */
export function describeReply(reply: HttpReply, hidden: readonly HiddenValue[]): ReplyDescription {
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
  const { query = [], headers = {}, body } = request
  const fields = body !== undefined && 'fields' in body ? body.fields : []
  return [...query, ...Object.entries(headers), ...fields]
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
    if (value !== null) shown[name] = redact(name === 'location' ? hostOf(value) : value, MAX_DESCRIBED_LENGTH)
  }
  return shown
}

/** Path and query of a redirect often hold a token. */
function hostOf(location: string): string {
  return URL.canParse(location) ? new URL(location).host : '(relative)'
}

function describePieces(pieces: readonly Piece[], redact: Redact): string {
  let text = ''
  for (const piece of pieces) {
    const left = MAX_DESCRIBED_LENGTH - text.length
    if (left <= 0) break
    if (piece instanceof Secret) text += piece.toString()
    else text += redact(typeof piece === 'string' ? piece : asText(piece), left)
  }
  return text.slice(0, MAX_DESCRIBED_LENGTH)
}

function asText(bytes: Uint8Array): string {
  // A NUL is in no text but UTF-16, where a secret would be spelled in a way that is not searched for.
  return bytes.includes(0) ? '(not text)' : new TextDecoder().decode(bytes)
}
