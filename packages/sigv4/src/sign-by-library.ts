import { AwsV4Signer } from 'aws4fetch'
import { BoundedMap } from './bounded-map.ts'
import type { SignedRequest, SignOptions } from './sign.ts'
import { KEYS_KEPT } from './signing-key.ts'
import { formatSigningTime } from './signing-time.ts'
import { checkBodyClaim, type SignableRequest, type SigningCredentials } from './signable-request.ts'

const signingKeys = new BoundedMap<string, ArrayBuffer>(KEYS_KEPT)

/**
 * Signs by aws4fetch's signer, of which the verifier uses nothing: a mistake in either shows when they meet.
 *
 * @throws EncodeError `SIGNATURE_INPUT`.
 */
export async function signByLibrary(
  request: SignableRequest,
  credentials: SigningCredentials,
  options: SignOptions,
): Promise<SignedRequest> {
  const { headers } = request
  // QUIRK aws4fetch: this header is signed in place of the body's hash, whatever it says.
  if (headers.has('x-amz-content-sha256')) {
    checkBodyClaim(headers, await signerOf({ ...request, headers: new Map() }, credentials, options).hexBodyHash())
  }
  // All that it would throw at was refused before.
  const { url, headers: signed } = await signerOf(request, credentials, options).sign()
  // QUIRK aws4fetch: writing the signature into the query turns each %20 of the query into +.
  url.search = url.search.replaceAll('+', '%20')
  return { url: url.href, headers: Object.fromEntries(signed) }
}

function signerOf(
  { method, url, headers, body }: SignableRequest,
  { accessKeyId, secretAccessKey, sessionToken }: SigningCredentials,
  { region, service, nowMs, form }: SignOptions,
): AwsV4Signer {
  return new AwsV4Signer({
    method,
    url: url.href,
    headers: [...headers],
    // WebCrypto refuses shared memory, so bytes are copied.
    body: typeof body === 'string' ? body : new Uint8Array(body),
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    // Both always: without them the signer guesses them from the host, and wrongly for most hosts.
    region,
    service,
    cache: signingKeys,
    datetime: formatSigningTime(nowMs),
    signQuery: form === 'query',
  })
}
