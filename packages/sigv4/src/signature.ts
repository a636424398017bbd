import { BoundedMap, SIGNING_KEYS_KEPT } from './bounded-map.ts'
import { type HashFunctions, webCryptoHashes } from './hash-functions.ts'
import { bytesOf } from './hexadecimal.ts'

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

/** Apart for each pair of functions: a key that somebody's wrong function made must not serve anybody else. */
const signingKeys = new WeakMap<HashFunctions, BoundedMap<string, Uint8Array>>()

/** Digits of a SHA-256. */
const DIGEST_DIGITS = 64

const encoder = new TextEncoder()
const COMPARISON_KEY = encoder.encode('comparison')

/**
 * Makes the signature over a string to sign, as 64 lower-case hexadecimal digits.
 *
 * @param hashes - Default WebCrypto.
 */
export async function signature(parts: SignatureParts, hashes: HashFunctions = webCryptoHashes): Promise<string> {
  const keys = keysOf(hashes)
  const slot = `${parts.secretAccessKey}\n${parts.date}\n${parts.region}\n${parts.service}`
  let key = keys.get(slot)
  if (key === undefined) {
    key = await deriveKey(parts, hashes)
    keys.set(slot, key)
  }
  return hashes.hmacSha256Hex(key, parts.stringToSign)
}

/**
 * Tells whether a signature is the right one, in time that does not depend on where it differs.
 *
 * @param given - As received; anything but 64 lower-case hexadecimal digits does not match.
 */
export async function isSignature(given: string, parts: SignatureParts, hashes: HashFunctions): Promise<boolean> {
  return isSameDigest(given, await signature(parts, hashes))
}

/** Tells whether two secret texts are equal, by their digests: comparing those tells nothing of where the texts differ. */
export async function isSameSecret(given: string, expected: string, hashes: HashFunctions): Promise<boolean> {
  const digest = await hashes.hmacSha256Hex(COMPARISON_KEY, given)
  return isSameDigest(digest, await hashes.hmacSha256Hex(COMPARISON_KEY, expected))
}

/** Compares every digit, whatever the ones before it said. */
function isSameDigest(given: string, expected: string): boolean {
  let difference = given.length ^ DIGEST_DIGITS
  for (let index = 0; index < DIGEST_DIGITS; index += 1) {
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index)
  }
  return difference === 0
}

async function deriveKey(parts: SignatureParts, hashes: HashFunctions): Promise<Uint8Array> {
  let key: Uint8Array = encoder.encode(`AWS4${parts.secretAccessKey}`)
  for (const step of [parts.date, parts.region, parts.service, TERMINATOR]) {
    key = bytesOf(await hashes.hmacSha256Hex(key, step))
  }
  return key
}

function keysOf(hashes: HashFunctions): BoundedMap<string, Uint8Array> {
  const known = signingKeys.get(hashes)
  if (known !== undefined) return known
  const keys = new BoundedMap<string, Uint8Array>(SIGNING_KEYS_KEPT)
  signingKeys.set(hashes, keys)
  return keys
}
