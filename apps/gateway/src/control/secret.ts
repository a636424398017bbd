/** What every secret of a key begins with, so that those who search for lost secrets know one. */
const MARK = 'slk_'
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 256 random bits in base 62. */
const RANDOM_DIGITS = 43
const RANDOM_BYTES = 32
/** The CRC-32 of what comes before, in base 62. */
const CHECK_DIGITS = 6
const FORM = new RegExp(`^${MARK}[0-9A-Za-z]{${RANDOM_DIGITS + CHECK_DIGITS}}$`)
/** What is shown of it: four digits of 43. */
const PREFIX_LENGTH = MARK.length + 4

/**
 * Makes a secret: `slk_`, 43 digits of chance and 6 that check them.
 *
 * @param fillRandom - Fills the array with random bytes of cryptographic quality.
 */
export function newSecret(fillRandom: (bytes: Uint8Array<ArrayBuffer>) => void): string {
  const random = new Uint8Array(RANDOM_BYTES)
  fillRandom(random)
  const value = random.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  const stem = MARK + inDigits(value, RANDOM_DIGITS)
  return stem + inDigits(BigInt(crc32(stem)), CHECK_DIGITS)
}

/** Tells whether a text is a secret by its form and its check digits: whatever is none is looked up nowhere. */
export function isSecret(text: string): boolean {
  if (!FORM.test(text)) return false
  const stem = text.slice(0, -CHECK_DIGITS)
  return text.endsWith(inDigits(BigInt(crc32(stem)), CHECK_DIGITS))
}

/** Returns what is shown of a secret. */
export function prefixOf(secret: string): string {
  return secret.slice(0, PREFIX_LENGTH)
}

function inDigits(value: bigint, length: number): string {
  let digits = ''
  for (let rest = value; digits.length < length; rest /= 62n) digits = (DIGITS[Number(rest % 62n)] ?? '') + digits
  return digits
}

/** CRC-32 as in gzip, of ASCII. RFC 1952 section 8 https://www.rfc-editor.org/rfc/rfc1952#section-8 */
function crc32(text: string): number {
  let crc = 0xffffffff
  for (let index = 0; index < text.length; index += 1) {
    crc ^= text.charCodeAt(index)
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
