import { type BasicCredentials, verifyBasicAuth } from '@sluice/basic-auth'
import { secretFaults } from './hmac-keys.ts'
import type { Scheme } from './scheme.ts'

/**
 * Accepts requests that carry one of the logins as `Authorization: Basic`.
 *
 * @param logins - Several while one is being replaced by another.
 * @see RFC 7617 section 2 https://www.rfc-editor.org/rfc/rfc7617#section-2
 */
export function basic(...logins: readonly BasicCredentials[]): Scheme {
  return {
    name: 'basic',
    challenge: 'Basic realm="sluice", charset="UTF-8"',
    faults: secretFaults(logins.map(({ password }) => password)),
    verify: ({ headers }) => {
      verifyBasicAuth(headers.get('authorization'), logins)
      return undefined
    },
  }
}
