import { VerifyError } from '@sluice/errors'
import { joinBytes } from './encoding.ts'
import { hmacScheme, requiredHeader, type SecretsSetting } from './hmac-scheme.ts'
import type { Scheme } from './scheme.ts'
import { readParts } from './signature-parts.ts'
import type { ToleranceSetting } from './tolerance.ts'

/**
 * Accepts webhooks of Stripe: `Stripe-Signature`, which has a time and one `v1` for each secret, over `{t}.{body}`.
 *
 * @param settings.secrets - The signing secrets of the endpoint, as `whsec_...`.
 * @see https://docs.stripe.com/webhooks/signature
 */
export function stripe(settings: SecretsSetting & ToleranceSetting): Scheme {
  const name = 'stripe'
  return hmacScheme({
    ...settings,
    name,
    encoding: 'hex',
    signsTime: true,
    idempotencyPath: 'id',
    // It counts down the endpoints that have not taken the event.
    tryCount: 'pending_webhooks',
    read(request) {
      const { t = [], v1 = [] } = readParts(requiredHeader(request, 'stripe-signature', name))
      const [timestamp, ...others] = t
      if (timestamp === undefined || others.length > 0) {
        throw new VerifyError('AUTH_MALFORMED', `${name}: there is not exactly one time`)
      }
      return { signatures: v1, timestamp }
    },
    contents: ({ body }, { timestamp = '' }) => [joinBytes(`${timestamp}.`, body)],
  })
}
