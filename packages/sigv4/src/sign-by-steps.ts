import { bodyHashOf, type HashFunctions } from './hash-functions.ts'
import type { SignedRequest, SignOptions } from './sign.ts'
import { checkBodyClaim, type SignableRequest, type SigningCredentials } from './signable-request.ts'
import { signingKey, TERMINATOR } from './signing-key.ts'
import { formatSigningTime } from './signing-time.ts'

const ALGORITHM = 'AWS4-HMAC-SHA256'

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

/**
 * Signs with hash functions that the caller passed in: aws4fetch takes none. It writes the canonical request its own way,
 * from a request that was parsed and checked; the verifier's is made from raw bytes, so a mistake of either shows.
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
  const credential = `${accessKeyId}/${scope}`
  const inQuery = form === 'query'
  if (!inQuery) {
    headers.set('x-amz-date', signedAt)
    if (sessionToken !== undefined) headers.set('x-amz-security-token', sessionToken)
  }
  const names = signedNames(headers)
  const signedHeaders = names.join(';')
  if (inQuery) claimInQuery(url, { signedAt, sessionToken, credential, signedHeaders })

  let lines = ''
  for (const name of names) lines += `${name}:${name === 'host' ? url.host : tidy(headers.get(name) ?? '')}\n`
  const canonical = `${method}\n${canonicalPath(url)}\n${canonicalQuery(url)}\n${lines}\n${signedHeaders}\n${bodyHash}`
  const text = `${ALGORITHM}\n${signedAt}\n${scope}\n${await hashes.sha256Hex(canonical)}`
  const hex = await hashes.hmacSha256Hex(await signingKey({ secretAccessKey, date, region, service }, hashes), text)
  if (!inQuery) {
    headers.set(
      'authorization',
      `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${hex}`,
    )
  }
  return { url: `${url.href}${inQuery ? `&X-Amz-Signature=${hex}` : ''}`, headers: Object.fromEntries(headers) }
}

function signedNames(headers: ReadonlyMap<string, string>): string[] {
  const names = ['host']
  for (const name of headers.keys()) if (!UNSIGNED_HEADERS.has(name)) names.push(name)
  return names.toSorted()
}

/** What a signature says of itself. */
interface Claims {
  readonly signedAt: string
  readonly sessionToken: string | undefined
  /** Access key and scope. */
  readonly credential: string
  readonly signedHeaders: string
}

function claimInQuery(url: URL, { signedAt, sessionToken, credential, signedHeaders }: Claims): void {
  const { searchParams } = url
  searchParams.set('X-Amz-Date', signedAt)
  if (sessionToken !== undefined) searchParams.set('X-Amz-Security-Token', sessionToken)
  searchParams.set('X-Amz-Algorithm', ALGORITHM)
  searchParams.set('X-Amz-Credential', credential)
  searchParams.set('X-Amz-SignedHeaders', signedHeaders)
  // Writing a parameter turns each %20 of the query into +.
  url.search = url.search.replaceAll('+', '%20')
}

/** Every service but S3 takes several slashes for one, and encodes the path as it is on the wire once more. */
function canonicalPath({ pathname }: URL): string {
  // Most paths are canonical as they stand.
  if (/^(?:\/[\w.~-]+)*\/?$/.test(pathname)) return pathname
  return encoded(pathname.replaceAll(/\/+/g, '/')).replaceAll('%2F', '/')
}

/** Sorts by the encoded name, then by the encoded value. */
function canonicalQuery(url: URL): string {
  // Most have none, and reading the parameters takes longer than to see that.
  if (url.search === '') return ''
  const pairs = [...url.searchParams].map(([name, value]) => [encoded(name), encoded(value)] as const)
  // A tab sorts before all that is left in an encoded text, so a name sorts before a longer one.
  const lines = pairs.map((pair) => pair.join('\t')).toSorted()
  return lines.map((line) => line.replace('\t', '=')).join('&')
}

/** @see RFC 3986 section 2.3 https://www.rfc-editor.org/rfc/rfc3986#section-2.3 */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Makes several blanks one. */
function tidy(value: string): string {
  return value.includes('  ') ? value.replaceAll(/ +/g, ' ') : value
}
