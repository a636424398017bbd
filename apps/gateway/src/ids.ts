import type { NewId, Now } from './ports.ts'

/** Crockford's base 32: no letter that looks like a digit. https://www.crockford.com/base32.html */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** 10 digits of 5 bits hold milliseconds until the year 10889. */
const TIME_DIGITS = 10
/** 80 random bits: two ids of one millisecond do not meet. */
const RANDOM_DIGITS = 16
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

  const drawTail = () => {
    if (used + RANDOM_DIGITS > BLOCK_BYTES) {
      fillRandom(block)
      used = 0
    }
    tail = Array.from(block.subarray(used, used + RANDOM_DIGITS), (byte) => byte & 31)
    used += RANDOM_DIGITS
  }

  return (prefix) => {
    const now = nowMs()
    if (now > lastMs) {
      lastMs = now
      time = timeDigits(now)
      drawTail()
    } else {
      increment(tail)
    }
    let id = `${prefix}_${time}`
    for (const digit of tail) id += DIGITS[digit]
    return id
  }
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

/** Adds one to the random part, so that ids of one millisecond keep their order. */
function increment(digits: number[]): void {
  for (let place = digits.length - 1; place >= 0; place -= 1) {
    const next = (digits[place] ?? 0) + 1
    digits[place] = next % 32
    if (next < 32) return
  }
}
