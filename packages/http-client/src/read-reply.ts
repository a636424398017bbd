import { TransportError } from '@sluice/errors'

import type { Deadline } from './deadline.ts'
import { joinBytes } from './join-bytes.ts'

/**
 * Reads a reply's body to its end, counting bytes as they come out of decompression, so that a small compressed reply
 * that grows without end is cut at the limit.
 *
 * @param label - Method, host and path template.
 * @throws TransportError `REPLY_TOO_LARGE` more than `maxBytes`.
 */
export async function readCapped(
  response: Response,
  maxBytes: number,
  deadline: Deadline,
  label: string,
): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array()
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (let part = await deadline.wait(reader.read()); !part.done; part = await deadline.wait(reader.read())) {
      size += part.value.byteLength
      if (size > maxBytes) {
        throw new TransportError(
          'REPLY_TOO_LARGE',
          'maybe-sent',
          `${label}: the reply is larger than ${maxBytes} bytes`,
        )
      }
      chunks.push(part.value)
    }
  } catch (error) {
    // Not awaited: a connection that hangs may hang here too.
    reader.cancel().catch(() => undefined)
    throw error
  }
  return joinBytes(chunks)
}

/** Lets go of a body that is not read, so that its connection is freed. */
export function discardBody(response: Response): void {
  response.body?.cancel().catch(() => undefined)
}
