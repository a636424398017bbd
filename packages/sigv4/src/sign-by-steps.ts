import { bodyHashOf } from './body-hash.ts'
import { canonicalText } from './canonical-request.ts'
import type { HashFunctions } from './hash-functions.ts'
import type { SignedRequest, SignOptions } from './sign.ts'
import { checkBodyClaim, type SignableRequest, type SigningCredentials } from './signable-request.ts'
import { signature, TERMINATOR } from './signature.ts'
import { formatSigningTime } from './signing-time.ts'
import { ALGORITHM, stringToSign } from './string-to-sign.ts'

/** Headers that proxies and clients rewrite on the way. */
const UNSIGNED_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'content-type',
  'expect',
  'presigned-expires',
  'range',
  'user-agent',
  'x-amzn-trace-id',
])

/** What a signature says of itself. */
interface Claims {
  /** Access key and scope. */
  readonly credential: string
  readonly signedAt: string
  /** Sorted. */
  readonly signedHeaders: readonly string[]
}

/**
 * Signs by the steps that this package exports, with hash functions that the caller passed in: aws4fetch takes none.
 *
 * @throws EncodeError `SIGNATURE_INPUT`.
 */
export async function signBySteps(
  { method, url, headers, body }: SignableRequest,
  { accessKeyId, secretAccessKey, sessionToken }: SigningCredentials,
  { region, service, nowMs, form }: SignOptions,
  hashes: HashFunctions,
): Promise<SignedRequest> {
  const bodyHash = await bodyHashOf(body, hashes)
  checkBodyClaim(headers, bodyHash)

  const signedAt = formatSigningTime(nowMs)
  const date = signedAt.slice(0, 8)
  const scope = `${date}/${region}/${service}/${TERMINATOR}`
  const inQuery = form === 'query'
  if (!inQuery) {
    headers.set('x-amz-date', signedAt)
    if (sessionToken !== undefined) headers.set('x-amz-security-token', sessionToken)
  }
  const signedHeaders = signedNames(headers)
  const claims = { credential: `${accessKeyId}/${scope}`, signedAt, signedHeaders }
  if (inQuery) claimInQuery(url, claims, sessionToken)

  const valueOf = (name: string) => (name === 'host' ? url.host : headers.get(name))
  const query = url.search.slice(1)
  const canonical = canonicalText({ method, path: url.pathname, query, signedHeaders, valueOf, bodyHash })
  const text = await stringToSign({ signedAt, scope, canonicalRequest: canonical }, hashes)
  const hex = await signature({ secretAccessKey, date, region, service, stringToSign: text }, hashes)
  if (!inQuery) headers.set('authorization', authorization(claims, hex))
  return { url: `${url.href}${inQuery ? `&X-Amz-Signature=${hex}` : ''}`, headers: Object.fromEntries(headers) }
}

function signedNames(headers: ReadonlyMap<string, string>): string[] {
  const names = ['host']
  for (const name of headers.keys()) if (!UNSIGNED_HEADERS.has(name)) names.push(name)
  return names.toSorted()
}

function claimInQuery(url: URL, claims: Claims, sessionToken: string | undefined): void {
  const { searchParams } = url
  searchParams.set('X-Amz-Date', claims.signedAt)
  if (sessionToken !== undefined) searchParams.set('X-Amz-Security-Token', sessionToken)
  searchParams.set('X-Amz-Algorithm', ALGORITHM)
  searchParams.set('X-Amz-Credential', claims.credential)
  searchParams.set('X-Amz-SignedHeaders', claims.signedHeaders.join(';'))
  // Writing a parameter turns each %20 of the query into +.
  url.search = url.search.replaceAll('+', '%20')
}

function authorization({ credential, signedHeaders }: Claims, hex: string): string {
  return `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${hex}`
}
