import { VerifyError } from '@sluice/errors'
import type { ReceivedRequest, Scheme } from './scheme.ts'

/** How far the sender's clock may be from ours, in both directions. https://www.standardwebhooks.com */
const TOLERANCE_SECONDS = 300
const SECRET_PREFIX = 'whsec_'
/** The specification asks for 24 to 64 bytes. */
const SIGNATURE_BYTES = 32
/** More signatures than any rotation of secrets makes: each one costs a check against every secret. */
const MAX_SIGNATURES = 16
const MIN_SECRET_BYTES = 24
const MAX_SECRET_BYTES = 64
const SECRET_FAULT = 'a secret is `whsec_` and the base64 of 24 to 64 bytes'
const HMAC_SHA256 = { name: 'HMAC', hash: 'SHA-256' }

/**
 * Accepts requests signed by the Standard Webhooks specification, symmetric form `v1`: `webhook-id`,
 * `webhook-timestamp` and `webhook-signature` over `{id}.{timestamp}.{body}`.
 *
 * @param secrets - As `whsec_<base64>`; several while one is being replaced by another.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function standardWebhooks(...secrets: readonly string[]): Scheme {
  const decoded = secrets.map(decodeSecret)
  const keys = decoded.flatMap((bytes) => (bytes === null ? [] : [importKey(bytes)]))
  return {
    name: 'standard-webhooks',
    faults: decoded.some((bytes) => bytes === null) ? [SECRET_FAULT] : [],
    messageId: ({ headers }) => headers.get('webhook-id'),
    async verify(request, nowMs) {
      const { id, timestamp, signatures } = readHeaders(request)
      const message = signedBytes(id, timestamp, request.body)
      if (!(await anyMatches(await Promise.all(keys), signatures, message))) {
        throw new VerifyError('AUTH_REJECTED', 'standard-webhooks: no signature matches')
      }
      // Only after the signature: a forged timestamp must not tell anything about the clock.
      if (Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS) {
        throw new VerifyError('AUTH_EXPIRED', 'standard-webhooks: timestamp outside the tolerance')
      }
    },
  }
}

function decodeSecret(secret: string): Uint8Array<ArrayBuffer> | null {
  const bytes = decodeBase64(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret)
  return bytes === null || bytes.length < MIN_SECRET_BYTES || bytes.length > MAX_SECRET_BYTES ? null : bytes
}

function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, HMAC_SHA256, false, ['verify'])
}

function readHeaders({ headers }: ReceivedRequest) {
  const id = headers.get('webhook-id')
  const timestamp = headers.get('webhook-timestamp')
  const signatures = headers.get('webhook-signature')
  if (id === null || timestamp === null || signatures === null) {
    throw new VerifyError('AUTH_MISSING', 'standard-webhooks: a webhook-* header is missing')
  }
  if (id === '' || !/^\d{1,12}$/.test(timestamp)) {
    throw new VerifyError('AUTH_MALFORMED', 'standard-webhooks: id or timestamp cannot be read')
  }
  return { id, timestamp, signatures }
}

function signedBytes(id: string, timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(`${id}.${timestamp}.`)
  const message = new Uint8Array(head.length + body.length)
  message.set(head)
  message.set(body, head.length)
  return message
}

async function anyMatches(
  keys: readonly CryptoKey[],
  signatures: string,
  message: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const entry of signatures.split(' ', MAX_SIGNATURES)) {
    const [version, encoded] = entry.split(',', 2)
    const signature = version === 'v1' && encoded !== undefined ? decodeBase64(encoded) : null
    if (signature?.length !== SIGNATURE_BYTES) continue
    for (const key of keys) {
      // `verify` of WebCrypto compares in constant time.
      if (await crypto.subtle.verify('HMAC', key, signature, message)) return true
    }
  }
  return false
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    return null
  }
}
