import type { Received } from './received.ts'
import { mediaTypeOf, textOf } from './received.ts'

const REDACTED = '{redacted}'

/** Names of query variables, form fields and headers whose values are never shown. */
const SECRET_NAMES = new Set([
  'token',
  'access_token',
  'password',
  'client_secret',
  'signature',
  'x-amz-signature',
  'x-amz-security-token',
  'authorization',
  'proxy-authorization',
  'cookie',
  // The end of a callback's address is what makes it hard to guess.
  'callbackurl',
])

/** Shows a query with its secrets left out; names and order stay. */
export function redactQuery(query: string): string {
  if (query === '') return ''
  return query.split('&').map(redactPair).join('&')
}

/** Shows headers with their secrets left out; the scheme of an Authorization stays. */
export function redactHeaders(headers: Headers): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const [name, value] of headers) shown[name] = SECRET_NAMES.has(name) ? redactHeader(value) : value
  return shown
}

/** Shows a body with the secrets of its form fields left out. */
export function redactBody(received: Received): string {
  const text = textOf(received.bytes)
  if (mediaTypeOf(received) === 'multipart/form-data') return redactMultipart(text, received.headers)
  // A payload may travel under any Content-Type, so a form is told by its shape as well.
  return /^\s*[[{<]/.test(text) ? text : redactQuery(text)
}

function redactPair(pair: string): string {
  const equals = pair.indexOf('=')
  if (equals === -1) return pair
  return SECRET_NAMES.has(nameOf(pair.slice(0, equals))) ? `${pair.slice(0, equals)}=${REDACTED}` : pair
}

function nameOf(encoded: string): string {
  const [name] = new URLSearchParams(encoded).keys()
  return (name ?? '').trim().toLowerCase()
}

function redactHeader(value: string): string {
  const scheme = /^[A-Za-z0-9-]+(?= )/.exec(value)?.[0]
  return scheme === undefined ? REDACTED : `${scheme} ${REDACTED}`
}

function redactMultipart(text: string, headers: Headers): string {
  const boundary = /boundary="?([^";]+)/i.exec(headers.get('content-type') ?? '')?.[1]
  // Without its boundary nobody can tell where a secret ends.
  if (boundary === undefined) return REDACTED
  const delimiter = `--${boundary}`
  return text.split(delimiter).map(redactPart).join(delimiter)
}

function redactPart(part: string): string {
  const name = /;\s*name="?([^";\r\n]*)"?/i.exec(part)?.[1] ?? ''
  const isSecret = SECRET_NAMES.has(name.trim().toLowerCase())
  return isSecret ? part.replace(/(\r?\n\r?\n)[^]*$/, `$1${REDACTED}\r\n`) : part
}
