import type { HttpStore } from '../../store/port.ts'

/** How long the answer to a check holds, in milliseconds. */
const HOLDS_MS = 5000

/**
 * Has the shards checked at most every few seconds, for anybody may ask, and a check writes a row in each of them. Only an
 * answer that has come is kept: nobody may wait for what another request has under way.
 */
export function checkSeldom(check: HttpStore['check']): HttpStore['check'] {
  let last: { readonly atMs: number; readonly fault: { readonly error: unknown } | null } | null = null
  return async (nowMs) => {
    if (last === null || nowMs - last.atMs >= HOLDS_MS) {
      const fault = await check(nowMs).then(
        () => null,
        (error: unknown) => ({ error }),
      )
      last = { atMs: nowMs, fault }
    }
    if (last.fault !== null) throw last.fault.error
  }
}
