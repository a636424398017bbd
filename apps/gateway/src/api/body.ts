import type { Context, HonoRequest } from 'hono'
import { receive } from '../flow/receive.ts'

/** Bodies that were read. */
const read = new WeakMap<HonoRequest, Uint8Array<ArrayBuffer>>()

/**
 * Reads the body of a request once, up to a cap: whoever asks again gets the same bytes, Hono's own `json()` too.
 *
 * @throws RequestError as `receive`.
 */
export async function bodyOf({ req }: Pick<Context, 'req'>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const known = read.get(req)
  if (known !== undefined) return known
  const { method, url, headers } = req.raw
  const { body } = await receive(req.raw, maxBytes)
  const bytes = new Uint8Array(body)
  read.set(req, bytes)
  req.raw = new Request(url, { method, headers, ...(bytes.length === 0 ? {} : { body: bytes }) })
  return bytes
}
