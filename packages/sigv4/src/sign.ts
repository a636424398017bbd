import type { HashFunctions } from './hash-functions.ts'
import { signByLibrary } from './sign-by-library.ts'
import { signBySteps } from './sign-by-steps.ts'
import { checkSigner, signableRequest, type SigningCredentials, type UnsignedRequest } from './signable-request.ts'

export interface SignOptions {
  readonly region: string
  /** Signing name of the service, such as `execute-api`. */
  readonly service: string
  readonly nowMs: number
  /** Where the signature goes. Default `header`. */
  readonly form?: 'header' | 'query'
  /** What to hash with, where a runtime hashes without a promise; keep one object. Default WebCrypto, by aws4fetch. */
  readonly hashes?: HashFunctions
}

/** What to send: exactly this address and these headers, with the method and body that were given. */
export interface SignedRequest {
  readonly url: string
  /** Lower-case names. `host` is not among them: it is the address's. */
  readonly headers: Record<string, string>
}

/**
 * Signs a request with AWS Signature Version 4. Covers the host, the signing time, the body and every header given except
 * those that transports rewrite (`content-type`, `content-length`, `user-agent`, `expect`, `range`, `connection`).
 *
 * @throws EncodeError `SIGNATURE_INPUT` what the receiver would read differently, or not at all: a raw `+` or an empty name
 * in the query, escapes that are not UTF-8, header values outside visible ASCII, a blank in the access key, and the like.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (read 2026-11-22)
 */
export async function signSigV4(
  request: UnsignedRequest,
  credentials: SigningCredentials,
  options: SignOptions,
): Promise<SignedRequest> {
  checkSigner(credentials, options)
  const signable = signableRequest(request)
  const { hashes } = options
  if (hashes === undefined) return signByLibrary(signable, credentials, options)
  // Awaited: an async function takes three turns to pass on a promise that it returns, and one to wait for it.
  return await signBySteps(signable, credentials, options, hashes)
}
