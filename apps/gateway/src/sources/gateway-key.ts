import { VerifyError } from '@sluice/errors'
import type { Scheme } from './scheme.ts'

/**
 * Accepts requests that carry a key of this gateway whose scope is `ingest` for the source, or `operate`: as
 * `Authorization: Bearer <key>` or as `X-Api-Key: <key>`. Such a key is made, replaced and revoked by the API, so that a
 * sender comes or goes without a change of the configuration; a revoked one is refused at once, on Workers within seconds.
 *
 * The guard of the route has looked the key up before anything of the body was read: a request that it did not let in is
 * refused.
 */
export function gatewayKey(): Scheme {
  return {
    name: 'gateway-key',
    asksForKey: true,
    verify({ keyName }) {
      if (keyName === undefined) throw new VerifyError('AUTH_MISSING', 'gateway-key: no key')
      return undefined
    },
  }
}
