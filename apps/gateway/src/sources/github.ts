import { bodyScheme, type DeliveryIdSetting, type SecretsSetting } from './hmac-scheme.ts'
import type { Scheme } from './scheme.ts'

/** The signature of GitHub, which Meta makes in the same way. */
export const HUB_SIGNATURE = { header: 'x-hub-signature-256', prefix: 'sha256=', encoding: 'hex' } as const

/**
 * Accepts webhooks of GitHub: `X-Hub-Signature-256` over the body.
 *
 * @see https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function github(settings: SecretsSetting & DeliveryIdSetting): Scheme {
  return bodyScheme({ ...settings, ...HUB_SIGNATURE, name: 'github', deliveryIdHeader: 'x-github-delivery' })
}
