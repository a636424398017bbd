import type { Exchange, HttpRequest } from './request.ts'

/** The `fetch` of the runtime, or a stand-in for it. */
export type Fetch = (request: Request) => Promise<Response>

/** A complete reply, read to its end. */
export interface HttpReply {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
}

export interface SendOptions {
  readonly fetch: Fetch
  readonly nowMs: () => number
  /** Time until the response headers, in milliseconds. Default 30,000. */
  readonly headersTimeoutMs?: number
  /** Time until the last byte of the reply, in milliseconds. Default 35,000. */
  readonly replyTimeoutMs?: number
  /** Largest reply body, counted after decompression, in bytes. Default 1,048,576. */
  readonly maxReplyBytes?: number
  /** Told about the exchange once, when it ended, whatever the end. */
  readonly observe?: (exchange: Exchange) => void
  /** Names the secrets that the reply itself brought (a token, say), so that its description leaves them out. */
  readonly replySecrets?: (reply: HttpReply) => readonly { readonly slot: string; readonly value: string }[]
}

export type SendHttp = (request: HttpRequest, options: SendOptions) => Promise<HttpReply>
