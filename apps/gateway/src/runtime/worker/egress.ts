import type { Fetch } from '@sluice/http-client'
import type { PlatformLimits } from './limits.ts'

/** How an object's requests leave: some itself, the others by way of the Worker, where each is an invocation of its own. */
export interface Egress {
  readonly fetch: Fetch
  /** Begins another invocation, which may send as many requests, and call the Worker as often, again. */
  begin(): void
  /** Resolves when a request waits for another invocation. */
  exhausted(): Promise<void>
}

/**
 * Creates the egress of an object.
 *
 * @param ways.direct - Sends a request from here.
 * @param ways.relayed - Has the Worker send it.
 */
export function createEgress(
  ways: { readonly direct: Fetch; readonly relayed: Fetch },
  limits: Pick<PlatformLimits, 'openConnections' | 'ownCalls' | 'roundRequests'>,
): Egress {
  let open = 0
  let callsLeft = limits.ownCalls
  let requestsLeft = limits.roundRequests
  const waiting: (() => void)[] = []
  let exhausted = Promise.withResolvers<void>()

  const wayOut = async (): Promise<'direct' | 'relayed'> => {
    for (;;) {
      if (requestsLeft > 0 && open < limits.openConnections) {
        requestsLeft -= 1
        open += 1
        return 'direct'
      }
      if (requestsLeft > 0 && callsLeft > 0) {
        requestsLeft -= 1
        callsLeft -= 1
        return 'relayed'
      }
      exhausted.resolve()
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }

  return {
    async fetch(request, init) {
      if ((await wayOut()) === 'relayed') return ways.relayed(request, init)
      try {
        return await ways.direct(request, init)
      } finally {
        open -= 1
        waiting.shift()?.()
      }
    },
    begin() {
      callsLeft = limits.ownCalls
      requestsLeft = limits.roundRequests
      exhausted = Promise.withResolvers<void>()
      for (const resolve of waiting.splice(0)) resolve()
    },
    exhausted: () => exhausted.promise,
  }
}
