import type { CaseResult, Expected } from './contract-case.ts'

/** What a run of some cases came to. */
export interface Counts {
  readonly passed: number
  readonly failed: number
}

/** Counts what passed and what did not. */
export function count(results: readonly { readonly passed: boolean }[]): Counts {
  const passed = results.filter((result) => result.passed).length
  return { passed, failed: results.length - passed }
}

/** Prints a table, upstream by operation, with the number of cases of each. */
export function table(results: readonly CaseResult[]): string {
  const groups = new Map<string, CaseResult[]>()
  for (const result of results) {
    const { upstream, operation } = result.contractCase
    const name = `${upstream} ${operation}`
    groups.set(name, [...(groups.get(name) ?? []), result])
  }
  const rows = [...groups].map(([name, group]) => {
    const { passed, failed } = count(group)
    const [upstream = '', operation = ''] = name.split(' ')
    return [upstream, operation, String(group.length), String(passed), String(failed)]
  })
  return align([['upstream', 'operation', 'cases', 'passed', 'failed'], ...rows])
}

/** Prints what was expected of a case, and what was seen. */
export function difference({ contractCase, seen }: CaseResult): string {
  const { upstream, operation, name, expected } = contractCase
  return `${upstream} ${operation}: ${name}\n  expected ${show(expected)}\n  seen     ${show(seen)}`
}

/** Puts an outcome into one line. */
export function show(outcome: Expected): string {
  if ('result' in outcome) return `result ${JSON.stringify(outcome.result) ?? 'none'}`
  const { code, retry, ...more } = outcome
  return `${code} ${retry}${Object.keys(more).length === 0 ? '' : ` ${JSON.stringify(more)}`}`
}

function align(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return lines.join('\n')
}
