import { VerifyError } from '@sluice/errors'
import type { BasicCredentials } from './format.ts'
import { parseBasicAuth } from './parse.ts'

/**
 * Checks an `Authorization: Basic` header against the expected login, or against several, in time that does not depend on
 * where they differ, nor on which of them matches. User and password are always compared, both.
 *
 * @param header - Raw header value, or null when absent.
 * @param expected - No login at all (an empty list) accepts nobody.
 * @throws VerifyError `AUTH_MISSING` absent; `AUTH_MALFORMED` cannot be read; `AUTH_REJECTED` no match.
 * @see RFC 7617 section 2 https://www.rfc-editor.org/rfc/rfc7617#section-2
 */
export function verifyBasicAuth(header: string | null, expected: BasicCredentials | readonly BasicCredentials[]): void {
  const given = parseBasicAuth(header)
  let matches = 0
  for (const login of 'user' in expected ? [expected] : expected) {
    const differences = difference(given.user, login.user) | difference(given.password, login.password)
    matches |= Number(differences === 0)
  }
  if (matches === 0) throw new VerifyError('AUTH_REJECTED', 'basic auth: the login is not one that is accepted')
}

/**
 * Sums up how two texts differ; 0 when they are equal. Runs over the whole given text, whatever stands in it, so its time
 * tells a caller only the length that the caller sent.
 */
function difference(given: string, expected: string): number {
  let sum = given.length ^ expected.length
  for (let index = 0; index < given.length; index += 1) {
    sum |= given.charCodeAt(index) ^ expected.charCodeAt(index % expected.length)
  }
  return sum
}
