import { createUpstreamMocks, type UpstreamMocks } from '@sluice/upstream-mocks'

/** Upstreams that take a while. */
export interface SlowUpstreams {
  readonly url: string
  readonly mocks: UpstreamMocks
  /** How many contacts they have taken so far, each for itself. */
  taken(): number
  stop(): Promise<void>
}

/** Serves the mocks of all three upstreams on loopback, each reply after `afterMs`. */
export function startSlowUpstreams(afterMs: number): SlowUpstreams {
  const mocks = createUpstreamMocks({ nowMs: Date.now })
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const reply = await mocks.handle(request)
      await Bun.sleep(afterMs)
      return reply.kind === 'response' ? reply.response : new Response(null, { status: 500 })
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    mocks,
    taken: () => Object.values(mocks.tallies()).reduce((sum, { effects }) => sum + effects, 0),
    stop: () => server.stop(true),
  }
}
