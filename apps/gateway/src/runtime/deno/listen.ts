import { secure } from '../../http/security-headers.ts'
import type { ProcessRuntime } from '../process/process-runtime.ts'

/** When to send again what was refused because the process ends: about as long as a new one takes to start. */
const RETRY_AFTER_SECONDS = '5'

function refuse(request: Request): Response {
  const response = new Response(null, { status: 503, headers: { 'retry-after': RETRY_AFTER_SECONDS } })
  secure(response.headers, request)
  return response
}

/**
 * Listens on loopback with Deno's own server.
 *
 * QUIRK deno: `shutdown` breaks off every body that is still being received. So what is under way is counted here, and the
 * server is shut down when nothing is; what comes meanwhile is refused.
 */
export const listen: ProcessRuntime['listen'] = (port, answer) => {
  const underWay = new Set<Promise<Response>>()
  const breakOff = new AbortController()
  let state: 'open' | 'draining' | 'shut' = 'open'

  const serve = async (request: Request): Promise<Response> => {
    if (state !== 'open') return refuse(request)
    const answered = Promise.resolve(answer(request))
    underWay.add(answered)
    try {
      return await answered
    } finally {
      underWay.delete(answered)
    }
  }
  // Without `onListen` Deno prints a line of its own.
  const options = { hostname: '127.0.0.1', port, signal: breakOff.signal, onListen: () => undefined }
  const server = Deno.serve(options, serve)

  return {
    port: server.addr.port,
    async drain() {
      state = 'draining'
      while (underWay.size > 0) await Promise.allSettled(underWay)
      if (state !== 'draining') return
      state = 'shut'
      await server.shutdown()
    },
    async close() {
      // QUIRK deno: to abort a server that shuts down throws `BadResource`. Nothing of it is under way but last bytes.
      if (state === 'shut') return
      state = 'shut'
      breakOff.abort()
      await server.finished
    },
  }
}
