import { ConfigError } from '@sluice/errors'
import { bodyHashOf, type HashFunctions, webCryptoHashes } from '../hash-functions.ts'
import { canonicalRequest } from './canonical-request.ts'
import { type PresentedSignature, presentedSignature, type SignatureForm } from './presented-signature.ts'
import { receivedTarget } from './received-target.ts'
import { isSameSecret, isSignature } from './signature.ts'
import { checkHostSigned, checkAlgorithm, checkScope, checkTime, type Scope } from './signature-claims.ts'
import { stringToSign } from './string-to-sign.ts'
import { invalid, unrecognized } from './verify-error.ts'

/** A request as it was received; a `Request` is one. */
export interface ReceivedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Headers
}

/** What the owner of an access key signs with. */
export interface VerifyingKey {
  readonly secretAccessKey: string
  /** Present for temporary credentials: the request must then carry this token. */
  readonly sessionToken?: string
}

/** Finds the secret of an access key; null or undefined when nobody holds that key. */
export type LookupKey = (accessKeyId: string) => Found | Promise<Found>
type Found = VerifyingKey | null | undefined

export interface VerifyOptions {
  readonly nowMs: number
  /** Accepted distance between the signing time and now, in seconds, either way. Default 300. */
  readonly clockSkewSeconds?: number
  readonly region: string
  readonly service: string
  /** Where the signature may stand. Default `header`. */
  readonly form?: SignatureForm
  /** What a raw `+` in a query means; API Gateway's reading is not documented. Default `plus`, as RFC 3986 has it. */
  readonly rawPlus?: 'plus' | 'space'
  /** What to hash with; keep one object, for the signing keys are kept with it. Default WebCrypto. */
  readonly hashes?: HashFunctions
}

/** Who signed, and what the signature covers beside method, path, query and body. */
export interface VerifiedSigner {
  readonly accessKeyId: string
  readonly signedHeaders: readonly string[]
  /** The signature that was verified, which tells this request from every other: 64 lower-case hexadecimal digits. */
  readonly signature: string
}

/**
 * Checks the Signature Version 4 of a received request: rebuilt from what was received, compared in constant time.
 * Checks come in the order of API Gateway, so time and scope are judged before the signature.
 *
 * @param body - The bytes received; `x-amz-content-sha256` is only a claim about them.
 * @throws SigV4VerifyError `AUTH_MISSING` not signed; `AUTH_MALFORMED` cannot be read; `AUTH_EXPIRED` outside the clock
 * skew; `AUTH_REJECTED` wrong scope, unknown key, signature or token that does not match.
 * @throws ConfigError `CONFIG_INVALID` the clock or its skew is no number.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (read 2026-11-22)
 */
export async function verifySigV4(
  request: ReceivedRequest,
  body: Uint8Array,
  lookupKey: LookupKey,
  options: VerifyOptions,
): Promise<VerifiedSigner> {
  const { nowMs, clockSkewSeconds = 0 } = options
  if (!Number.isFinite(nowMs) || !(clockSkewSeconds >= 0))
    throw new ConfigError(['nowMs or clockSkewSeconds is no number'])
  const { query } = receivedTarget(request.url)
  const presented = presentedSignature(request.headers, query, options.form ?? 'header')
  checkTime(presented, options)
  checkHostSigned(presented)
  checkAlgorithm(presented)
  const scope = checkScope(presented, options)
  const key = await lookupKey(scope.accessKeyId)
  if (!isUsable(key)) throw unrecognized('the access key is unknown')
  await checkSignature(request, body, presented, scope, key, options)
  await checkSecurityToken(presented.securityToken, key.sessionToken ?? null, options.hashes ?? webCryptoHashes)
  return { accessKeyId: scope.accessKeyId, signedHeaders: presented.signedHeaders, signature: presented.signature }
}

/**
 * An access key id is the sender's text: looked up in a plain object, `constructor` finds something that is no key, and
 * anybody can sign with a secret that is empty or undefined.
 */
function isUsable(key: Found): key is VerifyingKey {
  return typeof key?.secretAccessKey === 'string' && key.secretAccessKey !== ''
}

async function checkSignature(
  request: ReceivedRequest,
  body: Uint8Array,
  presented: PresentedSignature,
  scope: Scope,
  key: VerifyingKey,
  options: VerifyOptions,
): Promise<void> {
  const { rawPlus = 'plus', hashes = webCryptoHashes } = options
  const bodyHash = await bodyHashOf(body, hashes)
  const canonical = canonicalOf(request, presented, bodyHash, rawPlus)
  const text = await stringToSign(
    { signedAt: presented.signedAt, scope: scope.text, canonicalRequest: canonical },
    hashes,
  )
  const { date, region, service } = scope
  const parts = { secretAccessKey: key.secretAccessKey, date, region, service, stringToSign: text }
  const matches = await isSignature(presented.signature, parts, hashes)
  // A claim that is absent says nothing; UNSIGNED-PAYLOAD is a claim that no hash fits.
  const claim = request.headers.get('x-amz-content-sha256') ?? bodyHash
  // Not by `headers.has`: that throws on what cannot be a name, and these names are the sender's.
  const received = new Set(request.headers.keys()).add('host')
  const complete = presented.signedHeaders.every((name) => received.has(name))
  if (!matches || claim !== bodyHash || !complete) throw invalid('it does not match', mismatchWords(canonical, text))
}

function canonicalOf(
  request: ReceivedRequest,
  presented: PresentedSignature,
  bodyHash: string,
  rawPlus: 'plus' | 'space',
): string {
  const target = receivedTarget(request.url)
  const query = rawPlus === 'space' ? target.query.replaceAll('+', '%20') : target.query
  // A request that has not been on a wire yet has no host header: its address says where it goes.
  const host = request.headers.get('host') ?? target.host
  return canonicalRequest({
    method: request.method,
    path: target.path,
    query: withoutSignature(query),
    headers: [...[...request.headers].filter(([name]) => name !== 'host'), ['host', host]],
    signedHeaders: presented.signedHeaders,
    bodyHash,
  })
}

/** A signature in the query covers the rest of the query. */
function withoutSignature(query: string): string {
  return query
    .split('&')
    .filter((pair) => !pair.startsWith('X-Amz-Signature='))
    .join('&')
}

async function checkSecurityToken(given: string | null, expected: string | null, hashes: HashFunctions): Promise<void> {
  const accepted =
    given === null || expected === null ? given === expected : await isSameSecret(given, expected, hashes)
  if (!accepted) throw unrecognized('the session token does not match')
}

function mismatchWords(canonical: string, text: string): string {
  return [
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    `The Canonical String for this request should have been\n'${canonical}'`,
    `The String-to-Sign should have been\n'${text}'`,
  ].join('\n\n')
}
