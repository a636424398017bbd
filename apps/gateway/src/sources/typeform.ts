import { bodyScheme, type SecretsSetting } from './hmac-scheme.ts'
import type { Scheme } from './scheme.ts'

/**
 * Accepts webhooks of Typeform: `Typeform-Signature`, `sha256=` and base64, over the body, which has the event's id.
 *
 * @see https://www.typeform.com/developers/webhooks/secure-your-webhooks/
 */
export function typeform({ secrets }: SecretsSetting): Scheme {
  return bodyScheme({
    secrets,
    name: 'typeform',
    header: 'typeform-signature',
    prefix: 'sha256=',
    encoding: 'base64',
    idempotencyPath: 'event_id',
  })
}
