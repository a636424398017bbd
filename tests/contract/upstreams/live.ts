import { meets, outcomeOf } from './carry-out.ts'
import type { ContractCase, Environment, Expected, LiveRun } from './contract-case.ts'
import { show } from './report.ts'

/** What one case came to against the vendor. */
export interface LiveResult {
  readonly contractCase: ContractCase
  readonly passed: boolean
  /** How what was seen differs from what was expected; empty where it does not. */
  readonly drift: readonly string[]
}

/** Lists the variables that are missing from an environment. */
export function missingFrom(environment: Environment, variables: readonly string[]): string[] {
  return variables.filter((name) => (environment[name] ?? '') === '')
}

/** Picks the cases that may be run against the vendor. */
export function liveCases(
  cases: readonly ContractCase[],
  withWrites: boolean,
): (ContractCase & { readonly live: LiveRun })[] {
  return cases.flatMap((one) =>
    one.live === undefined || (one.live.effect === 'write' && !withWrites) ? [] : [{ ...one, live: one.live }],
  )
}

/** Runs a case against the vendor. What an account holds is its own affair: a value is compared by its shape. */
export async function carryOutLive(
  contractCase: ContractCase & { readonly live: LiveRun },
  environment: Environment,
): Promise<LiveResult> {
  const seen = await outcomeOf(() => contractCase.live.run(environment))
  const drift = driftOf(seen, contractCase.expected)
  return { contractCase, passed: drift.length === 0, drift }
}

/** Says how an outcome differs from the expected one: an error in its code, a value in its shape. */
export function driftOf(seen: Expected, expected: Expected): string[] {
  if (!('result' in seen) || !('result' in expected)) {
    return meets(seen, expected) ? [] : [`expected ${show(expected)}, seen ${show(seen)}`]
  }
  return shapeDrift(seen.result, expected.result, 'result')
}

function shapeDrift(seen: unknown, expected: unknown, path: string): string[] {
  // Null stands for nothing, and nothing says what would stand there otherwise.
  if (expected === null || (seen === null && typeof expected === 'string')) return []
  if (kindOf(seen) !== kindOf(expected)) return [`${path}: expected ${kindOf(expected)}, seen ${kindOf(seen)}`]
  if (Array.isArray(seen) && Array.isArray(expected)) {
    const [first] = expected
    return first === undefined ? [] : seen.slice(0, 1).flatMap((item) => shapeDrift(item, first, `${path}[]`))
  }
  if (!isRecord(seen) || !isRecord(expected)) return []
  const missing = Object.keys(expected).filter((name) => !Object.hasOwn(seen, name))
  return [
    ...missing.map((name) => `${path}.${name}: expected ${kindOf(expected[name])}, seen nothing`),
    ...Object.keys(seen).flatMap((name) =>
      Object.hasOwn(expected, name)
        ? shapeDrift(seen[name], expected[name], `${path}.${name}`)
        : [`${path}.${name}: not expected, seen ${kindOf(seen[name])}`],
    ),
  ]
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  return value === null ? 'null' : typeof value
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
