import { expect, test } from 'bun:test'
import { median, percentile } from './statistics.ts'

const ONE_TO_HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index)

test.each<[string, readonly number[], number, number]>([
  ['the median of five', [5, 1, 4, 2, 3], 0.5, 3],
  ['the 99th percentile of 1 to 100', ONE_TO_HUNDRED, 0.99, 99],
  ['the whole is the largest', ONE_TO_HUNDRED, 1, 100],
  ['nothing is the smallest', ONE_TO_HUNDRED, 0, 1],
  ['numbers are sorted as numbers', [10, 9, 100], 0.5, 10],
  ['nothing has no percentile', [], 0.5, Number.NaN],
])('%s', (_name, values, share, expected) => {
  expect(percentile(values, share)).toBe(expected)
})

test('the median is one of the values', () => {
  expect(median([1, 2, 3, 1000, 2000])).toBe(3)
})
