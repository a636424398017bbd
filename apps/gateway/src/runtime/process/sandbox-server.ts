import { Buffer } from 'node:buffer'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout } from 'node:timers'
import { createUpstreamMocks, type MockSettingsInput, type UpstreamMocks } from '@sluice/upstream-mocks'
import { createLog } from './log.ts'
import { StartError } from './start-error.ts'

/** The sandbox of all three upstreams, listening. */
export interface Sandbox {
  readonly url: string
  readonly mocks: UpstreamMocks
  stop(): void
}

/**
 * Serves the mocks of all three upstreams on loopback. `node:http` and not the runtime's own server,
 * because a fault may have to destroy the connection itself.
 *
 * @param settings - What differs from the defaults of the mocks.
 * @throws StartError the port is in use.
 */
export async function startSandbox(port: number, settings: MockSettingsInput = {}): Promise<Sandbox> {
  const mocks = createUpstreamMocks({
    settings,
    nowMs: Date.now,
    random: Math.random,
    newId: () => crypto.randomUUID(),
    schedule: (afterMs, work) => void setTimeout(work, afterMs).unref(),
    fetch,
  })
  const server = createServer((incoming, outgoing) => {
    answer(mocks, incoming, outgoing).catch((error: unknown) => {
      createLog('info')('error', 'sandbox failed', { error: error instanceof Error ? error.name : 'unknown' })
      outgoing.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE'
      reject(inUse ? new StartError(`port ${port} is in use (SANDBOX_PORT)`) : error)
    })
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  const listening = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `http://127.0.0.1:${listening}`,
    mocks,
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}

async function answer(mocks: UpstreamMocks, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const request = await toRequest(incoming)
  const reply = await mocks.handle(request, { address: incoming.socket.remoteAddress ?? '127.0.0.1' })
  switch (reply.kind) {
    case 'hang':
      return
    case 'reset':
      incoming.socket.destroy()
      return
    case 'response': {
      const body = Buffer.from(await reply.response.arrayBuffer())
      outgoing.writeHead(reply.response.status, [...reply.response.headers].flat())
      outgoing.end(body)
      return
    }
    case 'slow':
      outgoing.writeHead(reply.response.status, [...reply.response.headers].flat())
      for await (const chunk of reply.response.body ?? []) outgoing.write(chunk)
      outgoing.end()
  }
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
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
