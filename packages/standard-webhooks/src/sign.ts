import { EncodeError } from '@sluice/errors'
import { decodeSecret } from './secret.ts'

/** Visible ASCII without the full stop, which parts what is signed: `a.1` at `2` and `a` at `1.2` would be signed alike. */
const WEBHOOK_ID = /^[\x21-\x2d\x2f-\x7e]{1,255}$/
/** The largest time that is written in 12 digits, which is what receivers read. */
const MAX_TIMESTAMP_SECONDS = 999_999_999_999
const HMAC_SHA256 = { name: 'HMAC', hash: 'SHA-256' }

/** What is to be signed. */
export interface UnsignedWebhook {
  /** Names the message: the same at every attempt to send it, so that the receiver knows a repeat. */
  readonly id: string
  /** As it goes on the wire. */
  readonly body: Uint8Array | string
}

/** The headers of a signed message. */
export interface WebhookHeaders {
  readonly 'webhook-id': string
  /** Seconds since 1970: the time of this attempt. */
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/**
 * Signs a message by the Standard Webhooks specification, symmetric form `v1`: HMAC-SHA-256 over `{id}.{timestamp}.{body}`.
 *
 * @param secret - As `whsec_<base64>`, of 24 to 64 bytes.
 * @throws EncodeError `SIGNATURE_INPUT` the secret, the id or the time is none.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export async function signStandardWebhook(
  { id, body }: UnsignedWebhook,
  secret: string,
  nowMs: number,
): Promise<WebhookHeaders> {
  const bytes = decodeSecret(secret)
  const seconds = Math.floor(nowMs / 1000)
  if (bytes === null) throw refused('the secret is not `whsec_` and the base64 of 24 to 64 bytes')
  if (!WEBHOOK_ID.test(id)) throw refused('the id is not 1 to 255 characters of visible ASCII without a full stop')
  if (!(seconds >= 0 && seconds <= MAX_TIMESTAMP_SECONDS)) throw refused('the time is no instant that can be written')
  const key = await crypto.subtle.importKey('raw', bytes, HMAC_SHA256, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, signedContent(id, seconds, body))
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${encodeBase64(new Uint8Array(signature))}`,
  }
}

/** Lays out what is signed. */
function signedContent(id: string, seconds: number, body: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder()
  const head = encoder.encode(`${id}.${seconds}.`)
  const tail = typeof body === 'string' ? encoder.encode(body) : body
  const content = new Uint8Array(head.length + tail.length)
  content.set(head)
  content.set(tail, head.length)
  return content
}

/** Writes bytes as base64; `btoa` takes one character per byte. */
function encodeBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

function refused(reason: string): EncodeError {
  return new EncodeError('SIGNATURE_INPUT', `standard-webhooks: ${reason}`)
}
