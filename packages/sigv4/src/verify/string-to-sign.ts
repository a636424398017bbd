import { type HashFunctions, webCryptoHashes } from '../hash-functions.ts'

/** The only algorithm of Signature Version 4 with a shared secret. */
export const ALGORITHM = 'AWS4-HMAC-SHA256'

/** What a string to sign is made of. */
export interface StringToSignParts {
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly signedAt: string
  /** `YYYYMMDD/region/service/aws4_request`. */
  readonly scope: string
  readonly canonicalRequest: string
}

/**
 * Joins algorithm, time, scope and the hash of the canonical request: the text that the signature is made over.
 *
 * @param hashes - Default WebCrypto.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (read 2026-11-22)
 */
export async function stringToSign(parts: StringToSignParts, hashes: HashFunctions = webCryptoHashes): Promise<string> {
  const hash = await hashes.sha256Hex(parts.canonicalRequest)
  return `${ALGORITHM}\n${parts.signedAt}\n${parts.scope}\n${hash}`
}
