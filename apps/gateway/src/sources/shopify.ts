import { bodyScheme, type DeliveryIdSetting, type SecretsSetting } from './hmac-scheme.ts'
import type { Scheme } from './scheme.ts'

/**
 * Accepts webhooks of Shopify: `X-Shopify-Hmac-Sha256`, in base64, over the body.
 *
 * @param settings.secrets - The app's client secret.
 * @see https://shopify.dev/docs/apps/build/webhooks/subscribe/https
 */
export function shopify(settings: SecretsSetting & DeliveryIdSetting): Scheme {
  return bodyScheme({
    ...settings,
    name: 'shopify',
    header: 'x-shopify-hmac-sha256',
    encoding: 'base64',
    deliveryIdHeader: 'x-shopify-webhook-id',
  })
}
