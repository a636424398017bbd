import { describe, expect, test } from 'bun:test'
import { RETRY_DELAYS_SECONDS, retryAtMs } from './retry.ts'

const NOW = 1_700_000_000_000
const MIDDLE = 0.5

describe('retryAtMs', () => {
  test.each([
    ['the first attempt is at once', 0, 0],
    ['the second after 5 s', 1, 5_000],
    ['the third after 5 min', 2, 300_000],
    ['the fourth after 30 min', 3, 1_800_000],
    ['the fifth after 2 h', 4, 7_200_000],
    ['the sixth after 5 h', 5, 18_000_000],
    ['the seventh after 10 h', 6, 36_000_000],
    ['the eighth after 14 h', 7, 50_400_000],
    ['the ninth after 20 h', 8, 72_000_000],
    ['the tenth after 24 h', 9, 86_400_000],
  ])('%s', (_, counted, delayMs) => {
    expect(retryAtMs(counted, NOW, MIDDLE)).toBe(NOW + delayMs)
  })

  test('after ten attempts there is no other', () => {
    expect(retryAtMs(10, NOW, MIDDLE)).toBeNull()
  })

  test('jitter takes off or adds 20 percent at most', () => {
    expect(retryAtMs(2, NOW, 0)).toBe(NOW + 240_000)
    expect(retryAtMs(2, NOW, 1)).toBe(NOW + 360_000)
  })

  test('all attempts together take 75 h 35 min 5 s', () => {
    expect(RETRY_DELAYS_SECONDS.reduce<number>((sum, seconds) => sum + seconds, 0)).toBe(75 * 3600 + 35 * 60 + 5)
  })
})
