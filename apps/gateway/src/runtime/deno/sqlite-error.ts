/** A fault of SQLite under SQLite's own name of it, as `bun:sqlite` has it too. */
export class SqliteError extends Error {
  override readonly name = 'SqliteError'
  /** Such as `SQLITE_FULL`. */
  readonly code: string

  constructor(code: string, cause: Error) {
    super(cause.message, { cause })
    this.code = code
  }
}

/** SQLite's names of its primary result codes, by number from 0. https://www.sqlite.org/rescode.html */
const NAMES =
  'OK ERROR INTERNAL PERM ABORT BUSY LOCKED NOMEM READONLY INTERRUPT IOERR CORRUPT NOTFOUND FULL CANTOPEN PROTOCOL EMPTY SCHEMA TOOBIG CONSTRAINT MISMATCH MISUSE NOLFS AUTH FORMAT RANGE NOTADB'.split(
    ' ',
  )

/** An extended result code holds its primary one in the lowest eight bits. */
const PRIMARY_BITS = 0xff

/**
 * Runs what uses SQLite.
 *
 * @throws SqliteError in place of Node's `ERR_SQLITE_ERROR`; every other error as it is.
 */
export function named<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR') throw error
    throw new SqliteError(`SQLITE_${nameOf(error)}`, error)
  }
}

function nameOf(error: Error): string {
  // QUIRK deno: only the error of a statement has the number, and beside statements only the opening can fail.
  if (!('errcode' in error) || typeof error.errcode !== 'number') return 'CANTOPEN'
  return NAMES[error.errcode & PRIMARY_BITS] ?? `ERROR_${error.errcode}`
}
