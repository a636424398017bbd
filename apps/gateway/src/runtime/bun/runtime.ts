import type { ProcessRuntime } from '../process/process-runtime.ts'
import { openSqlite } from './sqlite.ts'

/** How long a connection may lie still, and about as long again may the head of a request take, in seconds. */
const IDLE_SECONDS = 30

/**
 * Bun refuses what is declared to be larger by itself, with neither a problem nor an id. Every route has a cap of its own,
 * and nothing is read before that.
 */
const ANY_BODY_BYTES = Number.MAX_SAFE_INTEGER

/** What the process needs of Bun. */
export const BUN: ProcessRuntime = {
  openSqlite,
  listen(port, answer, idleSeconds = IDLE_SECONDS) {
    const server = Bun.serve({
      hostname: '127.0.0.1',
      port,
      fetch: answer,
      idleTimeout: idleSeconds,
      maxRequestBodySize: ANY_BODY_BYTES,
    })
    return { port: server.port ?? port, drain: () => server.stop(), close: () => server.stop(true) }
  },
  fetch: (request, init) => fetch(request, init),
}
