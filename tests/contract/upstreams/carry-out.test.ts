import { expect, test } from 'bun:test'
import { UpstreamError } from '@sluice/errors'
import { carryOut } from './carry-out.ts'
import { type ContractCase, type Expected, fails, gives } from './contract-case.ts'
import { difference, table } from './report.ts'

const refusal = new UpstreamError({ code: 'X', retry: 'never', message: '', words: 'no', counts: { total: 0, bad: 1 } })

function caseOf(expected: Expected, run: () => Promise<unknown>): ContractCase {
  return { upstream: 'datatalks', operation: 'op', name: 'name', expected, run }
}

const verdicts: [name: string, expected: Expected, run: () => Promise<unknown>, passed: boolean][] = [
  ['the same value passes', gives({ a: [1] }), async () => ({ a: [1] }), true],
  ['another value fails', gives({ a: [1] }), async () => ({ a: [2] }), false],
  ['a further member fails', gives({ a: 1 }), async () => ({ a: 1, b: 2 }), false],
  ['text for a number fails', gives(1), async () => '1', false],
  ['the same error passes, whatever its words', fails('X never'), () => Promise.reject(refusal), true],
  ['the same error with its words passes', fails('X never', { words: 'no' }), () => Promise.reject(refusal), true],
  ['an error with other words fails', fails('X never', { words: 'yes' }), () => Promise.reject(refusal), false],
  [
    'an error with other counts fails',
    fails('X never', { counts: { total: 1, bad: 1 } }),
    () => Promise.reject(refusal),
    false,
  ],
  ['an error with another code fails', fails('Y never'), () => Promise.reject(refusal), false],
  ['an error that may be tried again fails', fails('X later'), () => Promise.reject(refusal), false],
  ['a value where an error is due fails', fails('X never'), async () => ({}), false],
  ['an error where a value is due fails', gives({}), () => Promise.reject(refusal), false],
]

test.each(verdicts)('%s', async (_name, expected, run, passed) => {
  expect((await carryOut(caseOf(expected, run))).passed).toBe(passed)
})

test('an error of no class of this project is not swallowed', () => {
  expect(carryOut(caseOf(gives(1), () => Promise.reject(new TypeError('slip'))))).rejects.toThrow('slip')
})

test('the report counts by operation, and shows what failed', async () => {
  const results = [
    await carryOut(caseOf(gives(1), async () => 1)),
    await carryOut(caseOf(fails('X never', { words: 'yes' }), () => Promise.reject(refusal))),
  ]
  expect(table(results)).toBe(
    'upstream   operation  cases  passed  failed\ndatatalks  op             2       1       1',
  )
  expect(results.slice(1).map(difference)).toEqual([
    'datatalks op: name\n  expected X never {"words":"yes"}\n  seen     X never {"words":"no"}',
  ])
})
