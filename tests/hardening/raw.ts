import { connect } from 'node:net'

/** How long a server may take to answer and close, in milliseconds. */
const DEADLINE_MS = 10_000

/** What came back over a connection until it was closed. */
export interface RawReply {
  /** 0 where the connection was closed without an answer. */
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** Every byte, as Latin-1. */
  readonly text: string
}

/**
 * Sends bytes as they are over a connection of its own, and reads until the server closes it. Requests ask for that by
 * `Connection: close`, as {@link rawRequest} does.
 *
 * @param bytes - Text is sent as Latin-1: a character is a byte.
 * @throws Error the server did not close it.
 */
export async function sendRaw(url: string, bytes: string): Promise<RawReply> {
  const { port } = new URL(url)
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const socket = connect(Number(port), '127.0.0.1')
  let text = ''
  const overdue = setTimeout(() => reject(new Error(`not closed, after: ${text.slice(0, 200)}`)), DEADLINE_MS)
  socket.setEncoding('latin1')
  socket.on('data', (part) => (text += String(part)))
  socket.on('close', () => resolve(text))
  // A server that refuses may reset the connection: what it said before counts.
  socket.on('error', () => resolve(text))
  socket.write(Buffer.from(bytes, 'latin1'))
  try {
    return parseReply(await promise)
  } finally {
    clearTimeout(overdue)
    socket.destroy()
  }
}

/** Writes a request: its first line, then headers and a body as they are given. */
export function rawRequest(line: string, headers: readonly string[] = [], body = ''): string {
  return [line, 'Host: gateway.test', 'Connection: close', ...headers, '', body].join('\r\n')
}

function parseReply(text: string): RawReply {
  const end = text.indexOf('\r\n\r\n')
  const [line = '', ...fields] = (end < 0 ? text : text.slice(0, end)).split('\r\n')
  const headers = fields.map((field): [string, string] => {
    const colon = field.indexOf(':')
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()]
  })
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1] ?? 0)
  return { status, headers: new Map(headers), body: end < 0 ? '' : text.slice(end + 4), text }
}
