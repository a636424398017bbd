import { bytesOf } from './target.ts'

/** A request as one text, so that it can be changed anywhere. */
export interface HttpMessage {
  readonly method: string
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array<ArrayBuffer>
}

const END_OF_HEADERS = '\n\n'
/** About as many as a server lets pass. */
const MAX_HEADERS = 200

/** Writes a request: its first line, its headers, an empty line, its body. */
export function writeMessage(message: HttpMessage): Uint8Array {
  const lines = [
    `${message.method} ${message.url}`,
    ...[...message.headers].map(([name, value]) => `${name}: ${value}`),
  ]
  const head = bytesOf(`${lines.join('\n')}${END_OF_HEADERS}`)
  const written = new Uint8Array(head.length + message.body.length)
  written.set(head)
  written.set(message.body, head.length)
  return written
}

/** Reads what is left of a request. Header lines that no server would let pass are left out. */
export function readMessage(input: Uint8Array): HttpMessage {
  const text = Buffer.from(input).toString('latin1')
  const end = text.indexOf(END_OF_HEADERS)
  const [first = '', ...lines] = (end === -1 ? text : text.slice(0, end)).split('\n')
  const blank = first.indexOf(' ')
  const headers = new Headers()
  for (const line of lines.slice(0, MAX_HEADERS)) appendLine(headers, line)
  return {
    method: blank === -1 ? first : first.slice(0, blank),
    url: blank === -1 ? '' : first.slice(blank + 1),
    headers,
    body: end === -1 ? new Uint8Array() : new Uint8Array(input.subarray(end + END_OF_HEADERS.length)),
  }
}

function appendLine(headers: Headers, line: string): void {
  const colon = line.indexOf(':')
  try {
    headers.append(line.slice(0, Math.max(0, colon)), line.slice(colon + 1))
  } catch {
    // A name or a value that no Headers holds never reaches a verifier.
  }
}
