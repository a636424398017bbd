import { EncodeError, VerifyError } from '@sluice/errors'
import { verifyHeaderToken } from './header-token.ts'

const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/
const HEADER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i

/**
 * Writes the value of an `Authorization: Bearer` header.
 *
 * @throws EncodeError `AUTH_CHARACTER` the token is empty or has a character that no bearer token has.
 * @see RFC 6750 section 2.1 https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function formatBearer(token: string): string {
  if (!TOKEN.test(token)) throw new EncodeError('AUTH_CHARACTER', 'bearer: the token is empty or has a wrong character')
  return `Bearer ${token}`
}

/**
 * Reads the token in an `Authorization: Bearer` header.
 *
 * @param header - Raw header value; null or undefined when absent.
 * @throws VerifyError `AUTH_MISSING` absent or empty; `AUTH_MALFORMED` another scheme, or not a bearer token.
 * @see RFC 6750 section 2.1 https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function parseBearer(header: string | null | undefined): string {
  if (header === null || header === undefined || header === '')
    throw new VerifyError('AUTH_MISSING', 'bearer: no credentials')
  const token = HEADER.exec(header)?.[1]
  if (token === undefined)
    throw new VerifyError('AUTH_MALFORMED', 'bearer: the header is not of the form "Bearer token"')
  return token
}

/**
 * Checks an `Authorization: Bearer` header against the token expected, or against several, in constant time.
 *
 * @param header - Raw header value; null or undefined when absent.
 * @param expected - Several while a token is being replaced. An empty list, or an empty token, accepts nobody.
 * @throws VerifyError `AUTH_MISSING` absent; `AUTH_MALFORMED` cannot be read; `AUTH_REJECTED` no match.
 * @see RFC 6750 section 2.1 https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function verifyBearer(header: string | null | undefined, expected: string | readonly string[]): void {
  verifyHeaderToken(parseBearer(header), expected)
}
