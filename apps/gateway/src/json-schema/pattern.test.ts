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
  ['^.*.*.*.*$', 'leaves open'],
  ['.*.*.*', 'leaves open'],
  ['^a{2,}b{0,100}c+d*$', 'leaves open'],
  ['[', 'is no'],
  ['a{2,1}', 'is no'],
  ['\\k', 'is no'],
])('%s is not', (pattern, words) => {
  expect(patternFault(pattern)).toStartWith(words)
})
