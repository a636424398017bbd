import { expect, test } from 'bun:test'
import { isSecret, newSecret, prefixOf } from './secret.ts'

const filledWith = (byte: number) => newSecret((bytes) => void bytes.fill(byte))
const random = () => newSecret((bytes) => void crypto.getRandomValues(bytes))

/** gzip's checksum of "slk_" and 43 zeros, by another's code, in base 62. */
const ZEROS = `slk_${'0'.repeat(43)}`
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

test('a secret is slk_, 43 digits of chance, and the CRC-32 of both', () => {
  const check = filledWith(0).slice(ZEROS.length)
  const value = Array.from(check).reduce((sum, digit) => sum * 62 + DIGITS.indexOf(digit), 0)
  expect(filledWith(0).slice(0, ZEROS.length)).toBe(ZEROS)
  expect(value).toBe(Bun.hash.crc32(ZEROS))
  expect(filledWith(255)).toMatch(/^slk_[0-9A-Za-z]{49}$/)
})

test('every bit of chance is in it', () => {
  const secrets = new Set<string>()
  for (let bit = 0; bit < 256; bit += 1) {
    secrets.add(newSecret((bytes) => bytes.set([1 << (bit % 8)], Math.floor(bit / 8))))
  }
  expect(secrets.size).toBe(256)
})

test('what is made is known again, and what differs in one character is not', () => {
  for (let round = 0; round < 50; round += 1) {
    const secret = random()
    expect(isSecret(secret)).toBe(true)
    const at = 4 + (round % 49)
    const other = secret[at] === 'x' ? 'y' : 'x'
    expect(isSecret(secret.slice(0, at) + other + secret.slice(at + 1))).toBe(false)
  }
})

const secret = random()
test.each([
  ['nothing', ''],
  ['another mark', secret.replace('slk_', 'sk_')],
  ['a space before', ` ${secret}`],
  ['a line end behind', `${secret}\n`],
  ['capitals', secret.toUpperCase()],
  ['10 kB', secret.padEnd(10_240, 'a')],
  ['a letter that looks like another', secret.replace('slk_', 'ѕlk_')],
])('%s is no secret', (_, text) => {
  expect(isSecret(text)).toBe(false)
})

test('four of its digits are shown', () => {
  expect(prefixOf(secret)).toBe(secret.slice(0, 8))
})
