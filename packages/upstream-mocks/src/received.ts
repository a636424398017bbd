/** A request as it came over the wire, read to its end. */
export interface Received {
  readonly atMs: number
  readonly method: string
  readonly url: string
  /** Path as received, with the upstream's prefix, still percent-encoded. */
  readonly path: string
  /** Query without its question mark, still percent-encoded. */
  readonly query: string
  readonly headers: Headers
  readonly bytes: Uint8Array
  /** Network address of the caller, to which ContactNow binds its tokens. */
  readonly address: string
}

/** Returns the path of a URL, as it is written there. */
export function pathOf(url: string): string {
  return split(url).path
}

/** Reads a request to its end. */
export async function receive(request: Request, address: string, atMs: number): Promise<Received> {
  const bytes = new Uint8Array(await request.arrayBuffer())
  return {
    atMs,
    method: request.method,
    url: request.url,
    ...split(request.url),
    headers: request.headers,
    bytes,
    address,
  }
}

/** Returns the media type of the body in lower case, without parameters, or the empty string. */
export function mediaTypeOf(received: Received): string {
  return (received.headers.get('content-type') ?? '').split(';', 1).join('').trim().toLowerCase()
}

/**
 * Reads a multipart body.
 *
 * @returns Null when the body is not the multipart form that its Content-Type announces.
 */
export async function readMultipart(received: Received): Promise<FormData | null> {
  const contentType = received.headers.get('content-type') ?? ''
  if (mediaTypeOf(received) !== 'multipart/form-data') return null
  try {
    return await new Response(received.bytes.slice(), { headers: { 'content-type': contentType } }).formData()
  } catch {
    return null
  }
}

/** Reads a body as UTF-8 text; bytes that are not UTF-8 become U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}

const decoder = new TextDecoder()

function split(url: string): { path: string; query: string } {
  const fromPath = url.indexOf('/', url.indexOf('//') + 2)
  const end = url.indexOf('#') === -1 ? url.length : url.indexOf('#')
  const mark = url.indexOf('?')
  const endOfPath = mark === -1 ? end : mark
  return {
    path: fromPath === -1 ? '/' : url.slice(fromPath, endOfPath),
    query: mark === -1 ? '' : url.slice(mark + 1, end),
  }
}
