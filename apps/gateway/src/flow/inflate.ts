import { RequestError } from '../problem.ts'

/** How many codings a body may have, one over the other. Nobody honest sends more than one. */
const MAX_CODINGS = 2
/** What is given to the decompressor at once: it yields at most about a thousand times as much before it is stopped. */
const PIECE_BYTES = 4096

/** A coding, as `DecompressionStream` calls it. */
export type Coding = 'gzip' | 'deflate'

/** The codings of `Content-Encoding` by the names that `DecompressionStream` has for them; `deflate` is zlib in both. */
const FORMATS: ReadonlyMap<string, Coding> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
])

/**
 * Reads how a body is coded, in the order in which the codings were put on.
 *
 * @throws RequestError `CONTENT_ENCODING_UNSUPPORTED` another coding than gzip or deflate, or more than two.
 * @see RFC 9110 section 8.4 https://www.rfc-editor.org/rfc/rfc9110#section-8.4
 */
export function contentCodings(header: string | null): readonly Coding[] {
  const named = (header ?? '').split(',').map((name) => name.trim().toLowerCase())
  const codings = named.filter((name) => name !== '' && name !== 'identity').map((name) => FORMATS.get(name))
  if (codings.length > MAX_CODINGS) throw new RequestError('CONTENT_ENCODING_UNSUPPORTED')
  return codings.map((format) => {
    if (format === undefined) throw new RequestError('CONTENT_ENCODING_UNSUPPORTED')
    return format
  })
}

/**
 * Takes the codings off a body, the last one first. What comes out is counted while it comes, so a small body that would
 * become a huge one costs no more than the cap.
 *
 * @throws RequestError `BODY_TOO_LARGE` above the cap after any of the codings; `BODY_ENCODING_INVALID` not coded as it
 * says, cut off, or followed by something else.
 */
export async function inflate(body: Uint8Array, codings: readonly Coding[], maxBytes: number): Promise<Uint8Array> {
  let inflated = body
  for (const format of codings.toReversed()) inflated = await inflateOnce(inflated, format, maxBytes)
  return inflated
}

async function inflateOnce(body: Uint8Array, format: Coding, maxBytes: number): Promise<Uint8Array> {
  const inflater = new DecompressionStream(format)
  const reader: ReadableStreamDefaultReader<Uint8Array> = inPieces(body).pipeThrough(inflater).getReader()
  try {
    return await readCapped(reader, maxBytes)
  } catch (error) {
    if (error instanceof RequestError) throw error
    // The stream's own words differ from runtime to runtime.
    throw new RequestError('BODY_ENCODING_INVALID')
  }
}

/** Hands a body out bit by bit, each bit only when what came before it was taken. */
function inPieces(body: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0
  return new ReadableStream(
    {
      pull(controller) {
        if (offset >= body.length) return controller.close()
        controller.enqueue(body.slice(offset, offset + PIECE_BYTES))
        offset += PIECE_BYTES
      },
    },
    { highWaterMark: 0 },
  )
}

/**
 * Reads a stream to its end, and no further than a cap.
 *
 * @throws RequestError `BODY_TOO_LARGE`; and whatever the stream ends with.
 */
export async function readCapped(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concatenate(chunks, length)
    length += value.length
    if (length > maxBytes) {
      await reader.cancel()
      throw new RequestError('BODY_TOO_LARGE')
    }
    chunks.push(value)
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
