import { RequestError } from '../problem.ts'
import type { ReceivedRequest } from '../sources/scheme.ts'

/**
 * Reads a request's body as the bytes that were sent, up to a cap.
 *
 * @throws RequestError `BODY_TOO_LARGE` above the cap, by what is declared or by what arrives; `BODY_INCOMPLETE` the
 * sender went away; `CONTENT_ENCODING_UNSUPPORTED`.
 */
export async function receive(request: Request, maxBodyBytes: number): Promise<ReceivedRequest> {
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  if (encoding.trim().toLowerCase() !== 'identity') throw new RequestError('CONTENT_ENCODING_UNSUPPORTED')
  const declared = request.headers.get('content-length')
  if (declared !== null && Number(declared) > maxBodyBytes) throw new RequestError('BODY_TOO_LARGE')
  // With a declared length the server reads no more than that; without one the stream is counted while it is read.
  const body = declared === null ? await readCapped(request, maxBodyBytes) : await readWhole(request)
  if (body.length > maxBodyBytes) throw new RequestError('BODY_TOO_LARGE')
  return { method: request.method, url: request.url, headers: request.headers, body }
}

async function readWhole(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer())
  } catch {
    throw new RequestError('BODY_INCOMPLETE')
  }
}

async function readCapped(request: Request, maxBodyBytes: number): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array()
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const chunk = await readChunk(reader)
    if (chunk === null) return concatenate(chunks, length)
    length += chunk.length
    if (length > maxBodyBytes) {
      await reader.cancel()
      throw new RequestError('BODY_TOO_LARGE')
    }
    chunks.push(chunk)
  }
}

async function readChunk(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | null> {
  try {
    const { done, value } = await reader.read()
    return done ? null : value
  } catch {
    throw new RequestError('BODY_INCOMPLETE')
  }
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}
