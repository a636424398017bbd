import { VerifyError } from '@sluice/errors'

/** How far a sender's clock may be from ours by default, in seconds, in both directions. */
export const TOLERANCE_SECONDS = 300
/** A day: with more, a captured request would be good for longer than a repeat is known by default. */
const MAX_TOLERANCE_SECONDS = 86_400

/** A setting that schemes have which sign a time. */
export interface ToleranceSetting {
  /** How far the signed time may be from ours, in seconds, in both directions. Default 300. */
  readonly toleranceSeconds?: number
}

/** Tells what is wrong with a tolerance. */
export function toleranceFaults(seconds: number): readonly string[] {
  return seconds > 0 && seconds <= MAX_TOLERANCE_SECONDS
    ? []
    : [`toleranceSeconds must be above 0, and at most ${MAX_TOLERANCE_SECONDS}`]
}

/**
 * Reads a time that is written as a whole number since 1970.
 *
 * @returns milliseconds.
 * @throws VerifyError `AUTH_MALFORMED`.
 */
export function parseTimeMs(text: string, unit: 'seconds' | 'milliseconds', scheme: string): number {
  // 15 digits are exact, also as milliseconds of seconds within the years that any clock has. A zero before them would be
  // one that was taken from what is signed beside it.
  if (!/^(?:0|[1-9]\d{0,14})$/.test(text)) throw new VerifyError('AUTH_MALFORMED', `${scheme}: the time cannot be read`)
  return unit === 'seconds' ? Number(text) * 1000 : Number(text)
}

/**
 * Checks that a signed time is near ours. Only to be called once the signature was found to be right: a forged time must
 * not tell anything about the clock.
 *
 * @throws VerifyError `AUTH_EXPIRED`.
 */
export function checkTime(signedAtMs: number, nowMs: number, toleranceSeconds: number, scheme: string): void {
  if (!(Math.abs(nowMs - signedAtMs) <= toleranceSeconds * 1000)) {
    throw new VerifyError('AUTH_EXPIRED', `${scheme}: signed at a time outside the tolerance`)
  }
}
