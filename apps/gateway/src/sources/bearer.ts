import { verifyBearer } from '@sluice/token-auth'
import { secretFaults } from './hmac-keys.ts'
import type { Scheme } from './scheme.ts'

/**
 * Accepts requests that carry one of the tokens as `Authorization: Bearer <token>`.
 *
 * @param tokens - Several while one is being replaced by another.
 * @see RFC 6750 section 2.1 https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function bearer(...tokens: readonly string[]): Scheme {
  return {
    name: 'bearer',
    faults: secretFaults(tokens),
    verify: ({ headers }) => {
      verifyBearer(headers.get('authorization'), tokens)
      return undefined
    },
  }
}
