import type { NewId, Now } from './ports.ts'

/** Crockford's base 32: no letter that looks like a digit. https://www.crockford.com/base32.html */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 10 digits of 5 bits hold milliseconds until the year 10889. */
const TIME_DIGITS = 10
/** 80 random bits: two ids of one millisecond do not meet. */
const RANDOM_DIGITS = 16
/** The last 4 digits are kept as a number: counting up within a millisecond then seldom touches the others. */
const COUNTED_DIGITS = 4
const COUNTED_VALUES = 32 ** COUNTED_DIGITS
/** All numbers of two digits: an id is put together from few pieces, since joining costs by the piece. */
const PAIRS = Array.from(DIGITS, (first) => Array.from(DIGITS, (second) => first + second)).flat()
/** Random bytes are drawn in blocks, since a draw costs more than an id. */
const BLOCK_BYTES = 4096

/**
 * Creates a maker of ids such as `evt_01K9ZQ4T3N8W6V5B2C7D9F0G1H`: a prefix, then a ULID.
 *
 * Ids of one maker sort in the order they were made, also within one millisecond and when the clock steps back.
 *
 * @param fillRandom - Fills the array with random bytes of cryptographic quality.
 * @see https://github.com/ulid/spec
 */
export function createIds(nowMs: Now, fillRandom: (bytes: Uint8Array<ArrayBuffer>) => void): NewId {
  const block = new Uint8Array(BLOCK_BYTES)
  let used = BLOCK_BYTES
  let lastMs = 0
  let time = ''
  let tail: number[] = []
  let stem = ''
  let counted = 0

  const drawTail = () => {
    if (used + RANDOM_DIGITS > BLOCK_BYTES) {
      fillRandom(block)
      used = 0
    }
    const digits = Array.from(block.subarray(used, used + RANDOM_DIGITS), (byte) => byte & 31)
    used += RANDOM_DIGITS
    tail = digits.slice(0, -COUNTED_DIGITS)
    counted = digits.slice(-COUNTED_DIGITS).reduce((number, digit) => number * 32 + digit, 0)
  }

  const countUp = () => {
    counted = (counted + 1) % COUNTED_VALUES
    if (counted > 0) return
    increment(tail)
    stem = stemOf(time, tail)
  }

  return (prefix) => {
    const now = nowMs()
    if (now > lastMs) {
      lastMs = now
      time = timeDigits(now)
      drawTail()
      stem = stemOf(time, tail)
    } else {
      countUp()
    }
    return `${prefix}_${stem}${PAIRS[Math.floor(counted / 1024)]}${PAIRS[counted % 1024]}`
  }
}

function stemOf(time: string, tail: readonly number[]): string {
  return time + tail.map((digit) => DIGITS[digit]).join('')
}

function timeDigits(ms: number): string {
  let rest = ms
  let digits = ''
  for (let place = 0; place < TIME_DIGITS; place += 1) {
    digits = `${DIGITS[rest % 32]}${digits}`
    rest = Math.floor(rest / 32)
  }
  return digits
}

/** Adds one to a number given by its digits. */
function increment(digits: number[]): void {
  for (let place = digits.length - 1; place >= 0; place -= 1) {
    const next = (digits[place] ?? 0) + 1
    digits[place] = next % 32
    if (next < 32) return
  }
}
