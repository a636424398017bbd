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
  if (header === null) return []
  const named = header.split(',').map((name) => name.trim().toLowerCase())
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
  const { readable, writable } = new DecompressionStream(format)
  const [reader, writer] = [readable.getReader(), writable.getWriter()]
  const output = createOutput(reader, maxBytes)
  try {
    for (let offset = 0; offset < body.length; offset += PIECE_BYTES) {
      // What is wrong with it is told by the reader too.
      const written = writer.write(body.slice(offset, offset + PIECE_BYTES)).then(nothing, nothing)
      while (await output.take(written));
      while (await output.take(soon()));
    }
    writer.close().then(nothing, nothing)
    // Its own: one that all share would keep whatever was ever raced with it.
    const never = new Promise<void>(nothing)
    while (await output.take(never));
    return concatenate(output.chunks)
  } catch (error) {
    if (error instanceof RequestError) throw error
    // The stream's own words differ from runtime to runtime.
    throw new RequestError('BODY_ENCODING_INVALID')
  }
}

/**
 * Collects what comes out of a decompressor. workerd's takes all that is written at once and keeps what it makes of it, however
 * much that is: so a piece is only written when everything that came of those before was taken.
 */
function createOutput(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number) {
  const chunks: Uint8Array[] = []
  let length = 0
  let reading: ReturnType<typeof reader.read> | null = null
  return {
    chunks,
    /** Takes what comes next. False where something else came first, or nothing more comes. */
    async take(orElse: Promise<void>): Promise<boolean> {
      reading ??= reader.read()
      const read = await Promise.race([reading, orElse])
      if (read === undefined || read.done) return false
      reading = null
      length += read.value.length
      if (length > maxBytes) {
        await reader.cancel()
        throw new RequestError('BODY_TOO_LARGE')
      }
      chunks.push(read.value)
      return true
    },
  }
}

const nothing = (): void => undefined
/** Comes after what is there already. */
const soon = (): Promise<void> => Promise.resolve().then(nothing).then(nothing)

/** Puts chunks together. */
export function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}
