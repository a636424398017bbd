import { AwsV4Signer } from 'aws4fetch'
import { BoundedMap, SIGNING_KEYS_KEPT } from './bounded-map.ts'
import { ownBytes } from './sha256.ts'
import {
  checkMethodAndBody,
  checkSigner,
  refused,
  signableHeaders,
  signableUrl,
  type SigningCredentials,
  type UnsignedRequest,
} from './signable-request.ts'
import { formatSigningTime } from './signing-time.ts'

export interface SignOptions {
  readonly region: string
  /** Signing name of the service, such as `execute-api`. */
  readonly service: string
  readonly nowMs: number
  /** Where the signature goes. Default `header`. */
  readonly form?: 'header' | 'query'
}

/** What to send: exactly this address and these headers, with the method and body that were given. */
export interface SignedRequest {
  readonly url: string
  /** Lower-case names. `host` is not among them: it is the address's. */
  readonly headers: Record<string, string>
}

const signingKeys = new BoundedMap<string, ArrayBuffer>(SIGNING_KEYS_KEPT)

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
  const url = signableUrl(request.url)
  const headers = signableHeaders(request.headers ?? {}, url)
  await checkMethodAndBody(request, headers)
  const signed = await runSigner(request, url, headers, credentials, options)
  // QUIRK aws4fetch: writing the signature into the query turns each %20 of the query into +.
  signed.url.search = signed.url.search.replaceAll('+', '%20')
  return { url: signed.url.href, headers: Object.fromEntries(signed.headers) }
}

async function runSigner(
  request: UnsignedRequest,
  url: URL,
  headers: Headers,
  credentials: SigningCredentials,
  options: SignOptions,
): Promise<{ url: URL; headers: Headers }> {
  const body = request.body ?? ''
  try {
    // Region and service always: without them the signer guesses them from the host, and wrongly for most hosts.
    const signer = new AwsV4Signer({
      method: request.method,
      url: url.href,
      headers,
      body: typeof body === 'string' ? body : ownBytes(body),
      accessKeyId: credentials.accessKeyId,
      secretAccessKey: credentials.secretAccessKey,
      ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
      region: options.region,
      service: options.service,
      cache: signingKeys,
      datetime: formatSigningTime(options.nowMs),
      signQuery: options.form === 'query',
    })
    return await signer.sign()
  } catch (cause) {
    throw refused('the request cannot be signed', cause)
  }
}
