import { StoreError } from '@sluice/errors'
import type { ClockOptions } from './clock.ts'

/** Starts a wait that can be ended early. */
export type StartTimer = ClockOptions['timer']

/**
 * How long an object may take to answer, in milliseconds. The platform sets no end to a call of another object, so these are our own:
 * who waits is told what it is told where an object is not reached.
 */
export const ANSWER_MS = {
  /**
   * As long as the platform gives an object to begin before it resets it.
   *
   * @see https://developers.cloudflare.com/durable-objects/api/state/#blockconcurrencywhile
   */
  shard: 30_000,
  /** A gate answers from memory, and waits 100 ms at most. With each word sent three times it is less than the time of a request. */
  gate: 5000,
  /** Each request with a key waits for that first, and senders give up after some seconds. */
  control: 3000,
} as const

/** Calls that wait for an upstream themselves, or for somebody who does, take longer by as much. */
const WAITS_MS: Readonly<Record<PropertyKey, number>> = {
  // The longest call, what it waits for its gate before and after.
  call: 90_000,
  // A token, and the call.
  test: 90_000,
  // See `FETCH_MS` of the token keeper.
  token: 45_000,
}

/**
 * Has every call of another object end in time. What the object does all the same is found as after a lost answer.
 *
 * @param object - Its stub. The calls of what is returned throw StoreError `STORE_UNAVAILABLE`, with its cause, where the object does
 * not answer in time, or is not reached.
 */
export function inTime<Stub extends object>(object: Stub, answerMs: number, startTimer: StartTimer): Stub {
  return new Proxy(object, {
    get(target, method) {
      const call: unknown = Reflect.get(target, method)
      if (typeof call !== 'function') return call
      return async (...values: readonly unknown[]): Promise<unknown> => {
        const timer = startTimer(WAITS_MS[method] ?? answerMs)
        try {
          const answer: unknown = Reflect.apply(call, target, values)
          return await Promise.race([answer, timer.over.then(late)])
        } catch (cause) {
          throw new StoreError('STORE_UNAVAILABLE', 'store: the object was not reached', cause)
        } finally {
          timer.cancel()
        }
      }
    },
  })
}

function late(): never {
  throw new Error('an object did not answer in time')
}
