import { withoutCount } from '../try-count.ts'
import { joinBytes } from './encoding.ts'
import { hmacScheme, requiredHeader, type SecretsSetting } from './hmac-scheme.ts'
import { calledUrl, type PublicUrlSetting, publicUrlFaults } from './public-url.ts'
import type { Scheme } from './scheme.ts'
import type { ToleranceSetting } from './tolerance.ts'

/** What HubSpot decodes in the address before it signs: `: / ? @ ! $ ' ( ) * , ;` and nothing else. */
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

/** How many times HubSpot has tried, in each event of its webhooks. */
const ATTEMPT_NUMBER = 'attemptNumber'

/**
 * Accepts webhooks of HubSpot, version 3: `X-HubSpot-Signature-v3`, in base64, over method, address, body and time.
 *
 * QUIRK hubspot: a retry has another time and, in each event, another `attemptNumber`. It is known by all the rest. What a
 * workflow sends has no such number: unless its source names an `idempotencyPath`, a retry of that is another event.
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
    unbounded: 'body',
    timeUnit: 'milliseconds',
    tryCount: ATTEMPT_NUMBER,
    faults: publicUrlFaults(publicUrl),
    read: (request) => ({
      signatures: [requiredHeader(request, 'x-hubspot-signature-v3', name)],
      timestamp: requiredHeader(request, 'x-hubspot-request-timestamp', name),
    }),
    contents: ({ method, url, body }, { timestamp = '' }) => [
      joinBytes(`${method}${decodeSome(calledUrl(publicUrl, url))}`, body, timestamp),
    ],
    sameEveryTry({ url, body }) {
      // As one text, as it was signed: where the address ends and the body begins, whoever captured it may choose.
      const text = decodeSome(calledUrl(publicUrl, url)) + new TextDecoder().decode(body)
      const masked = withoutCount(text, ATTEMPT_NUMBER)
      return masked === text ? null : joinBytes(masked)
    },
  })
}

function decodeSome(url: string): string {
  return url.replace(DECODED, (escaped) => String.fromCharCode(Number.parseInt(escaped.slice(1), 16)))
}
