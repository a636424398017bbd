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

/**
 * Posts the event over keep-alive connections, each sending the next request when it has the reply to the last.
 *
 * @throws Error a status other than 202, a connection that was closed, or no reply at all.
 */
export async function generateLoad(options: LoadOptions): Promise<LoadResult> {
  const url = new URL(options.url)
  const request = requestBytes(url)
  const latencies: number[] = []
  let replies = 0
  let phase: 'warm-up' | 'counting' | 'over' = 'warm-up'
  const failure = Promise.withResolvers<never>()

  const connect = () => {
    let sentAtMs = 0
    const read = createReplyReader((status) => {
      replies += 1
      if (status !== 202) failure.reject(new Error(`bench: a reply with status ${status}`))
      if (phase === 'counting') latencies.push(performance.now() - sentAtMs)
    })
    const send = (socket: Bun.Socket) => {
      if (phase === 'over') return
      sentAtMs = performance.now()
      // One request waits at a time, so the socket's buffer has room for all of it.
      if (socket.write(request) !== request.length) failure.reject(new Error('bench: a request was cut'))
    }
    return Bun.connect({
      hostname: url.hostname,
      port: Number(url.port),
      socket: {
        open: send,
        data(socket, chunk) {
          const before = replies
          read(chunk)
          if (replies > before) send(socket)
        },
        close: () => phase === 'over' || failure.reject(new Error('bench: the server closed a connection')),
        error: (_socket, error) => failure.reject(error),
      },
    })
  }

  const run = async (): Promise<LoadResult> => {
    const sockets = await Promise.all(Array.from({ length: options.connections }, connect))
    await Bun.sleep(options.warmUpSeconds * 1000)
    phase = 'counting'
    const startedAtMs = performance.now()
    await Bun.sleep(options.seconds * 1000)
    const elapsedMs = performance.now() - startedAtMs
    phase = 'over'
    for (const socket of sockets) socket.end()
    if (latencies.length === 0) throw new Error('bench: no reply')
    return {
      perSecond: (latencies.length * 1000) / elapsedMs,
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
      replies,
    }
  }
  return Promise.race([run(), failure.promise])
}
