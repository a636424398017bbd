/** A decimal number as its digits and the power of ten of the last one, so that equal numbers look equal. */
interface Decimal {
  readonly digits: string
  readonly exponent: number
}

/** What becomes of a number that a double cannot hold. */
export type InexactNumbers = 'refuse' | 'refuse-whole' | 'round' | 'text' | 'text-whole'

/** Finds whatever may be a number that a double cannot hold: 15 digits without an exponent always fit. */
const SUSPICIOUS = /[\d.]{16}|\d[eE]/
/** The same of whole numbers, written in digits alone. */
const SUSPICIOUS_WHOLE = /\d{16}/

/** Tells, quickly, whether a JSON text may hold a number that may not be rounded. Strings are not told apart. */
export function mayHoldInexactNumber(text: string, rule: InexactNumbers): boolean {
  if (rule === 'round') return false
  return (isOfWhole(rule) ? SUSPICIOUS_WHOLE : SUSPICIOUS).test(text)
}

/** Tells whether a rule is about whole numbers alone, and rounds others. */
export function isOfWhole(rule: InexactNumbers): boolean {
  return rule === 'refuse-whole' || rule === 'text-whole'
}

/** Tells whether a number is written in digits alone, as ids are. */
export function isWholeNumber(token: string): boolean {
  return /^-?\d+$/.test(token)
}

/**
 * Tells whether a number, as JSON writes it, is the same number after it was read into a double and printed again.
 *
 * @param token - Such as `-12.50e3`.
 */
export function isExactNumber(token: string): boolean {
  const value = Number(token)
  if (!Number.isFinite(value)) return false
  const [written, held] = [decimal(token), decimal(String(value))]
  return written.digits === held.digits && (written.digits === '' || written.exponent === held.exponent)
}

function decimal(token: string): Decimal {
  const [, whole = '', fraction = '', power = '0'] = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = withoutTrailingZeros(digits)
  return { digits: significant, exponent: Number(power) - fraction.length + digits.length - significant.length }
}

/** Not a regular expression: `0+$` takes quadratic time on a long run of zeros that something follows. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  return digits.slice(0, end)
}
