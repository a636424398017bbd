import type { Address } from './address.ts'

const CALL_TIMEOUT_MS = 10_000
const NOBODY_THERE = 503

/** A fixed address that leads to whichever life of the gateway there is. */
export interface CallbackRelay {
  readonly url: string
  stop(): void
}

/** Passes callbacks on: the gateway listens elsewhere in each of its lives, and an upstream knows one address only. */
export function startCallbackRelay(address: Address): CallbackRelay {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const to = address.now()
      if (to === null) return new Response(null, { status: NOBODY_THERE })
      const { pathname } = new URL(request.url)
      const body = await request.arrayBuffer()
      const headers = { 'content-type': request.headers.get('content-type') ?? '' }
      const signal = AbortSignal.timeout(CALL_TIMEOUT_MS)
      // It died in the call, or just before: the upstream hears what it would hear from a proxy.
      return fetch(`${to}${pathname}`, { method: request.method, headers, body, signal }).then(
        ({ status }) => new Response(null, { status }),
        () => new Response(null, { status: NOBODY_THERE }),
      )
    },
  })
  return { url: `http://127.0.0.1:${server.port}`, stop: () => void server.stop(true) }
}
