import type { Context, HonoRequest } from 'hono'
import { contentCodings, inflate } from '../flow/inflate.ts'
import { receive } from '../flow/receive.ts'

/** How long the whole of a body may take, in milliseconds. */
const BODY_TIMEOUT_MS = 30_000
/** Bodies that were read. */
const read = new WeakMap<HonoRequest, Uint8Array<ArrayBuffer>>()

/**
 * Reads the body of a request once, up to a cap and inflated: whoever asks again gets the same bytes, Hono's own `json()` too.
 *
 * @throws RequestError as `receive`.
 */
export async function bodyOf({ req }: Pick<Context, 'req'>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const known = read.get(req)
  if (known !== undefined) return known
  const { method, url } = req.raw
  const { body } = await receive(req.raw, { maxBytes, timeoutMs: BODY_TIMEOUT_MS })
  const headers = new Headers(req.raw.headers)
  const codings = contentCodings(headers.get('content-encoding'))
  const bytes = new Uint8Array(codings.length === 0 ? body : await inflate(body, codings, maxBytes))
  // What reads it next gets it as it is now.
  for (const name of codings.length === 0 ? [] : ['content-encoding', 'content-length']) headers.delete(name)
  read.set(req, bytes)
  req.raw = new Request(url, { method, headers, ...(bytes.length === 0 ? {} : { body: bytes }) })
  return bytes
}
