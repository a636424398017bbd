import type { ProcessRuntime } from '../process/process-runtime.ts'
import { openSqlite } from './sqlite.ts'

/** How long a connection may lie still, in seconds. */
const IDLE_SECONDS = 30

/** What the process needs of Bun. */
export const BUN: ProcessRuntime = {
  openSqlite,
  listen(port, answer) {
    const server = Bun.serve({ hostname: '127.0.0.1', port, fetch: answer, idleTimeout: IDLE_SECONDS })
    return { port: server.port ?? port, drain: () => server.stop(), close: () => server.stop(true) }
  },
  fetch: (request, init) => fetch(request, init),
}
