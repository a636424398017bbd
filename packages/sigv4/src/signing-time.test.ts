import { describe, expect, test } from 'bun:test'
import { formatSigningTime, isSigningTime, parseSigningTime } from './signing-time.ts'

describe('signing time', () => {
  test.each<[string, number, string]>([
    ['writes the time of the example of AWS', 1_440_938_160_000, '20150830T123600Z'],
    ['leaves out fractions of a second', 1_440_938_160_999, '20150830T123600Z'],
    ['fills up with zeroes', 0, '19700101T000000Z'],
  ])('%s', (_name, atMs, text) => {
    expect(formatSigningTime(atMs)).toBe(text)
  })

  test.each<[string, string, number | null]>([
    ['reads the time of the example of AWS', '20150830T123600Z', 1_440_938_160_000],
    ['reads a leap day', '20240229T000000Z', 1_709_164_800_000],
    ['refuses a leap day of another year', '20230229T000000Z', null],
    ['refuses the 13th month', '20151330T123600Z', null],
    ['refuses the 60th second', '20150830T123660Z', null],
    ['refuses the 24th hour', '20150830T240000Z', null],
    ['refuses the extended form', '2015-08-30T12:36:00Z', null],
    ['refuses the form of a Date header', 'Sun, 30 Aug 2015 12:36:00 GMT', null],
    ['refuses another zone', '20150830T123600+0100', null],
    ['refuses fractions', '20150830T123600.000Z', null],
    ['refuses lower case', '20150830t123600z', null],
    ['refuses a blank at the end', '20150830T123600Z ', null],
  ])('%s', (_name, text, atMs) => {
    expect(parseSigningTime(text)).toBe(atMs)
  })

  test.each<[string, number, boolean]>([
    ['takes the first second', 0, true],
    ['refuses no number', Number.NaN, false],
    ['refuses an infinite number', Number.POSITIVE_INFINITY, false],
    ['refuses a time before', -1, false],
    ['refuses a fifth digit of the year', 253_402_300_800_000, false],
  ])('%s', (_name, atMs, expected) => {
    expect(isSigningTime(atMs)).toBe(expected)
  })
})
