import { bodyHashOf } from './body-hash.ts'
import { canonicalText } from './canonical-request.ts'
import { encodeComponent } from './percent-encoding.ts'
import { type HashFunctions, webCryptoHashes } from './hash-functions.ts'
import {
  checkBodyClaim,
  checkMethod,
  checkSigner,
  signableHeaders,
  signableUrl,
  type SigningCredentials,
  type UnsignedRequest,
} from './signable-request.ts'
import { signature, TERMINATOR } from './signature.ts'
import { formatSigningTime } from './signing-time.ts'
import { ALGORITHM, stringToSign } from './string-to-sign.ts'

export interface SignOptions {
  readonly region: string
  /** Signing name of the service, such as `execute-api`. */
  readonly service: string
  readonly nowMs: number
  /** Where the signature goes. Default `header`. */
  readonly form?: 'header' | 'query'
  /** What to hash with; keep one object, for the signing keys are kept with it. Default WebCrypto. */
  readonly hashes?: HashFunctions
}

/** What to send: exactly this address and these headers, with the method and body that were given. */
export interface SignedRequest {
  readonly url: string
  /** Lower-case names. `host` is not among them: it is the address's. */
  readonly headers: Record<string, string>
}

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
  readonly accessKeyId: string
  readonly sessionToken: string | undefined
  readonly scope: string
  readonly signedAt: string
  readonly date: string
}

/** What is signed of a request beside its method, path and body: everything that will be sent, but for the signature. */
interface Covered {
  readonly url: URL
  readonly headers: Map<string, string>
  /** Of the headers that are signed, sorted. */
  readonly names: readonly string[]
  readonly query: string
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
  checkMethod(request.method)
  const url = signableUrl(request.url)
  const headers = signableHeaders(request.headers ?? {}, url)
  const { region, service, form = 'header', hashes = webCryptoHashes } = options
  const bodyHash = await bodyHashOf(request.body ?? '', hashes)
  checkBodyClaim(headers, bodyHash)

  const claims = claimsOf(credentials, options)
  const covered = form === 'query' ? coverInQuery(url, headers, claims) : coverInHeaders(url, headers, claims)
  const canonical = canonicalOf(request.method, covered, bodyHash)
  const { scope, signedAt, date } = claims
  const text = await stringToSign({ signedAt, scope, canonicalRequest: canonical }, hashes)
  const { secretAccessKey } = credentials
  const hex = await signature({ secretAccessKey, date, region, service, stringToSign: text }, hashes)
  return form === 'query' ? signedInQuery(covered, hex) : signedInHeaders(covered, claims, hex)
}

function claimsOf(credentials: SigningCredentials, options: SignOptions): Claims {
  const { accessKeyId, sessionToken } = credentials
  const signedAt = formatSigningTime(options.nowMs)
  const date = signedAt.slice(0, 8)
  const scope = `${date}/${options.region}/${options.service}/${TERMINATOR}`
  return { accessKeyId, sessionToken, scope, signedAt, date }
}

function coverInHeaders(url: URL, headers: Map<string, string>, { sessionToken, signedAt }: Claims): Covered {
  headers.set('x-amz-date', signedAt)
  if (sessionToken !== undefined) headers.set('x-amz-security-token', sessionToken)
  return { url, headers, names: signedNames(headers), query: url.search.slice(1) }
}

function coverInQuery(url: URL, headers: Map<string, string>, claims: Claims): Covered {
  const { accessKeyId, sessionToken, scope, signedAt } = claims
  const names = signedNames(headers)
  const query = [
    ...(url.search === '' ? [] : [url.search.slice(1)]),
    `X-Amz-Date=${signedAt}`,
    ...(sessionToken === undefined ? [] : [`X-Amz-Security-Token=${encodeComponent(sessionToken)}`]),
    `X-Amz-Algorithm=${ALGORITHM}`,
    `X-Amz-Credential=${encodeComponent(`${accessKeyId}/${scope}`)}`,
    `X-Amz-SignedHeaders=${encodeComponent(names.join(';'))}`,
  ].join('&')
  return { url, headers, names, query }
}

function signedNames(headers: ReadonlyMap<string, string>): string[] {
  const names = ['host']
  for (const name of headers.keys()) if (!UNSIGNED_HEADERS.has(name)) names.push(name)
  return names.toSorted()
}

function canonicalOf(method: string, { url, headers, names, query }: Covered, bodyHash: string): string {
  const valueOf = (name: string) => (name === 'host' ? url.host : headers.get(name))
  return canonicalText({ method, path: url.pathname, query, signedHeaders: names, valueOf, bodyHash })
}

function signedInHeaders({ url, headers, names }: Covered, { accessKeyId, scope }: Claims, hex: string): SignedRequest {
  const fields = `Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${hex}`
  headers.set('authorization', `${ALGORITHM} ${fields}`)
  return { url: url.href, headers: Object.fromEntries(headers) }
}

function signedInQuery({ url, headers, query }: Covered, hex: string): SignedRequest {
  const signed = `${url.origin}${url.pathname}?${query}&X-Amz-Signature=${hex}`
  return { url: signed, headers: Object.fromEntries(headers) }
}
