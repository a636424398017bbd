import { type StoreCode, StoreError } from '@sluice/errors'
import { RequestError } from '../../problem.ts'

/**
 * What an object answers a call. An error loses its class on the way, so all of them travel as values: what is thrown across
 * objects is only ever thrown by the platform.
 */
export type Answer<Result> =
  | { readonly ok: true; readonly result: Result }
  | { readonly ok: false; readonly code: StoreCode | 'BODY_TOO_LARGE' | 'INTERNAL'; readonly message: string }

/** Carries out a call, and makes an answer of what came of it. Never throws. */
export async function answer<Result>(work: () => Promise<Result>): Promise<Answer<Result>> {
  try {
    return { ok: true, result: await work() }
  } catch (error) {
    if (isTooLarge(error)) return { ok: false, code: 'BODY_TOO_LARGE', message: 'store: a row is too large' }
    if (error instanceof StoreError) return { ok: false, code: error.code, message: error.message }
    return { ok: false, code: 'INTERNAL', message: placeOf(error) }
  }
}

/** The store translates it as any that SQLite throws; sending the same again would not help. */
function isTooLarge(error: unknown): boolean {
  return error instanceof StoreError && error.message.includes('SQLITE_TOOBIG')
}

/** Names a bug and where it is: its message may quote what was sent. */
function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const place = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '))
  return `${error.name} ${place?.trim() ?? ''}`
}

/**
 * Waits for the answer of an object.
 *
 * @throws StoreError what the object threw; `STORE_UNAVAILABLE` it was not reached, or ended before it answered: whatever
 * it did is done, and a repeat with the same key finds it.
 * @throws RequestError `BODY_TOO_LARGE` what was to be stored does not fit into a row.
 * @throws Error a bug in the object.
 */
export async function resultOf<Result>(call: Promise<Answer<Result>>): Promise<Result> {
  const answered = await call.catch((error: unknown): never => {
    throw new StoreError('STORE_UNAVAILABLE', 'store: the object was not reached', error)
  })
  if (answered.ok) return answered.result
  if (answered.code === 'BODY_TOO_LARGE') throw new RequestError('BODY_TOO_LARGE')
  if (answered.code === 'INTERNAL') throw new Error(`the shard failed: ${answered.message}`)
  throw new StoreError(answered.code, answered.message)
}
