import type { Context, HonoRequest, MiddlewareHandler } from 'hono'
import { contentCodings, inflate } from '../flow/inflate.ts'
import { receive } from '../flow/receive.ts'
import type { Ports } from '../ports.ts'

/** How long the whole of a body may take, in milliseconds. */
const BODY_TIMEOUT_MS = 30_000
/** Bodies that were read. */
const read = new WeakMap<HonoRequest, Uint8Array<ArrayBuffer>>()

/**
 * Reads the body of a request once, up to a cap and inflated: whoever asks again gets the same bytes, Hono's own `json()` too.
 *
 * @param startTimer - Without one a sender may take any time, unless somebody read it before.
 * @throws RequestError as `receive`.
 */
export async function bodyOf(
  { req }: Pick<Context, 'req'>,
  maxBytes: number,
  startTimer?: Ports['startTimer'],
): Promise<Uint8Array<ArrayBuffer>> {
  const known = read.get(req)
  if (known !== undefined) return known
  const { method, url } = req.raw
  const { body } = await receive(req.raw, { maxBytes, timeoutMs: BODY_TIMEOUT_MS }, startTimer)
  const headers = new Headers(req.raw.headers)
  const codings = contentCodings(headers.get('content-encoding'))
  const bytes = new Uint8Array(codings.length === 0 ? body : await inflate(body, codings, maxBytes))
  // What reads it next gets it as it is now.
  for (const name of codings.length === 0 ? [] : ['content-encoding', 'content-length']) headers.delete(name)
  // What is not there has no type: some clients name one whatever they send, and a body may be left out.
  if (bytes.length === 0) headers.delete('content-type')
  read.set(req, bytes)
  req.raw = new Request(url, { method, headers, ...(bytes.length === 0 ? {} : { body: bytes }) })
  return bytes
}

/** Reads the body before whatever comes behind it, so that Hono's own `json()` waits for nobody and holds no more than the cap. */
export function bodyWithin(maxBytes: number, startTimer: Ports['startTimer']): MiddlewareHandler {
  return async (context, next) => {
    await bodyOf(context, maxBytes, startTimer)
    await next()
  }
}
