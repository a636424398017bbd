const SECRET_PREFIX = 'whsec_'
/** The specification asks for 24 to 64 bytes. */
const MIN_SECRET_BYTES = 24
const MAX_SECRET_BYTES = 64

/**
 * Tells whether a text is a secret of the symmetric form: the base64 of 24 to 64 bytes, with `whsec_` before it or without.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
export function isWebhookSecret(secret: string): boolean {
  return decodeSecret(secret) !== null
}

/** Returns the bytes of a secret, or null where it is none. */
export function decodeSecret(secret: string): Uint8Array<ArrayBuffer> | null {
  const bytes = decodeBase64(secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : secret)
  return bytes === null || bytes.length < MIN_SECRET_BYTES || bytes.length > MAX_SECRET_BYTES ? null : bytes
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  } catch {
    // What `atob` says quotes nothing, and there is nothing to add to "no secret".
    return null
  }
}
