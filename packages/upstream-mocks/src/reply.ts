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

/** What a server that hosts the mocks has to do: answer, break the connection off, or keep the caller waiting for ever. */
export type MockReply =
  | { readonly kind: 'response'; readonly response: Response }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }

/** Makes a reply that had no effect. */
export function withoutEffect(reply: Reply): Answer {
  return { reply, effect: 0 }
}

/** Puts a reply into the form of the Fetch API. */
export function toResponse(reply: Reply): Response {
  const headers = new Headers(reply.headers)
  // Bytes, because a Response made from text brings a Content-Type of its own.
  const body = typeof reply.body === 'string' ? encoder.encode(reply.body) : reply.body
  if (reply.contentType !== null) headers.set('content-type', reply.contentType)
  return new Response(body, { status: reply.status, headers })
}

const encoder = new TextEncoder()
