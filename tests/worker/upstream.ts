/** A request as the upstream saw it. */
export interface Arrival {
  readonly atMs: number
  readonly body: { readonly data: { readonly email: string; readonly number: number } }
}

/** What the upstream answers: at once, or when its promise resolves. */
export type Answering = (arrival: Arrival, index: number) => Response | Promise<Response>

/** An upstream that takes contacts as Datatalks does, and remembers when each came. */
export interface Upstream {
  readonly url: string
  readonly arrivals: readonly Arrival[]
  answerWith(answering: Answering): void
  stop(): Promise<void>
}

const taken = () => Response.json({ status: 'ok' })

/** Starts an upstream on loopback. */
export function startUpstream(): Upstream {
  const arrivals: Arrival[] = []
  let answering: Answering = taken
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    async fetch(request) {
      const atMs = performance.now()
      const arrival = { atMs, body: (await request.json()) as Arrival['body'] }
      return answering(arrival, arrivals.push(arrival) - 1)
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    arrivals,
    answerWith: (next) => void (answering = next),
    stop: () => server.stop(true),
  }
}
