/**
 * What the caller may do about an error.
 *
 * - `never`: the same call fails the same way; something has to change first.
 * - `later`: nothing was done; the same call may succeed later.
 * - `auth`: credentials or a token were not accepted; renew them, then call again once.
 * - `unsure`: the call may or may not have taken effect; find out before calling again.
 */
export type Retry = 'never' | 'later' | 'auth' | 'unsure'

/** The step of the flow in which an error arose. There is one error class per stage. */
export type Stage = 'config' | 'verify' | 'decode' | 'encode' | 'schema' | 'transport' | 'upstream' | 'store'

/** What every error of this project says about itself. */
export interface ErrorFields<Code extends string> {
  readonly code: Code
  readonly retry: Retry
  /** Names stage, method, host and path template at most: never a query, a header value, a body or a credential. */
  readonly message: string
  readonly cause?: unknown
}

/** An error as it may be shown, logged or stored. */
export interface ErrorDescription {
  readonly name: string
  readonly stage: Stage
  readonly code: string
  readonly retry: Retry
  readonly message: string
}

/** The base of every error that this project throws: a stable `code`, and `retry`, which says what to do about it. */
export abstract class SluiceError<Code extends string = string> extends Error {
  abstract readonly stage: Stage
  readonly code: Code
  readonly retry: Retry

  constructor(fields: ErrorFields<Code>) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.code = fields.code
    this.retry = fields.retry
  }

  /** Describes the error without its cause: libraries quote their input, and input holds secrets. */
  toJSON(): ErrorDescription {
    return { name: this.name, stage: this.stage, code: this.code, retry: this.retry, message: this.message }
  }
}
