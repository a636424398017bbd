import { expect, test } from 'bun:test'
import { patternFault } from './pattern.ts'

test.each([
  '^\\+?[0-9 ()-]{5,20}$',
  '^[A-Z]{2}\\d{4}$',
  '^(?:foo|bar)$',
  '^(?:foo|bar)?$',
  '^\\d{4}-\\d{2}-\\d{2}$',
  '^[^@]+@[^@]+\\.[^@]+$',
  '^(?:\\d{3}-)+\\d{4}$',
  '^(?<area>\\d{3})(?=-)-x$',
  '^[+*(|)]+\\(\\*\\)$',
  '^\\p{L}+$',
  'abc',
  '^(?:[a-z]{2}){1,50}$',
  '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}$',
  '^(.+), (.+) (.+)$',
  '^a{2,}b{0,100}c+d*$',
  '^(?:[^,]+,)*[^,]*$',
  '^(?:\\+|00)[1-9]\\d{6,14}(?: ?(?:ext|x) ?\\d{1,5})?$',
  '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3]):[0-5]\\d(?:Z|[+-]\\d{2}:\\d{2})$',
  '^foo|bar$',
])('%s is taken', (pattern) => {
  expect(patternFault(pattern)).toBeNull()
})

test.each([
  ['^(a+)+$', 'repeats'],
  ['^(a|a)*$', 'repeats'],
  ['^(?:a?)+$', 'repeats'],
  ['^((a*))+$', 'repeats'],
  ['^(?:(?:ab|c)d)*$', 'repeats'],
  ['^(\\w{1,5}\\s)+$', 'repeats'],
  ['^(a+){2}$', 'repeats'],
  ['^.*.*.*.*$', 'can read'],
  ['.*.*.*', 'can read'],
  ['^(?:(?:[^,]+,?)*)$', 'repeats'],
  [`^${'[a-z]{0,50}'.repeat(6)}$`, 'can read'],
  [`^${'(a|aa)'.repeat(24)}$`, 'can read'],
  [`^${'a?'.repeat(26)}a{26}$`, 'can read'],
  [`^${'(?:ab)?'.repeat(26)}$`, 'can read'],
  [`^${'(?:a?b?){1}'.repeat(13)}$`, 'can read'],
  ['^(?:a|.*.*).*b.$', 'can read'],
  ['^a|.*.*.*b.$', 'can read'],
  ['(?<=^.*a.*b.*c.*)x', 'can read'],
  ['^\\u0041+.*A.*.*b.$', 'can read'],
  ['[', 'is no'],
  ['a{2,1}', 'is no'],
  ['\\k', 'is no'],
])('%s is not', (pattern, words) => {
  expect(patternFault(pattern)).toStartWith(words)
})

/** A text of the longest on which a pattern is tried, that it reads in every way there is and refuses at its end. */
const HOSTILE = ['a'.repeat(499), 'a@.'.repeat(166), 'a, '.repeat(166), 'ab'.repeat(249), '1 '.repeat(249)]
/** Many times what the slowest of them takes, and far below the minutes that a pattern takes that explodes. */
const MOST_MS = 2000

test.each([
  '^.*.*.*$',
  '^(.+), (.+) (.+)$',
  '^.*a.*b.{0,1}!$',
  '^a*b?a*a*!$',
  `^${'(?:a|aa)'.repeat(17)}a*!$`,
  '^[^@]+@[^@]+\\.[^@]+!$',
  '(?:a|,).*!x',
  '^(?:[^,]+,)*[^,]*!$',
])('what is taken is fast on any text: %s', (pattern) => {
  expect(patternFault(pattern)).toBeNull()
  const before = performance.now()
  for (const text of HOSTILE) new RegExp(pattern, 'u').test(`${text}\n`)
  expect(performance.now() - before).toBeLessThan(MOST_MS)
})
