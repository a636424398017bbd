import { verifySigV4, type VerifyingKey } from '@sluice/sigv4/verify'
import { joinBytes } from './encoding.ts'
import { secretFaults } from './hmac-keys.ts'
import { calledUrl, type PublicUrlSetting, publicUrlFaults } from './public-url.ts'
import type { ReceivedRequest, Scheme } from './scheme.ts'
import { TOLERANCE_SECONDS, toleranceFaults, type ToleranceSetting } from './tolerance.ts'

/** Settings of {@link sigV4}. */
export interface SigV4Settings extends ToleranceSetting, PublicUrlSetting {
  readonly region: string
  /** What the sender signs for, such as `execute-api`. */
  readonly service: string
  /** Several while one is being replaced by another. */
  readonly keys: readonly (VerifyingKey & { readonly accessKeyId: string })[]
}

/**
 * Accepts requests signed by AWS Signature Version 4, in the `Authorization` header. An `Idempotency-Key` is believed where
 * it is among the signed headers.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function sigV4(settings: SigV4Settings): Scheme {
  const { region, service, keys, publicUrl, toleranceSeconds = TOLERANCE_SECONDS } = settings
  const byId = new Map(keys.map((key) => [key.accessKeyId, key]))
  return {
    name: 'sigv4',
    faults: [
      ...secretFaults(keys.map(({ secretAccessKey }) => secretAccessKey)),
      ...(region === '' || service === '' ? ['region and service must be given'] : []),
      ...publicUrlFaults(publicUrl),
      ...toleranceFaults(toleranceSeconds),
    ],
    toleranceSeconds,
    async verify(request, nowMs) {
      const { body, headers } = request
      const { signedHeaders, signature } = await verifySigV4(asCalled(request, publicUrl), body, (id) => byId.get(id), {
        nowMs,
        region,
        service,
        clockSkewSeconds: toleranceSeconds,
      })
      // The signature covers everything, and is written in one way only.
      const messageId = signedHeaders.includes('idempotency-key') ? headers.get('idempotency-key') : null
      return { messageId, signedContent: joinBytes(signature) }
    },
  }
}

/** The request as the sender sent it: a proxy may have changed the host, and anybody else may have, too. */
function asCalled({ method, url, headers }: ReceivedRequest, publicUrl: string) {
  const called = new Headers(headers)
  called.set('host', new URL(publicUrl).host)
  return { method, url: calledUrl(publicUrl, url), headers: called }
}
