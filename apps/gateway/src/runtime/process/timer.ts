import type { Ports } from '../../ports.ts'

/**
 * The longest that the process sleeps without a look at the clock: a machine that was suspended, or whose clock was set
 * forward, is late by no more than this.
 */
const MAX_DELAY_MS = 60_000

/** Creates the process's one timer: a later `wakeAt` replaces an earlier one. */
export function createTimer(): { readonly wakeAt: Ports['wakeAt']; clear(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const clear = () => clearTimeout(timer)
  const wakeAt: Ports['wakeAt'] = (atMs, wake) => {
    clear()
    if (atMs === null) return
    const delayMs = atMs - Date.now()
    timer =
      delayMs > MAX_DELAY_MS
        ? setTimeout(() => wakeAt(atMs, wake), MAX_DELAY_MS)
        : setTimeout(wake, Math.max(0, delayMs))
  }
  return { wakeAt, clear }
}

/** Starts a wait that can be ended early. */
export function startTimer(afterMs: number): ReturnType<NonNullable<Ports['startTimer']>> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, afterMs)
  })
  return { over, cancel: () => clearTimeout(timer) }
}
