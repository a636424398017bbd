import { joinBytes } from './encoding.ts'
import { hmacScheme, requiredHeader, type SecretsSetting } from './hmac-scheme.ts'
import { calledUrl, type PublicUrlSetting, publicUrlFaults } from './public-url.ts'
import type { Scheme } from './scheme.ts'
import type { ToleranceSetting } from './tolerance.ts'

/** What HubSpot decodes in the address before it signs: `: / ? @ ! $ ' ( ) * , ;` and nothing else. */
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

/**
 * Accepts webhooks of HubSpot, version 3: `X-HubSpot-Signature-v3`, in base64, over method, address, body and time.
 *
 * @param settings.secrets - The client secret of the app.
 * @see https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 */
export function hubspot(settings: SecretsSetting & ToleranceSetting & PublicUrlSetting): Scheme {
  const name = 'hubspot'
  const { publicUrl } = settings
  return hmacScheme({
    ...settings,
    name,
    encoding: 'base64',
    signsTime: true,
    timeUnit: 'milliseconds',
    faults: publicUrlFaults(publicUrl),
    read: (request) => ({
      signatures: [requiredHeader(request, 'x-hubspot-signature-v3', name)],
      timestamp: requiredHeader(request, 'x-hubspot-request-timestamp', name),
    }),
    contents: ({ method, url, body }, { timestamp = '' }) => [
      joinBytes(`${method}${decodeSome(calledUrl(publicUrl, url))}`, body, timestamp),
    ],
  })
}

function decodeSome(url: string): string {
  return url.replace(DECODED, (escaped) => String.fromCharCode(Number.parseInt(escaped.slice(1), 16)))
}
