import { EncodeError, VerifyError } from '@sluice/errors'

/** Printable ASCII, without blanks at its ends: they are dropped on the way. */
const TOKEN = /^[!-~](?:[ -~]*[!-~])?$/

/**
 * Writes the value of a header in which a token stands alone, such as `X-Api-Key`: the token, once it is known to arrive
 * as it is.
 *
 * @throws EncodeError `AUTH_CHARACTER` the token is empty, begins or ends with a blank, or is not printable ASCII.
 * @see RFC 9110 section 5.5 https://www.rfc-editor.org/rfc/rfc9110#section-5.5
 */
export function formatHeaderToken(token: string): string {
  if (!TOKEN.test(token)) {
    throw new EncodeError('AUTH_CHARACTER', 'token auth: the token is empty or has a character that a header may lose')
  }
  return token
}

/**
 * Checks a token that stands alone in a header, such as `X-Api-Key`, against the one expected, or against several, in time
 * that does not depend on where they differ, nor on which of them matches.
 *
 * @param value - Raw header value; null or undefined when absent.
 * @param expected - Several while a token is being replaced. An empty list, or an empty token, accepts nobody.
 * @throws VerifyError `AUTH_MISSING` absent or empty; `AUTH_REJECTED` no match.
 */
export function verifyHeaderToken(value: string | null | undefined, expected: string | readonly string[]): void {
  if (value === null || value === undefined || value === '')
    throw new VerifyError('AUTH_MISSING', 'token auth: no token')
  const accepted = typeof expected === 'string' ? [expected] : expected
  // Every one is compared, so that time does not tell which one matched.
  const matches = accepted.map((token) => isSameToken(value, token))
  if (!matches.includes(true))
    throw new VerifyError('AUTH_REJECTED', 'token auth: the token is not one that is accepted')
}

/** Compares over the whole length of the given token: its time tells a caller only the length that the caller sent. */
function isSameToken(given: string, expected: string): boolean {
  let difference = given.length ^ expected.length
  for (let index = 0; index < given.length; index += 1) {
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index % expected.length)
  }
  return difference === 0
}
