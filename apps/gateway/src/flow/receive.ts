import type { Ports } from '../ports.ts'
import { RequestError } from '../problem.ts'
import type { ReceivedRequest } from '../sources/scheme.ts'
import { concatenate, contentCodings } from './inflate.ts'

/** How much of a body is read, and for how long. */
export interface ReceiveLimits {
  /** Of the bytes as they were sent, compressed where they are. */
  readonly maxBytes: number
  /** For the whole of the body, from when its request came, in milliseconds. */
  readonly timeoutMs: number
}

/**
 * Reads a request's body as the bytes that were sent, up to a cap and no longer than a time.
 *
 * @param startTimer - Without one a sender may take any time.
 * @throws RequestError `BODY_TOO_LARGE` above the cap, by what is declared or by what arrives; `BODY_INCOMPLETE` the
 * sender went away; `BODY_TIMEOUT` it was too slow; `CONTENT_ENCODING_UNSUPPORTED`, before anything is read.
 */
export async function receive(
  request: Request,
  { maxBytes, timeoutMs }: ReceiveLimits,
  startTimer?: Ports['startTimer'],
): Promise<ReceivedRequest> {
  const { headers } = request
  contentCodings(headers.get('content-encoding'))
  const length = declaredLength(headers)
  if (length > maxBytes) throw new RequestError('BODY_TOO_LARGE')
  const reading = startReading(request, maxBytes, !Number.isNaN(length))
  const body = await (startTimer === undefined ? reading.body : inTime(reading, startTimer(timeoutMs)))
  if (body.length > maxBytes) throw new RequestError('BODY_TOO_LARGE')
  return { method: request.method, url: request.url, headers, body }
}

/** What `Content-Length` says; NaN where that is nothing that can be relied on. */
function declaredLength(headers: Headers): number {
  const declared = headers.get('content-length') ?? ''
  return /^\d+$/.test(declared) ? Number(declared) : Number.NaN
}

/** A body that is being read, and how to give that up. */
interface Reading {
  readonly body: Promise<Uint8Array>
  readonly giveUp: () => void
}

function startReading(request: Request, maxBytes: number, isDeclared: boolean): Reading {
  // With a declared length the server reads no more than that; without one the stream is counted while it is read. To ask
  // for the stream is dear, so that is not done where it is not needed.
  if (isDeclared || request.body === null) {
    const whole = request.arrayBuffer().then((bytes) => new Uint8Array(bytes), refuseIncomplete)
    return { body: whole, giveUp: () => undefined }
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  const giveUp = () => void reader.cancel().catch(() => undefined)
  return { body: readCapped(reader, maxBytes).catch(refuseIncomplete), giveUp }
}

function refuseIncomplete(error: unknown): never {
  throw error instanceof RequestError ? error : new RequestError('BODY_INCOMPLETE')
}

/** One promise and one timer, and nothing else: this runs for every request, and nearly every body is there at once. */
function inTime({ body, giveUp }: Reading, timer: ReturnType<NonNullable<Ports['startTimer']>>): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    body.then(
      (bytes) => {
        timer.cancel()
        resolve(bytes)
      },
      (error: unknown) => {
        timer.cancel()
        reject(error)
      },
    )
    void timer.over.then(() => {
      giveUp()
      reject(new RequestError('BODY_TIMEOUT'))
    })
  })
}

/**
 * Reads a stream to its end, and no further than a cap.
 *
 * @throws RequestError `BODY_TOO_LARGE`; and whatever the stream ends with.
 */
async function readCapped(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concatenate(chunks)
    length += value.length
    if (length > maxBytes) {
      await reader.cancel()
      throw new RequestError('BODY_TOO_LARGE')
    }
    chunks.push(value)
  }
}
