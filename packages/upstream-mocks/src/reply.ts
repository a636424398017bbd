/** A reply before it is put on the wire, so that a fault can still spoil it. */
export interface Reply {
  readonly status: number
  /** Null sends no Content-Type. */
  readonly contentType: string | null
  readonly body: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

/** What an upstream did with a call: its reply, and how many effects the call had. */
export interface Answer {
  readonly reply: Reply
  /** Rows created or updated, conversations started, contacts upserted, events appended; 0 for a refusal or a read. */
  readonly effect: number
}

/**
 * What a server that hosts the mocks has to do: answer, answer piece by piece as the body comes, break the connection
 * off, or keep the caller waiting for ever.
 */
export type MockReply =
  | { readonly kind: 'response' | 'slow'; readonly response: Response }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }

/** Makes a reply that had no effect. */
export function withoutEffect(reply: Reply): Answer {
  return { reply, effect: 0 }
}

/** Puts a reply into the form of the Fetch API. */
export function toResponse(reply: Reply): Response {
  return respond(reply, bytesOf(reply))
}

/**
 * Puts a reply into the form of the Fetch API, with a body of which only half comes at once.
 *
 * @param pause - Resolves when the other half may come.
 */
export function toSlowResponse(reply: Reply, pause: () => Promise<void>): Response {
  const bytes = bytesOf(reply)
  const half = Math.floor(bytes.length / 2)
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes.subarray(0, half)),
    async pull(controller) {
      await pause()
      controller.enqueue(bytes.subarray(half))
      controller.close()
    },
  })
  return respond(reply, body)
}

const encoder = new TextEncoder()

/** Bytes, because a Response made from text brings a Content-Type of its own. */
function bytesOf({ body }: Reply): Uint8Array<ArrayBuffer> {
  return typeof body === 'string' ? encoder.encode(body) : body
}

function respond(reply: Reply, body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>): Response {
  const headers = new Headers(reply.headers)
  if (reply.contentType !== null) headers.set('content-type', reply.contentType)
  return new Response(body, { status: reply.status, headers })
}
