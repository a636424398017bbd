/** What stands in the place of `bun:test` on other runtimes: as much of it as the contract of the store uses, without its `expect`. */

/** How a test ended. */
export interface Ended {
  readonly name: string
  /** Null when it passed. */
  readonly failure: string | null
}

type Work = () => unknown

const tests: { readonly name: string; readonly work: Work }[] = []
const cleanups: Work[] = []
let path: readonly string[] = []

/** Groups tests under a name. */
export function describe(name: string, work: () => void): void {
  const outer = path
  path = [...outer, name]
  work()
  path = outer
}

/** Declares a test; it is run by {@link runTest}. */
export function test(name: string, work: Work): void {
  tests.push({ name: [...path, name].join(' > '), work })
}

/** Declares a test for each row; a row that is no list is the one argument. */
test.each =
  (rows: readonly unknown[]) =>
  (name: string, work: (...values: readonly unknown[]) => unknown): void => {
    for (const row of rows) {
      const values: readonly unknown[] = Array.isArray(row) ? row : [row]
      let next = 0
      const named = name.replaceAll(/%[sp]/g, () => String(values[next++]))
      test(named, () => work(...values))
    }
  }

/** Declares what is done after each test. */
export function afterEach(work: Work): void {
  cleanups.push(work)
}

/** Counts the tests that were declared. */
export function countTests(): number {
  return tests.length
}

/**
 * Runs one of the tests that were declared.
 *
 * @param index - From 0, in the order in which they were declared.
 * @throws RangeError there is no such test.
 */
export async function runTest(index: number): Promise<Ended> {
  const declared = tests[index]
  if (declared === undefined) throw new RangeError(`there is no test ${index}`)
  let failure: string | null = null
  try {
    await declared.work()
  } catch (error) {
    failure = error instanceof Error ? (error.stack ?? error.message) : String(error)
  }
  for (const cleanup of cleanups) await cleanup()
  return { name: declared.name, failure }
}
