import { compileExpression } from '@sluice/gateway/expression'
import { equal } from '../check.ts'
import { cases, type Suite } from '../suite.ts'

const DATA = { email: 'ada@example.com', name: 'Ada', lines: [{ total: '1.50' }, { total: '2.50' }] }

/** What an expression yields, or why it does not. */
async function outcomeOf(text: string): Promise<unknown> {
  const { faults, evaluate } = compileExpression(text)
  if (faults.length > 0) return faults
  return evaluate(DATA).catch((error: { readonly reason?: string }) => error.reason)
}

/** Expressions of a configuration: no runtime may need to make code from text, or a global that others lack. */
export const suite: Suite = () =>
  cases<[text: string, expected: unknown]>(
    'expression',
    [
      ['a payload', '{ "EMAIL": email, "TOTAL": $sum(lines.$number(total)) }', { EMAIL: 'ada@example.com', TOTAL: 4 }],
      ['base64', '$base64decode($base64encode(name & ":x"))', 'Ada:x'],
      ['a time', '$fromMillis($toMillis("2026-01-02"))', '2026-01-02T00:00:00.000Z'],
      ['a recursion that ends', '($f := function($n) { $n < 1 ? 0 : $n + $f($n - 1) }; $f(100))', 5050],
      ['a recursion that does not', '($f := function($n) { $f($n) }; $f(1))', 'it took more than 100000 steps'],
      [
        'a regular expression',
        '/a/',
        ['a regular expression is not taken, as nothing bounds its time; use text, or a typed function (position 3)'],
      ],
    ],
    async (_, text, expected) => equal(await outcomeOf(text), expected),
  )
