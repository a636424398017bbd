/**
 * A value that is sent and never shown. In a request it stands for itself; in everything that describes the request
 * its slot's name stands in its place, so a description holds no secret because none was ever put in.
 */
export class Secret {
  readonly slot: string
  readonly #value: string

  /**
   * @param slot - What is shown instead, such as `token`; a description prints `{token}`.
   * @param value - What is sent.
   */
  constructor(slot: string, value: string) {
    this.slot = slot
    this.#value = value
  }

  /** Returns what is sent. Only the code that puts a request on the wire calls this. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return `{${this.slot}}`
  }

  toJSON(): string {
    return this.toString()
  }
}

/** Text that may hold a secret in some of its places. */
export type Text = string | Secret

/** A request before it is put on the wire: complete, and safe to describe. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Scheme, host and path, without query; https, or http on loopback. Used as it is: already percent-encoded. */
  readonly url: string
  /** The path with its variable parts named, for messages: `/conversation/{conversationID}/start/data`. */
  readonly pathTemplate: string
  readonly query?: readonly (readonly [name: string, value: Text])[]
  readonly headers?: Readonly<Record<string, Text>>
  readonly body?: HttpBody
}

/** What a request carries. A form is sent as `application/x-www-form-urlencoded` or, with files, as `multipart/form-data`. */
export type HttpBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'form'; readonly fields: readonly (readonly [name: string, value: Text])[] }
  | {
      readonly kind: 'multipart'
      readonly fields: readonly (readonly [name: string, value: Text])[]
      readonly files: readonly {
        readonly name: string
        readonly filename: string
        readonly contentType: string
        readonly bytes: Uint8Array
      }[]
    }
