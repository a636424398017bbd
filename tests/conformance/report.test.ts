import { describe, expect, test } from 'bun:test'
import { row, totals } from './report.ts'

const good = { passed: 3, failures: [], vectors: 1 }
const bad = { passed: 2, failures: [{ name: 'a case', message: 'expected 1, got 2' }], vectors: 0 }
const empty = { passed: 0, failures: [], vectors: 0 }

test('a row names package, runtime and counts', () => {
  expect(row('sigv4', 'deno', good)).toBe('sigv4 deno 3 passed, 0 failed, 1 public vectors\n')
})

test('a row is followed by what failed', () => {
  expect(row('sigv4', 'deno', bad)).toBe(
    'sigv4 deno 2 passed, 1 failed, 0 public vectors\n    a case: expected 1, got 2\n',
  )
})

test('an empty row has failed', () => {
  expect(row('sigv4', 'deno', empty)).toStartWith('sigv4 deno 0 passed, 1 failed, 0 public vectors\n')
})

describe('the totals', () => {
  test.each([
    ['are sums', [good, good], '2 public vectors\n6 passed, 0 failed\n', true],
    ['tell a failure', [good, bad], '1 public vectors\n5 passed, 1 failed\n', false],
    ['take an empty row for a failure', [good, empty], '1 public vectors\n3 passed, 1 failed\n', false],
    ['of nothing are no success', [], '0 public vectors\n0 passed, 0 failed\n', false],
  ])('%s', (_name, outcomes, text, ok) => {
    expect(totals(outcomes)).toEqual({ text: `\n${text}`, ok })
  })
})
