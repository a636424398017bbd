const HEAD_END = '\r\n\r\n'
const LENGTH = /\r\ncontent-length: *(\d+)/i

/**
 * Creates a reader of one connection's replies: takes what arrives, and tells the status of each reply that is whole.
 *
 * It knows as much of HTTP/1.1 as the servers of the bench speak: a reply has a Content-Length. A real parser would cost
 * the load generator more than the server spends on its answer.
 */
export function createReplyReader(onReply: (status: number) => void): (chunk: Uint8Array) => void {
  let pending = ''
  return (chunk) => {
    // Latin 1 keeps a character for each byte, so lengths stay lengths.
    pending += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1')
    for (let end = replyEnd(pending); end !== null; end = replyEnd(pending)) {
      const status = Number(pending.slice('HTTP/1.1 '.length, 'HTTP/1.1 '.length + 3))
      pending = pending.slice(end)
      onReply(status)
    }
  }
}

/** Finds where the first reply ends; null when it has not all arrived. */
function replyEnd(text: string): number | null {
  const headEnd = text.indexOf(HEAD_END)
  if (headEnd === -1) return null
  const length = LENGTH.exec(text.slice(0, headEnd))?.[1]
  if (length === undefined) throw new Error('bench: a reply without Content-Length')
  const end = headEnd + HEAD_END.length + Number(length)
  return end <= text.length ? end : null
}
