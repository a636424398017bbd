import { expect, test } from 'bun:test'

import { parseRetryAfter } from './retry-after.ts'

/** The instant of the examples in RFC 9110 section 5.6.7: Sun, 06 Nov 1994 08:49:37 GMT. */
const EXAMPLE_MS = 784_111_777_000

test.each([
  ['seconds', '120', 120_000],
  ['zero seconds', '0', 0],
  ['blanks around', ' 7 ', 7000],
  ['an absurd number of seconds', '9'.repeat(400), Number.MAX_SAFE_INTEGER],
  ['an IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT', 10_000],
  ['an RFC 850 date', 'Sunday, 06-Nov-94 08:49:37 GMT', 10_000],
  ['an asctime date', 'Sun Nov  6 08:49:37 1994', 10_000],
  ['a date that is past', 'Sun, 06 Nov 1994 08:49:00 GMT', 0],
  ['a leap second', 'Sat, 31 Dec 1994 23:59:60 GMT', 4_806_633_000],
] as const)('reads %s', (_, value, expected) => {
  expect(parseRetryAfter(value, EXAMPLE_MS - 10_000)).toBe(expected)
})

test.each([
  ['absent', null],
  ['empty', ''],
  ['negative', '-5'],
  ['a fraction', '1.5'],
  ['words', 'soon'],
  ['an ISO date', '1994-11-06T08:49:37Z'],
  ['a day that the month lacks', 'Wed, 31 Feb 2026 08:49:37 GMT'],
  ['an hour that the day lacks', 'Sun, 06 Nov 1994 24:49:37 GMT'],
  ['another time zone', 'Sun, 06 Nov 1994 08:49:37 CET'],
  ['a month in another language', 'Sun, 06 Dez 1994 08:49:37 GMT'],
])('does not read what is %s', (_, value) => {
  expect(parseRetryAfter(value, EXAMPLE_MS)).toBeNull()
})

test.each([
  ['of the present century', 'Sunday, 01-Nov-26 00:00:00 GMT', Date.UTC(2026, 10, 1)],
  ['at most 50 years ahead', 'Sunday, 01-Nov-70 00:00:00 GMT', Date.UTC(2070, 10, 1)],
])('takes a year of two digits for one %s', (_, value, atMs) => {
  expect(parseRetryAfter(value, Date.UTC(2026, 0, 1))).toBe(atMs - Date.UTC(2026, 0, 1))
})

test('takes a year of two digits that seems more than 50 years ahead for a past one', () => {
  expect(parseRetryAfter('Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(2026, 0, 1))).toBe(0)
})
