import { requestBytes } from './event.ts'
import { createReplyReader } from './replies.ts'
import { percentile } from './statistics.ts'

export interface LoadOptions {
  readonly url: string
  readonly connections: number
  /** How long replies are counted, in seconds, and how long the same load runs before, uncounted. */
  readonly seconds: number
  readonly warmUpSeconds: number
}

/** What a load came to. */
export interface LoadResult {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** All replies, those of the warm-up included: as many events must be on disk. */
  readonly replies: number
}

/** What all connections of a load write down together. */
interface Tally {
  phase: 'warm-up' | 'counting' | 'over'
  replies: number
  readonly latenciesMs: number[]
  readonly fail: (error: Error) => void
}

/**
 * Posts the event over keep-alive connections, each sending the next request when it has the reply to the last.
 *
 * @throws Error a status other than 202, a connection that was closed, or no reply at all.
 */
export async function generateLoad(options: LoadOptions): Promise<LoadResult> {
  const failure = Promise.withResolvers<never>()
  const tally: Tally = { phase: 'warm-up', replies: 0, latenciesMs: [], fail: failure.reject }
  return Promise.race([run(options, tally), failure.promise])
}

async function run({ url, connections, seconds, warmUpSeconds }: LoadOptions, tally: Tally): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => connect(new URL(url), tally)))
  await Bun.sleep(warmUpSeconds * 1000)
  tally.phase = 'counting'
  const startedAtMs = performance.now()
  await Bun.sleep(seconds * 1000)
  const elapsedMs = performance.now() - startedAtMs
  tally.phase = 'over'
  for (const socket of sockets) socket.end()
  const { latenciesMs, replies } = tally
  if (latenciesMs.length === 0) throw new Error('bench: no reply')
  return {
    perSecond: (latenciesMs.length * 1000) / elapsedMs,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    replies,
  }
}

function connect(url: URL, tally: Tally): Promise<Bun.Socket> {
  const request = requestBytes(url)
  let sentAtMs = 0
  const send = (socket: Bun.Socket) => {
    sentAtMs = performance.now()
    // One request waits at a time, so the socket's buffer has room for all of it.
    if (socket.write(request) !== request.length) tally.fail(new Error('bench: a request was cut'))
  }
  let unanswered = true
  const read = createReplyReader((status) => {
    unanswered = false
    tally.replies += 1
    if (status !== 202) tally.fail(new Error(`bench: a reply with status ${status}`))
    if (tally.phase === 'counting') tally.latenciesMs.push(performance.now() - sentAtMs)
  })
  return Bun.connect({
    hostname: url.hostname,
    port: Number(url.port),
    socket: {
      open: send,
      data(socket, chunk) {
        read(chunk)
        if (unanswered || tally.phase === 'over') return
        unanswered = true
        send(socket)
      },
      close() {
        if (tally.phase !== 'over') tally.fail(new Error('bench: the server closed a connection'))
      },
      error: (_socket, error) => tally.fail(error),
    },
  })
}
