import { BoundedMap, SIGNING_KEYS_KEPT } from './bounded-map.ts'
import { hexOf, ownBytes } from './sha256.ts'

/** The last part of every credential scope. */
export const TERMINATOR = 'aws4_request'

/** What a signature is made of. */
export interface SignatureParts {
  readonly secretAccessKey: string
  /** `YYYYMMDD`. */
  readonly date: string
  readonly region: string
  readonly service: string
  readonly stringToSign: string
}

const encoder = new TextEncoder()
const HMAC = { name: 'HMAC', hash: 'SHA-256' }
const signingKeys = new BoundedMap<string, CryptoKey>(SIGNING_KEYS_KEPT)

/** Makes the signature over a string to sign, as 64 lower-case hexadecimal digits. */
export async function signature(parts: SignatureParts): Promise<string> {
  return hexOf(await hmac(await signingKey(parts), parts.stringToSign))
}

/**
 * Tells whether a signature is the right one. WebCrypto compares, in constant time.
 *
 * @param given - As received; anything but 64 lower-case hexadecimal digits does not match.
 */
export async function isSignature(given: string, parts: SignatureParts): Promise<boolean> {
  return crypto.subtle.verify(HMAC, await signingKey(parts), bytesOf(given), encoder.encode(parts.stringToSign))
}

/** Tells whether two secret texts are equal: one HMAC is checked against the other, in constant time. */
export async function isSameSecret(given: string, expected: string): Promise<boolean> {
  const key = await importKey(encoder.encode('comparison'))
  return crypto.subtle.verify(HMAC, key, await hmac(key, expected), encoder.encode(given))
}

async function signingKey(parts: SignatureParts): Promise<CryptoKey> {
  const slot = [parts.secretAccessKey, parts.date, parts.region, parts.service].join('\n')
  const known = signingKeys.get(slot)
  if (known !== undefined) return known
  let key = await importKey(encoder.encode(`AWS4${parts.secretAccessKey}`))
  for (const step of [parts.date, parts.region, parts.service, TERMINATOR]) {
    key = await importKey(new Uint8Array(await hmac(key, step)))
  }
  signingKeys.set(slot, key)
  return key
}

function importKey(bytes: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', ownBytes(bytes), HMAC, false, ['sign', 'verify'])
}

function hmac(key: CryptoKey, text: string): Promise<ArrayBuffer> {
  return crypto.subtle.sign(HMAC, key, encoder.encode(text))
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  if (!/^[0-9a-f]{64}$/.test(hex)) return new Uint8Array()
  return Uint8Array.from({ length: 32 }, (_, index) => Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16))
}
