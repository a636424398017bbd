/** A request as it was received: the bytes are the sender's own, not yet decoded. */
export interface ReceivedRequest {
  readonly method: string
  /** The address as the server saw it. Behind a proxy that is not the one that the sender called. */
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array
  /** Name of the gateway's own key that let it in, where its source asks for one. */
  readonly keyName?: string | undefined
}

/** What is known of a request once it was verified. */
export interface Verified {
  /** The id of the message that the signature covers, or that the configuration says to believe; null for none. */
  readonly messageId: string | null
  /**
   * What was signed, as far as it tells messages apart. Where there is no id, a repeat is known by this, and not by a header
   * that nobody signed: whoever captured a request could change that one. Never the signature itself, which may be written
   * in several ways and still be right.
   */
  readonly signedContent: Uint8Array<ArrayBuffer>
}

/** What a sender is answered that asks whether this endpoint is its own. Never HTML. */
export interface HandshakeAnswer {
  readonly contentType: 'text/plain' | 'application/json'
  readonly body: string
}

/** How a sender asks, before it sends events, whether the endpoint belongs to who configured it. */
export interface Handshake {
  /**
   * Answers the sender's GET.
   *
   * @throws VerifyError it is no such question, or not from somebody who knows the secret.
   */
  readonly get?: (request: ReceivedRequest) => Promise<HandshakeAnswer>
  /** Answers a POST that was verified and is such a question; null where it is an event. */
  readonly post?: (request: ReceivedRequest) => HandshakeAnswer | null
}

/** How a source proves who sent a request. One file of this folder implements one scheme. */
export interface Scheme {
  readonly name: string
  /** What is wrong with its settings, in words that show none of them. Such a scheme accepts nothing. */
  readonly faults?: readonly string[]
  /** Whether a request needs a key of the gateway with the scope `ingest`: the route asks for it. */
  readonly asksForKey?: true
  /**
   * Checks the raw request.
   *
   * @returns what the signature says; nothing where the scheme tells who sent a request and signs no message: then what
   * the sender says in a header is believed.
   * @throws VerifyError with the reason, which is for the log only: every failure answers the same 401.
   */
  verify(request: ReceivedRequest, nowMs: number): Promise<Verified | undefined> | Verified | undefined
  /** Where this sender's bodies have the id of the event; a source may say otherwise by its own `idempotencyPath`. */
  readonly idempotencyPath?: string
  /** The field of this sender's JSON in which it counts its tries, so that a retry has another number there. */
  readonly tryCount?: string
  /** How far the time that was signed may be from ours, in seconds, in both directions; absent where none is signed. */
  readonly toleranceSeconds?: number
  readonly handshake?: Handshake
  /**
   * Where what is signed could be cut in another way, and the signature be right still: between the address and the `body`,
   * or between the names and values of a form, its `fields`. Absent where it cannot.
   */
  readonly unbounded?: 'body' | 'fields'
}
