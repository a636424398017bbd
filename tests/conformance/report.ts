import type { Failure, Outcome } from './suite.ts'

const NOTHING_RAN: Failure = { name: 'the suite', message: 'not one case ran' }

/** Writes how a suite went on a runtime: one row, and a line for each failure. A suite without cases has failed. */
export function row(packageName: string, runtime: string, outcome: Outcome): string {
  const failures = failuresOf(outcome)
  const counts = `${outcome.passed} passed, ${failures.length} failed, ${outcome.vectors} public vectors`
  const lines = failures.map(({ name, message }) => `    ${name}: ${message}\n`)
  return `${packageName} ${runtime} ${counts}\n${lines.join('')}`
}

/** Sums everything up; the last line is `N passed, N failed`. */
export function totals(outcomes: readonly Outcome[]): { readonly text: string; readonly ok: boolean } {
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0)
  const passed = sum((outcome) => outcome.passed)
  const failed = sum((outcome) => failuresOf(outcome).length)
  const text = `\n${sum(({ vectors }) => vectors)} public vectors\n${passed} passed, ${failed} failed\n`
  return { text, ok: failed === 0 && passed > 0 }
}

function failuresOf(outcome: Outcome): readonly Failure[] {
  return outcome.passed === 0 && outcome.failures.length === 0 ? [NOTHING_RAN] : outcome.failures
}
