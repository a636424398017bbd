import { expect, test } from 'bun:test'
import { type Bucket, takeCalls } from './rate.ts'

const NOW = 1_000_000

test('a new bucket holds a minute of calls, and says when there is one again', () => {
  let bucket: Bucket | null = null
  for (let call = 1; call <= 60; call += 1) {
    const taken = takeCalls(bucket, 60, 1, NOW)
    expect([taken.calls, taken.resetSeconds]).toEqual([1, call])
    bucket = taken.bucket
  }
  expect(takeCalls(bucket, 60, 1, NOW)).toMatchObject({ calls: 0, resetSeconds: 1 })
  expect(takeCalls(bucket, 60, 1, NOW + 999)).toMatchObject({ calls: 0, resetSeconds: 1 })
  expect(takeCalls(bucket, 60, 1, NOW + 1000)).toMatchObject({ calls: 1 })
})

test.each([
  ['one a minute', 1, 60],
  ['two a minute', 2, 30],
  ['seven a minute: rounded up', 7, 9],
])('%s', (_, ratePerMinute, seconds) => {
  const { bucket } = takeCalls(null, ratePerMinute, ratePerMinute, NOW)
  expect(takeCalls(bucket, ratePerMinute, 1, NOW)).toMatchObject({ calls: 0, resetSeconds: seconds })
  expect(takeCalls(bucket, ratePerMinute, 1, NOW + seconds * 1000).calls).toBe(1)
})

test('of many that are wanted it gives what it has', () => {
  expect(takeCalls(null, 10, 1000, NOW).calls).toBe(10)
})

test('it never holds more than a minute of calls, and a clock that steps back fills nothing', () => {
  const { bucket } = takeCalls(null, 10, 10, NOW)
  expect(takeCalls(bucket, 10, 1000, NOW + 3_600_000).calls).toBe(10)
  expect(takeCalls(bucket, 10, 1000, NOW - 3_600_000).calls).toBe(0)
})

test('however it is used, no more pass in any time than a minute of calls and what that time fills', () => {
  let bucket: Bucket | null = null
  let passed = 0
  for (let ms = 0; ms < 120_000; ms += 37) {
    const taken = takeCalls(bucket, 100, 3, NOW + ms)
    bucket = taken.bucket
    passed += taken.calls
    expect(passed).toBeLessThanOrEqual(100 + (ms * 100) / 60_000)
  }
  expect(passed).toBe(299)
})
