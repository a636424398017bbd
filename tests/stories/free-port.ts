/** Below the ports that systems give to outgoing calls, one of which could else take it meanwhile. */
const FIRST_PORT = 20_000
const PORTS = 12_000
const TRIES = 100

/**
 * Finds a port on which nobody listens, for what has to be known before somebody does.
 *
 * @throws Error all that were tried are taken.
 */
export function freePort(): number {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = FIRST_PORT + Math.floor(Math.random() * PORTS)
    if (isFree(port)) return port
  }
  throw new Error(`none of ${TRIES} ports is free`)
}

function isFree(port: number): boolean {
  try {
    void Bun.serve({ hostname: '127.0.0.1', port, fetch: () => new Response() }).stop(true)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false
    throw error
  }
}
