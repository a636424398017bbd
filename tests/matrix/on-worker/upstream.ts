import { Buffer } from 'node:buffer'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { MockReply, UpstreamMocks } from '@sluice/upstream-mocks'

/** By which header a request of the Worker says which one it is. */
const REQUEST_HEADER = 'x-matrix-request'
/** Real time goes on while that of the matrix stands still: a connection that is kept could end by itself in the middle of a call. */
const CLOSES = [['connection', 'close']] as const

/** A place on loopback where the upstreams of one cell after the other are. */
export interface Upstream {
  readonly port: number
  /** Requests that were not answered to their end: once nothing happens any more, they wait for a time. */
  readonly open: ReadonlySet<number>
  /** Serves the upstreams of another cell. */
  host(mocks: UpstreamMocks, observe: (request: Request, reply: Response | null) => Promise<void>): void
  /** Whether a request is never to be answered. */
  hangs(): boolean
  /** Refuses connections, until `listen`. */
  refuse(): Promise<void>
  listen(): Promise<void>
  /** Forgets the requests of a Worker that died. */
  forget(): void
  stop(): void
}

/** Starts it. `note` is told whenever something happens. */
export async function startUpstream(note: () => void): Promise<Upstream> {
  const open = new Map<number, 'busy' | 'hangs'>()
  let mocks: UpstreamMocks | null = null
  let observe: (request: Request, reply: Response | null) => Promise<void> = () => Promise.resolve()
  let server: Server | null = null
  let port = 0

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const id = Number(incoming.headers[REQUEST_HEADER])
    open.set(id, 'busy')
    note()
    outgoing.on('close', () => {
      open.delete(id)
      note()
    })
    const request = await requestOf(incoming)
    if (mocks === null) throw new Error('an upstream was called that no cell has')
    await observe(request.clone(), null)
    const reply = await mocks.handle(request)
    note()
    if (reply.kind === 'hang') {
      open.set(id, 'hangs')
      return
    }
    if (reply.kind === 'response') await observe(request, reply.response.clone())
    await write(reply, incoming, outgoing, () => open.delete(id))
  }
  const listen = async (): Promise<void> => {
    const started = createServer((incoming, outgoing) => {
      answer(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined))
    })
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    started.once('error', reject)
    started.listen(port, '127.0.0.1', resolve)
    await promise
    const address = started.address()
    port = typeof address === 'object' && address !== null ? address.port : port
    server = started
  }
  const refuse = async (): Promise<void> => {
    const ended = server
    if (ended === null) return
    server = null
    const { promise, resolve } = Promise.withResolvers<void>()
    ended.close(() => resolve())
    ended.closeAllConnections()
    await promise
  }
  await listen()
  return {
    port,
    get open() {
      return new Set(open.keys())
    },
    host(hosted, watch) {
      mocks = hosted
      observe = watch
    },
    hangs: () => [...open.values()].includes('hangs'),
    refuse,
    listen,
    forget: () => open.clear(),
    stop: () => void refuse(),
  }
}

/** @param atEnd - Called when all that is left is on its way: from then on the Worker is what is waited for. */
async function write(
  reply: Exclude<MockReply, { readonly kind: 'hang' }>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  atEnd: () => void,
): Promise<void> {
  if (reply.kind === 'reset') {
    atEnd()
    incoming.socket.destroy()
    return
  }
  const { status, headers, body } = reply.response
  if (reply.kind === 'response') {
    const bytes = Buffer.from(await reply.response.arrayBuffer())
    atEnd()
    outgoing.writeHead(status, [...headers, ...CLOSES].flat())
    outgoing.end(bytes)
    return
  }
  outgoing.writeHead(status, [...headers, ...CLOSES].flat())
  for await (const chunk of body ?? []) outgoing.write(chunk)
  atEnd()
  outgoing.end()
}

async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const headers = new Headers()
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '')
  }
  const method = incoming.method ?? 'GET'
  const url = `http://${incoming.headers.host ?? '127.0.0.1'}${incoming.url ?? '/'}`
  const hasBody = method !== 'GET' && method !== 'HEAD' && chunks.length > 0
  return new Request(url, { method, headers, ...(hasBody ? { body: Buffer.concat(chunks) } : {}) })
}
