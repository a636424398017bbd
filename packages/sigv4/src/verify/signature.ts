import { type HashFunctions, webCryptoHashes } from '../hash-functions.ts'
import { signingKey, type SigningKeyParts } from '../signing-key.ts'

/** What a signature is made of. */
export interface SignatureParts extends SigningKeyParts {
  readonly stringToSign: string
}

/** Digits of a SHA-256. */
const DIGEST_DIGITS = 64

const COMPARISON_KEY = new TextEncoder().encode('comparison')

/**
 * Makes the signature over a string to sign, as 64 lower-case hexadecimal digits.
 *
 * @param hashes - Default WebCrypto.
 */
export async function signature(parts: SignatureParts, hashes: HashFunctions = webCryptoHashes): Promise<string> {
  return hashes.hmacSha256Hex(await signingKey(parts, hashes), parts.stringToSign)
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
