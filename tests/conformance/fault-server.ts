import { once } from 'node:events'
import net from 'node:net'
import tls from 'node:tls'
import { gzipSync } from 'node:zlib'
import { createReader, type ReceivedRequest } from './received-request.ts'
import { selfSigned } from './self-signed.ts'
import type { FaultOrigins } from './suite.ts'

/** A request as it came, and how it came. */
interface Seen {
  readonly method: string
  /** Request line and headers. */
  readonly head: string
  readonly body: string
}

interface Exchange {
  readonly socket: net.Socket
  /** What the path says after the fault's name. */
  readonly argument: string
  /** Which request this is on its connection, from 1. */
  readonly nth: number
  /** Request line and headers. */
  readonly head: string
}

type Fault = (exchange: Exchange) => void

const reply = (status: string, headers = '', body = 'ok') =>
  `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`
const bomb = gzipSync(new Uint8Array(50_000_000)).toString('latin1')
const write = (socket: net.Socket, text: string) => void socket.write(text, 'latin1')

/** What the server does once it has read a request, by the first part of its path. */
const FAULTS: Readonly<Record<string, Fault>> = {
  echo: ({ socket, head }) => write(socket, reply('200 OK', '', head)),
  status: ({ socket, argument }) => write(socket, reply(`${argument} Status`)),
  redirect: ({ socket, argument }) => write(socket, reply(`${argument} Elsewhere`, 'location: /elsewhere\r\n', '')),
  interim: ({ socket }) => write(socket, `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${reply('200 OK')}`),
  latin1: ({ socket }) => write(socket, reply('200 OK', 'x-name: caf\u00e9\r\n', 'caf\u00e9')),
  gzip: ({ socket }) => write(socket, reply('200 OK', 'content-encoding: gzip\r\n', gzip('hello'))),
  sized: ({ socket, argument }) => write(socket, reply('200 OK', '', 'x'.repeat(Number(argument)))),
  empty: ({ socket }) => write(socket, 'HTTP/1.1 204 No Content\r\n\r\n'),
  chunked: ({ socket }) => write(socket, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'),
  'reset-after': ({ socket }) => void socket.resetAndDestroy(),
  'close-after': ({ socket }) => void socket.end(),
  hang: () => undefined,
  'hang-in-headers': ({ socket }) => write(socket, 'HTTP/1.1 200 OK\r\ncontent-le'),
  'hang-in-body': ({ socket }) => write(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc'),
  'cut-in-headers': ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\ncontent-le'),
  'cut-in-body': ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc'),
  'cut-in-chunks': ({ socket }) => void socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n'),
  'no-http': ({ socket }) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n'),
  'bad-gzip': ({ socket }) => write(socket, reply('200 OK', 'content-encoding: gzip\r\n', 'not gzip at all')),
  bomb: ({ socket }) => write(socket, reply('200 OK', 'content-encoding: gzip\r\n', bomb)),
  endless: ({ socket }) => {
    write(socket, 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    const chunk = `2000\r\n${'x'.repeat(0x2000)}\r\n`
    const more = (error?: Error | null) => void ((error ?? socket.destroyed) ? undefined : socket.write(chunk, more))
    more()
  },
  /** Answers on a new connection. One that was used before turns out dead. */
  'dies-reused': ({ socket, nth }) => (nth === 1 ? write(socket, reply('200 OK')) : void socket.destroy()),
  /** Leaves a connection that the server has closed by the time it is used again. */
  'closes-idle': ({ socket }) => void socket.end(reply('200 OK'), 'latin1'),
}

/**
 * Starts a server that misbehaves on demand, on loopback: `/<fault>/<argument>/<id>`. What it was asked with an id is told
 * at `/seen/-/<id>`.
 */
export async function startFaultServer(): Promise<{ readonly origins: FaultOrigins; close(): void }> {
  const seen = new Map<string, Seen[]>()
  const sockets = new Set<net.Socket>()
  const keep = (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  const answering = (socket: net.Socket) => {
    keep(socket)
    let nth = 0
    const read = createReader((request) => answer(seen, request, socket, (nth += 1)))
    socket.on('data', read)
  }
  const servers = {
    http: net.createServer(answering),
    reset: net.createServer((socket) => {
      keep(socket)
      socket.resetAndDestroy()
    }),
    https: tls.createServer(await selfSigned('localhost'), answering),
  }
  // Refused handshakes are what this server is for.
  servers.https.on('tlsClientError', () => undefined)
  const closed = net.createServer()
  const refused = await listen(closed)
  closed.close()
  const origins = {
    refused: `http://127.0.0.1:${refused}`,
    http: `http://127.0.0.1:${await listen(servers.http)}`,
    reset: `http://127.0.0.1:${await listen(servers.reset)}`,
    https: `https://localhost:${await listen(servers.https)}`,
  }
  return {
    origins,
    close: () => {
      for (const socket of sockets) socket.destroy()
      for (const server of Object.values(servers)) server.close()
    },
  }
}

function answer(seen: Map<string, Seen[]>, request: ReceivedRequest, socket: net.Socket, nth: number): void {
  const { method, target, head, body } = request
  const [, fault = '', argument = '', id = ''] = target.split('?')[0]?.split('/') ?? []
  if (fault === 'seen') {
    write(socket, reply('200 OK', 'connection: close\r\n', asciiJson(seen.get(id) ?? [])))
    return
  }
  seen.set(id, [...(seen.get(id) ?? []), { method, head, body }])
  FAULTS[fault]?.({ socket, argument, nth, head })
}

async function listen(server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('conformance: the server has no port')
  return address.port
}

/** Writes a byte above ASCII as an escape, so that it comes back as what it was. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\u0080-\u00ff]/g, (byte) => `\\u00${byte.charCodeAt(0).toString(16)}`)
}

function gzip(text: string): string {
  return gzipSync(text).toString('latin1')
}
