/** A request as it may be logged, stored and shown: every `Secret` stands as `{slot}`. */
export interface RequestDescription {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** At most 64 KiB of text; absent where there was no body. */
  readonly body?: string
  readonly bodyBytes: number
}

/** A reply as it may be logged, stored and shown. */
export interface ReplyDescription {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** At most 64 KiB of text, with every secret of the request, and every secret that the reply brought, replaced by its slot. */
  readonly body: string
  readonly bodyBytes: number
}

/** One request and what came of it. */
export interface Exchange {
  readonly request: RequestDescription
  /** As much as arrived: where `error` is set too, its status and headers. */
  readonly reply?: ReplyDescription
  /** Code of the error when there was no complete reply. */
  readonly error?: string
  readonly startedAtMs: number
  readonly endedAtMs: number
}
