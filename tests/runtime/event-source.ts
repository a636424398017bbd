/** One event of a stream. */
export interface StreamEvent {
  readonly id: string
  readonly event: string
  readonly data: string
}

/** A stream that is read, event by event. */
export interface EventSourceReader {
  readonly response: Response
  /** The id that a client would come again with. */
  lastId(): string
  /** Every line that was received so far that is a comment. */
  comments(): number
  /** Waits for the next event; null when the stream has ended. */
  next(): Promise<StreamEvent | null>
  close(): Promise<void>
}

/**
 * Reads server-sent events as `EventSource` does, with the header that it cannot set.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function openEventSource(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<EventSourceReader> {
  const aborter = new AbortController()
  const response = await fetch(url, { headers, signal: aborter.signal })
  const begin = () => response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let reader: ReturnType<typeof begin>
  let text = ''
  let lastId = ''
  let comments = 0
  let fields = { event: '', data: [] as string[] }

  /** Interprets a line; an event where it ends one. */
  const interpret = (line: string): StreamEvent | null => {
    if (line === '') {
      const { event, data } = fields
      fields = { event: '', data: [] }
      return data.length === 0 ? null : { id: lastId, event, data: data.join('\n') }
    }
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === '') comments += 1
    else if (name === 'id') lastId = value
    else if (name === 'event') fields.event = value
    else if (name === 'data') fields.data.push(value)
    return null
  }

  return {
    response,
    lastId: () => lastId,
    comments: () => comments,
    async next() {
      for (;;) {
        for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
          const line = text.slice(0, end)
          text = text.slice(end + 1)
          const event = interpret(line)
          if (event !== null) return event
        }
        reader ??= begin()
        const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
        if (done) return null
        text += value
      }
    },
    async close() {
      aborter.abort()
      await reader?.cancel().catch((error: unknown) => {
        if (!(error instanceof DOMException)) throw error
      })
    },
  }
}
