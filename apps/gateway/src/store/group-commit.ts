import { StoreError } from '@sluice/errors'
import type { SqlDatabase } from './sql.ts'

/** One commit holds up this many writes at most, so that the first of them does not wait for too many others. */
const MAX_GROUP = 512

interface Write {
  readonly work: () => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Runs `work` in a transaction shared with whatever else is written at the same moment; resolves after the commit. */
export type Commit = <Result>(work: () => Result) => Promise<Result>

/**
 * Creates a writer that gathers concurrent writes into one transaction: a commit costs one `fsync` however many writes
 * it holds, and while the disk works on one group the next gathers.
 *
 * A write that is wrong by itself takes nobody with it: its group is rolled back and each write then runs in a transaction
 * of its own. So `work` may run twice, and must do nothing but use the database. Where the database itself cannot write,
 * the whole group is refused at once: a second try of each would only wait as long again.
 *
 * @param defer - Calls back soon, after the requests that are ready now were read: `setImmediate` in a process.
 * @param onCommit - Called after the commits of a group.
 */
export function createGroupCommit(
  database: Pick<SqlDatabase, 'transaction'>,
  defer: (callback: () => void) => void,
  onCommit: () => void = () => undefined,
): Commit {
  let waiting: Write[] = []
  let scheduled = false

  const flush = () => {
    scheduled = false
    const group = waiting.slice(0, MAX_GROUP)
    waiting = waiting.slice(MAX_GROUP)
    if (waiting.length > 0) schedule()
    commitGroup(database, group)
    onCommit()
  }
  const schedule = () => {
    if (scheduled) return
    scheduled = true
    defer(flush)
  }

  return (work) =>
    new Promise((resolve, reject) => {
      waiting.push({ work, resolve: resolve as (value: unknown) => void, reject })
      schedule()
    })
}

function commitGroup(database: Pick<SqlDatabase, 'transaction'>, group: readonly Write[]): void {
  let results: unknown[]
  try {
    results = database.transaction(() => group.map((write) => write.work()))
  } catch (thrown) {
    const error = storeError(thrown)
    if (group.length === 1 || error instanceof StoreError) for (const write of group) write.reject(error)
    else for (const write of group) commitGroup(database, [write])
    return
  }
  group.forEach((write, index) => write.resolve(results[index]))
}

/**
 * Translates what SQLite throws when it cannot read or write. Every other error stays as it is, a violated constraint
 * too: that one is ours.
 */
export function storeError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!code.startsWith('SQLITE') || code.startsWith('SQLITE_CONSTRAINT')) return error
  if (code.startsWith('SQLITE_FULL')) return new StoreError('STORE_FULL', 'store: the disk is full', error)
  return new StoreError('STORE_UNAVAILABLE', `store: cannot write (${code})`, error)
}
