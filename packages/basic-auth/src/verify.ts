import { VerifyError } from '@sluice/errors'
import type { BasicCredentials } from './format.ts'
import { parseBasicAuth } from './parse.ts'

/**
 * Checks an `Authorization: Basic` header against the expected login, or against several, in time that does not depend on
 * where they differ, nor on which of them matches. User and password are always compared, both.
 *
 * @param header - Raw header value; null or undefined when absent.
 * @param expected - No login at all (an empty list), or one with an empty password, accepts nobody.
 * @throws VerifyError `AUTH_MISSING` absent; `AUTH_MALFORMED` cannot be read; `AUTH_REJECTED` no match.
 * @see RFC 7617 section 2 https://www.rfc-editor.org/rfc/rfc7617#section-2
 */
export function verifyBasicAuth(
  header: string | null | undefined,
  expected: BasicCredentials | readonly BasicCredentials[],
): void {
  const given = parseBasicAuth(header)
  let matches = 0
  for (const { user, password } of 'user' in expected ? [expected] : expected) {
    const differences = difference(given.user, user) | difference(given.password, password)
    // An empty password is one that was forgotten in a configuration: it must not let in whoever knows the user.
    matches |= Number(differences === 0 && password !== '')
  }
  if (matches === 0) throw new VerifyError('AUTH_REJECTED', 'basic auth: the login is not accepted')
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
