import { EncodeError } from '@sluice/errors'
import { isSigningTime } from './signing-time.ts'

/** A request that is to be signed. */
export interface UnsignedRequest {
  /** In upper case, as it goes on the wire. */
  readonly method: string
  /** Absolute, percent-encoded. A blank in the query is `%20`, never `+`. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

/** A request of which signers and receivers understand the same. Its own: the signer writes into it. */
export interface SignableRequest {
  readonly method: string
  readonly url: URL
  /** Names in lower case, values trimmed, without `host`, which is the address's. */
  readonly headers: Map<string, string>
  readonly body: Uint8Array | string
}

/** An access key. A session token belongs to temporary credentials only. */
export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** Headers and query parameters that the signature itself sets: given by the caller they would be replaced, or signed. */
const SIGNATURE_HEADERS: ReadonlySet<string> = new Set(['authorization', 'x-amz-date', 'x-amz-security-token'])
const SIGNATURE_PARAMETER = /^x-amz-(algorithm|credential|date|security-token|signature|signedheaders)$/i

/** Visible ASCII without blanks. A key copied with a newline breaks the header into pieces. */
const KEY_TEXT = /^[\x21-\x7e]+$/
const ACCESS_KEY_ID = /^[A-Za-z0-9_.~-]+$/
const SCOPE_PART = /^[a-z0-9-]+$/

/** @see RFC 9110 section 5.6.2 https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/

/**
 * Checks the parts of a signature that do not come from the request.
 *
 * @throws EncodeError `SIGNATURE_INPUT`.
 */
export function checkSigner(
  credentials: SigningCredentials,
  options: { readonly region: string; readonly service: string; readonly nowMs: number },
): void {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  checkForm('access key id', accessKeyId, ACCESS_KEY_ID)
  checkForm('secret', secretAccessKey, KEY_TEXT)
  if (sessionToken !== undefined) checkForm('session token', sessionToken, KEY_TEXT)
  checkForm('region', options.region, SCOPE_PART)
  checkForm('service', options.service, SCOPE_PART)
  // These two have other rules for body, path, query and token, which are not written here.
  if (['s3', 'iotdevicegateway'].includes(options.service)) throw refused('this service signs by rules of its own')
  if (!isSigningTime(options.nowMs)) throw refused('the time is no instant that can be written')
}

function checkForm(what: string, text: string, form: RegExp): void {
  if (!form.test(text)) throw refused(`the ${what} is empty or has a wrong character`)
}

/**
 * Reads a request, and refuses what the signer and the wire would understand differently.
 *
 * @throws EncodeError `SIGNATURE_INPUT`.
 */
export function signableRequest({ method, url: text, headers = {}, body = '' }: UnsignedRequest): SignableRequest {
  // It is signed as it is written.
  if (!/^[A-Z]+$/.test(method)) throw refused('the method is not in upper case')
  const url = signableUrl(text)
  return { method, url, headers: signableHeaders(headers, url), body }
}

function signableUrl(text: string): URL {
  const url = parsedUrl(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw refused('the address is not one of http')
  if (url.username !== '' || url.password !== '') throw refused('the address holds a login')
  url.hash = ''
  if (url.search === '') return url
  for (const pair of url.search.slice(1).split('&')) checkPair(pair)
  return url
}

function parsedUrl(text: string): URL {
  try {
    return new URL(text)
  } catch (cause) {
    throw refused('the address cannot be read', cause)
  }
}

function checkPair(pair: string): void {
  const [name = '', ...rest] = pair.split('=')
  // Signers and receivers differ: + is a blank to some, a pair without a name nothing, a byte that is not UTF-8 U+FFFD.
  if (pair.includes('+')) throw refused('the query has a raw +; write %20 or %2B')
  if (name === '') throw refused('the query has a pair without a name')
  decoded(rest.join('='))
  if (SIGNATURE_PARAMETER.test(decoded(name))) throw refused('the query already has a part of a signature')
}

function decoded(component: string): string {
  try {
    return decodeURIComponent(component)
  } catch (cause) {
    throw refused('the query has an escape that is not UTF-8', cause)
  }
}

/** Returns the headers as they are sent and signed, with one entry for each name. */
function signableHeaders(headers: Readonly<Record<string, string>>, url: URL): Map<string, string> {
  const signable = new Map<string, string>()
  for (const [writtenName, value] of Object.entries(headers)) {
    // Signers differ: to some every white space, tabs and U+00A0 too, is a blank, and other characters are UTF-8.
    if (!/^[\x20-\x7e]*$/.test(value)) throw refused('a header value has a character outside visible ASCII')
    if (!HEADER_NAME.test(writtenName)) throw refused('a header name has a wrong character')
    const name = writtenName.toLowerCase()
    if (SIGNATURE_HEADERS.has(name)) throw refused('a header of the signature is already there')
    if (name !== 'host') signable.set(name, joined(signable.get(name), value.trim()))
    else if (value !== url.host) throw refused('the host header is not the host of the address')
  }
  return signable
}

/** Joins a header that was given twice, in different cases, as it would be sent. */
function joined(earlier: string | undefined, value: string): string {
  return earlier === undefined ? value : `${earlier}, ${value}`
}

/**
 * Checks the caller's own claim about the body.
 *
 * @throws EncodeError `SIGNATURE_INPUT`.
 */
export function checkBodyClaim(headers: ReadonlyMap<string, string>, bodyHash: string): void {
  const claim = headers.get('x-amz-content-sha256')
  if (claim !== undefined && claim !== bodyHash) throw refused('x-amz-content-sha256 is not the hash of the body')
}

/** Makes the error for input that cannot be signed so that the receiver computes the same. */
function refused(reason: string, cause?: unknown): EncodeError {
  return new EncodeError('SIGNATURE_INPUT', `signature: ${reason}`, cause)
}
