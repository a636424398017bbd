import { AsyncLocalStorage } from 'node:async_hooks'
import type { Timer } from './clock.ts'

/** Where the timers go that code sets while a world runs it. */
export interface TimerScope {
  after(ms: number, work: () => void): Timer
  cancel(timer: Timer): void
}

/** What a timer of a world looks like to the code that set it. */
class ScopedTimer {
  readonly scope: TimerScope
  readonly timer: Timer

  constructor(scope: TimerScope, timer: Timer) {
    this.scope = scope
    this.timer = timer
  }
}

const scopes = new AsyncLocalStorage<TimerScope>()
const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout }
/** What WebCrypto does on other threads, which no turn of the event loop waits for. */
const CRYPTO_METHODS = ['sign', 'verify', 'digest', 'importKey'] as const
let cryptoUnderWay = 0
let cryptoCalls = 0
let installed = false

/** Runs work whose `setTimeout` is that of a world, also in everything that it calls later. */
export function runWithin<Result>(scope: TimerScope, work: () => Result): Result {
  return scopes.run(scope, work)
}

/** Counts the calls of WebCrypto: so many in all, so many that have not ended. */
export function cryptoActivity(): { readonly calls: number; readonly underWay: number } {
  return { calls: cryptoCalls, underWay: cryptoUnderWay }
}

/**
 * Puts the ambient timers under the worlds' clocks: a time-out that real code sets with `setTimeout` belongs to the world
 * that runs it. Outside of every world nothing changes, and so it can stay.
 */
export function installAmbient(): void {
  if (installed) return
  installed = true
  replace('setTimeout', (work: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) => {
    const scope = scopes.getStore()
    if (scope === undefined) return real.setTimeout(work, ms, ...values)
    return new ScopedTimer(
      scope,
      scope.after(ms, () => scopes.run(scope, () => work(...values))),
    )
  })
  replace('clearTimeout', (handle: unknown) => {
    if (handle instanceof ScopedTimer) handle.scope.cancel(handle.timer)
    else real.clearTimeout(handle as Parameters<typeof clearTimeout>[0])
  })
  for (const name of CRYPTO_METHODS) countCalls(name)
}

function replace(name: 'setTimeout' | 'clearTimeout', value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
}

function countCalls(name: (typeof CRYPTO_METHODS)[number]): void {
  const method: (...values: never[]) => Promise<unknown> = crypto.subtle[name]
  Object.defineProperty(crypto.subtle, name, {
    configurable: true,
    writable: true,
    value: (...values: never[]) => {
      cryptoCalls += 1
      cryptoUnderWay += 1
      return method.apply(crypto.subtle, values).finally(() => (cryptoUnderWay -= 1))
    },
  })
}
