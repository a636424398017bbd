/** A request as it was received: the bytes are the sender's own, not yet decoded. */
export interface ReceivedRequest {
  readonly headers: Headers
  readonly body: Uint8Array
  /** Name of the gateway's own key that let it in, where its source asks for one. */
  readonly keyName?: string | undefined
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
   * @throws VerifyError with the reason, which is for the log only: every failure answers the same 401.
   */
  verify(request: ReceivedRequest, nowMs: number): Promise<void> | void
  /** The message id that the scheme itself carries, or null: a repeat of it is the same event. */
  messageId?(request: ReceivedRequest): string | null
}
