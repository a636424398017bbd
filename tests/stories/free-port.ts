/** Finds a port that was free a moment ago, for what has to be known before somebody listens there. */
export function freePort(): number {
  const server = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const port = server.port ?? 0
  void server.stop(true)
  return port
}
