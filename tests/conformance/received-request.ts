/** A request as a socket brought it; each character is a byte. */
export interface ReceivedRequest {
  readonly method: string
  readonly target: string
  /** Request line and headers, without the blank line. */
  readonly head: string
  readonly body: string
}

/** Creates a function that is fed what a connection brings, and tells of each request once it is complete. */
export function createReader(onRequest: (request: ReceivedRequest) => void): (data: Uint8Array) => void {
  let pending = ''
  return (data) => {
    pending += Buffer.from(data).toString('latin1')
    for (let next = firstRequest(pending); next !== undefined; next = firstRequest(pending)) {
      pending = pending.slice(next.length)
      onRequest(next.request)
    }
  }
}

function firstRequest(text: string): { readonly request: ReceivedRequest; readonly length: number } | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = text.slice(0, headEnd)
  const bodyLength = lengthOfBody(head, text.slice(headEnd + 4))
  if (bodyLength === undefined) return undefined
  const length = headEnd + 4 + bodyLength
  const [method = '', target = ''] = head.split(' ')
  return { request: { method, target, head, body: text.slice(headEnd + 4, length) }, length }
}

/** Undefined while the body is not complete. Of a chunked one the chunks are kept as they came. */
function lengthOfBody(head: string, rest: string): number | undefined {
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return rest.length >= length ? length : undefined
  const end = /(?:^|\r\n)0\r\n\r\n/.exec(rest)
  return end === null ? undefined : end.index + end[0].length
}
