import { createConnection } from 'node:net'

/** A request that an upstream has to refuse, and how it does. */
export interface WrongRequest {
  readonly name: string
  /** What is sent, once the sandbox listens: some requests need a token or a signature first. */
  readonly request: (url: string) => Promise<RawRequest> | RawRequest
  readonly status: number
  /** What the reply says. */
  readonly says: RegExp
}

/** A request as it goes over the wire. */
export interface RawRequest {
  readonly method: string
  /** Below the sandbox's address. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** A reply, read to its end. */
export interface RawReply {
  readonly status: number
  readonly text: string
}

/** Sends a request byte by byte as it stands, over a connection of its own: no client may mend it on the way. */
export function sendRaw(url: string, { method, path, headers = {}, body = '' }: RawRequest): Promise<RawReply> {
  const { hostname, port, host } = new URL(url)
  const bytes = Buffer.from(body)
  const all = { host, 'content-length': String(bytes.length), connection: 'close', ...headers }
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = createConnection({ host: hostname, port: Number(port) }, () => {
      socket.write(Buffer.concat([Buffer.from(`${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n`), bytes]))
    })
    socket.on('data', (chunk) => chunks.push(Buffer.from(chunk)))
    socket.on('error', reject)
    socket.on('close', () => resolve(parse(Buffer.concat(chunks).toString())))
  })
}

function parse(reply: string): RawReply {
  const end = reply.indexOf('\r\n\r\n')
  const [head, body] = [reply.slice(0, end), reply.slice(end + 4)]
  const isChunked = /^transfer-encoding: chunked$/im.test(head)
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]), text: isChunked ? joinChunks(body) : body }
}

/** The replies are short, and of one byte per letter: their chunks can be found in the text. */
function joinChunks(body: string): string {
  const size = Number.parseInt(body, 16)
  if (!(size > 0)) return ''
  const start = body.indexOf('\r\n') + 2
  return body.slice(start, start + size) + joinChunks(body.slice(start + size + 2))
}

/** Writes a multipart form by hand, so that it can be wrong. */
export function multipartBody(
  parts: Readonly<Record<string, string | { readonly filename: string; readonly content: string }>>,
): { readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  const boundary = 'contract-suite'
  const written = Object.entries(parts).map(([name, part]) =>
    typeof part === 'string'
      ? `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${part}\r\n`
      : `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${part.filename}"\r\nContent-Type: text/csv\r\n\r\n${part.content}\r\n`,
  )
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: `${written.join('')}--${boundary}--\r\n`,
  }
}
