import type { PayloadRow } from './contactnow-payload.ts'

/** What came of the rows of a write. */
export interface Written {
  readonly total: number
  readonly bad: number
  /** Id of one created row, or 0. */
  readonly key: number
  /** Absent where no row was bad. */
  readonly error?: string
}

/** Writes rows one by one. There is one `key` and one `error` for all of them, as at the vendor. */
export function writeRows(
  rows: readonly PayloadRow[],
  keyOfBatch: 'first' | 'last',
  write: (row: Readonly<Record<string, string>>) => { key: number } | { error: string },
): Written {
  let key = 0
  let bad = 0
  let error: string | undefined
  for (const row of rows) {
    const result = row === null ? { error: 'Bad argument: payload' } : write(row)
    if ('error' in result) {
      bad += 1
      error = result.error
    } else if (key === 0 || keyOfBatch === 'last') {
      key = result.key
    }
  }
  return { total: rows.length - bad, bad, key, ...(error === undefined ? {} : { error }) }
}
