import { deepStrictEqual } from 'node:assert/strict'

/**
 * Compares two values, members and all.
 *
 * @throws AssertionError they differ; its message shows where.
 */
export function same(actual: unknown, expected: unknown, what?: string): void {
  try {
    deepStrictEqual(actual, expected)
  } catch (error) {
    if (what === undefined || !(error instanceof Error)) throw error
    throw new Error(`${what}: ${error.message}`, { cause: error })
  }
}

/**
 * Sees that something is so.
 *
 * @throws Error it is not.
 */
export function holds(condition: boolean, what: string): void {
  if (!condition) throw new Error(`it does not hold that ${what}`)
}
