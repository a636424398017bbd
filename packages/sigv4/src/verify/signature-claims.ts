import { TERMINATOR } from '../signing-key.ts'
import { formatSigningTime, parseSigningTime } from '../signing-time.ts'
import type { PresentedSignature } from './presented-signature.ts'
import { ALGORITHM } from './string-to-sign.ts'
import { incomplete, invalid, outOfTime } from './verify-error.ts'

/** A credential scope that is the one expected. */
export interface Scope {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  /** `date/region/service/aws4_request`. */
  readonly text: string
}

const DEFAULT_CLOCK_SKEW_SECONDS = 300

/**
 * Checks that a signature was made within the accepted time.
 *
 * @throws SigV4VerifyError `AUTH_MALFORMED` not a time; `AUTH_EXPIRED` too old, or too far in the future.
 */
export function checkTime(
  presented: PresentedSignature,
  options: { readonly nowMs: number; readonly clockSkewSeconds?: number },
): void {
  const signedAtMs = parseSigningTime(presented.signedAt)
  if (signedAtMs === null) {
    // The words for this case are not confirmed for API Gateway.
    throw incomplete(
      'its time has the wrong form',
      `Date must be in ISO-8601 'basic format'. Got '${presented.signedAt}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    )
  }
  const skewSeconds = options.clockSkewSeconds ?? DEFAULT_CLOCK_SKEW_SECONDS
  const lifeSeconds = presented.expiresSeconds ?? skewSeconds
  const oldestMs = options.nowMs - lifeSeconds * 1000
  const newestMs = options.nowMs + skewSeconds * 1000
  const [signedAt, now] = [presented.signedAt, formatSigningTime(options.nowMs)]
  if (signedAtMs < oldestMs) {
    const words = `${signedAt} is now earlier than ${formatSigningTime(oldestMs)} (${now} - ${lifeSeconds / 60} min.)`
    throw outOfTime('it is too old', `Signature expired: ${words}`)
  }
  if (signedAtMs > newestMs) {
    const words = `${signedAt} is still later than ${formatSigningTime(newestMs)} (${now} + ${skewSeconds / 60} min.)`
    throw outOfTime('its time is in the future', `Signature not yet current: ${words}`)
  }
}

/**
 * Checks that the signature covers the host: without it, it would hold for any other host.
 *
 * @throws SigV4VerifyError `AUTH_REJECTED`.
 */
export function checkHostSigned(presented: PresentedSignature): void {
  if (presented.signedHeaders.includes('host')) return
  throw invalid(
    'it does not cover the host',
    "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
  )
}

/**
 * Checks that the signature names the one algorithm there is.
 *
 * @throws SigV4VerifyError `AUTH_MALFORMED`.
 */
export function checkAlgorithm(presented: PresentedSignature): void {
  if (presented.algorithm === ALGORITHM) return
  throw incomplete('its algorithm is another', `Unsupported AWS 'algorithm': '${presented.algorithm}'.`)
}

/**
 * Checks the scope of the credential against what is expected here, never against what the request says elsewhere.
 *
 * @throws SigV4VerifyError `AUTH_MALFORMED` not five parts; `AUTH_REJECTED` another region, service, terminator or date.
 */
export function checkScope(
  presented: PresentedSignature,
  expected: { readonly region: string; readonly service: string },
): Scope {
  const [accessKeyId, date, region, service, terminator, ...rest] = presented.credential.split('/')
  if (accessKeyId === undefined || date === undefined || terminator === undefined || rest.length > 0) {
    throw incomplete('its credential has not five parts', 'Credential must have exactly 5 slash-delimited elements.')
  }
  const faults: string[] = []
  if (region !== expected.region) faults.push('Credential should be scoped to a valid region. ')
  if (service !== expected.service) {
    faults.push(`Credential should be scoped to correct service: '${expected.service}'. `)
  }
  // The words for the last two are not confirmed.
  if (terminator !== TERMINATOR) faults.push(`Credential should be scoped with a valid terminator: '${TERMINATOR}'. `)
  if (date !== presented.signedAt.slice(0, 8)) faults.push('Date in Credential scope does not match the date signed. ')
  if (faults.length > 0) throw invalid('its scope is another', faults.join(''))
  const scope = { accessKeyId, date, region: expected.region, service: expected.service }
  return { ...scope, text: [date, expected.region, expected.service, TERMINATOR].join('/') }
}
