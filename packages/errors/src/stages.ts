import { type ErrorFields, SluiceError } from './sluice-error.ts'

export type ConfigCode = 'CONFIG_INVALID'

export type VerifyCode =
  /** No credential was given. */
  | 'AUTH_MISSING'
  /** A credential was given in a form that cannot be read. */
  | 'AUTH_MALFORMED'
  /** The credential was read and does not match. */
  | 'AUTH_REJECTED'
  /** The credential matches, but its time lies outside the tolerance. */
  | 'AUTH_EXPIRED'

export type JsonCode =
  | 'JSON_ENCODING'
  | 'JSON_SYNTAX'
  | 'JSON_TOO_LARGE'
  | 'JSON_TOO_DEEP'
  | 'JSON_DUPLICATE_KEY'
  | 'JSON_FORBIDDEN_KEY'
  | 'JSON_NUMBER_RANGE'

export type XmlCode =
  | 'XML_ENCODING'
  | 'XML_SYNTAX'
  | 'XML_DOCTYPE'
  | 'XML_ENTITY'
  | 'XML_DUPLICATE_ATTRIBUTE'
  | 'XML_TOO_LARGE'
  | 'XML_TOO_DEEP'
  | 'XML_TOO_MANY_NODES'
  | 'XML_TOO_MANY_ATTRIBUTES'
  | 'XML_FORBIDDEN_NAME'

export type CsvCode =
  | 'CSV_ENCODING'
  /** A quote that is not closed, text beside a quoted value, or a line end that is CR alone. */
  | 'CSV_SYNTAX'
  | 'CSV_NUL'
  /** A row has more or fewer values than the others. */
  | 'CSV_ROW_LENGTH'
  /** The header is missing, is not the expected one, or names a column twice, not at all, or by a forbidden name. */
  | 'CSV_HEADER'
  | 'CSV_TOO_LARGE'
  | 'CSV_TOO_MANY_ROWS'
  | 'CSV_TOO_MANY_COLUMNS'
  | 'CSV_FIELD_TOO_LARGE'

export type DecodeCode = JsonCode | XmlCode | CsvCode

export type EncodeCode =
  | 'XML_CHARACTER'
  | 'XML_NAME'
  /** A value that XML has no form for: a number, null, a Date, a cycle. */
  | 'XML_VALUE'
  | 'AUTH_CHARACTER'
  | 'SIGNATURE_INPUT'
  /** A header's name or value holds a character that HTTP cannot carry. */
  | 'HEADER_CHARACTER'
  /** A value that JSON has no form for: NaN, an infinity, undefined, a function, a hole, a cycle. */
  | 'JSON_VALUE'
  /** A character that the file's encoding lacks, half of one, or NUL. */
  | 'CSV_CHARACTER'
  /** A value that a spreadsheet would take for a formula. */
  | 'CSV_FORMULA'
  /** A value that CSV has no form for: NaN, an infinity, an object; or a row that is no list and no record. */
  | 'CSV_VALUE'
  /** A record holds a key that is no column. */
  | 'CSV_COLUMN'
  /** A row has more or fewer values than there are columns, or none. */
  | 'CSV_ROW_LENGTH'

export type SchemaCode = 'SCHEMA_MISMATCH'

export type TransportCode =
  /** The host name has no address. */
  | 'DNS_FAILED'
  /** Nobody listens there. */
  | 'CONNECTION_REFUSED'
  /** The server's certificate is not accepted. */
  | 'CERTIFICATE_REFUSED'
  /** The connection broke, or broke off, and nobody can tell when. */
  | 'CONNECTION_LOST'
  /** No response headers in time. */
  | 'HEADERS_TIMEOUT'
  /** The reply was not complete in time. */
  | 'REPLY_TIMEOUT'
  | 'REPLY_TOO_LARGE'
  /** The server answered with a redirect, which is never followed. */
  | 'REDIRECT_REFUSED'
  /** The caller gave up. */
  | 'ABORTED'

export type StoreCode = 'STORE_UNAVAILABLE' | 'STORE_FULL' | 'LEASE_LOST' | 'MIGRATION_FAILED'

/** Every code of the kernel and of the protocol packages. An upstream's own codes are typed in its package. */
export type KernelCode = ConfigCode | VerifyCode | DecodeCode | EncodeCode | SchemaCode | TransportCode | StoreCode

/** The configuration cannot be used. `faults` lists everything that is wrong with it, not only the first thing. */
export class ConfigError extends SluiceError<ConfigCode> {
  override readonly name = 'ConfigError'
  readonly stage = 'config'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super({ code: 'CONFIG_INVALID', retry: 'never', message: `configuration: ${faults.join('; ')}` })
    this.faults = faults
  }
}

/** A request's credential or signature was not accepted. The reason is for operators; a caller is told only that it failed. */
export class VerifyError extends SluiceError<VerifyCode> {
  override readonly name = 'VerifyError'
  readonly stage = 'verify'

  constructor(code: VerifyCode, message: string, cause?: unknown) {
    super({ code, retry: 'never', message, cause })
  }
}

/** Where in a text a decoder stopped. Lines and columns count from 1; a column is a UTF-16 unit. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Received bytes are not what their format promises. Says where, never what stands there. */
export class DecodeError extends SluiceError<DecodeCode> {
  override readonly name = 'DecodeError'
  readonly stage = 'decode'
  readonly position: Position | undefined

  constructor(code: DecodeCode, message: string, position?: Position, cause?: unknown) {
    const where = position === undefined ? '' : ` at line ${position.line}, column ${position.column}`
    super({ code, retry: 'never', message: `${message}${where}`, cause })
    this.position = position
  }
}

/** A value cannot be written in the format that was asked for. */
export class EncodeError extends SluiceError<EncodeCode> {
  override readonly name = 'EncodeError'
  readonly stage = 'encode'

  constructor(code: EncodeCode, message: string, cause?: unknown) {
    super({ code, retry: 'never', message, cause })
  }
}

/** One place at which a value differs from its schema. */
export interface Issue {
  /** Such as `contact.tags[2]`, or the empty string for the whole value. */
  readonly path: string
  /** What was expected there. Never the value that stands there. */
  readonly message: string
}

/** A decoded value does not have the shape that its schema asks for. */
export class SchemaError extends SluiceError<SchemaCode> {
  override readonly name = 'SchemaError'
  readonly stage = 'schema'
  readonly issues: readonly Issue[]

  constructor(message: string, issues: readonly Issue[]) {
    super({ code: 'SCHEMA_MISMATCH', retry: 'never', message })
    this.issues = issues
  }
}

/** Whether the server can have acted on a request: `not-sent` only with proof. */
export type Sent = 'not-sent' | 'maybe-sent'

/** A request got no complete reply. `retry` is `later` when it certainly was not sent or only reads, and `unsure` otherwise. */
export class TransportError extends SluiceError<TransportCode> {
  override readonly name = 'TransportError'
  readonly stage = 'transport'
  readonly sent: Sent

  constructor(
    code: TransportCode,
    sent: Sent,
    message: string,
    cause?: unknown,
    retry: 'later' | 'unsure' = sent === 'not-sent' ? 'later' : 'unsure',
  ) {
    super({ code, retry, message, cause })
    this.sent = sent
  }

  /** Returns the same error for a request that only reads: whether or not it was sent, nothing was done. */
  ofRead(): TransportError {
    return new TransportError(this.code, this.sent, this.message, this.cause, 'later')
  }

  /** Makes a handler for what a request throws: it throws the same again, {@link ofRead} where the request only reads. */
  static rethrow(effect: 'read' | 'write'): (error: unknown) => never {
    return (error) => {
      throw effect === 'read' && error instanceof TransportError ? error.ofRead() : error
    }
  }
}

/** What an upstream's client knows about a reply that was not a success. */
export interface UpstreamFields<Code extends string> extends ErrorFields<Code> {
  readonly httpStatus?: number
  /** How long the upstream asked to be left alone, from its `Retry-After`. */
  readonly retryAfterMs?: number
  /** The upstream's own words, at most {@link MAX_WORDS_LENGTH} characters, without secrets. For operators only. */
  readonly words?: string
  /** Of the rows sent, how many landed and how many did not, where the upstream says. */
  readonly counts?: { readonly total: number; readonly bad: number }
}

/** Longest text of an upstream that an error carries: a whole error page helps nobody. */
export const MAX_WORDS_LENGTH = 500

/** An upstream answered, and the answer is not a success. Each client types its own codes. */
export class UpstreamError<Code extends string = string> extends SluiceError<Code> {
  override readonly name = 'UpstreamError'
  readonly stage = 'upstream'
  readonly httpStatus: number | undefined
  readonly retryAfterMs: number | undefined
  readonly words: string | undefined
  readonly counts: { readonly total: number; readonly bad: number } | undefined

  constructor(fields: UpstreamFields<Code>) {
    super(fields)
    this.httpStatus = fields.httpStatus
    this.retryAfterMs = fields.retryAfterMs
    this.words = fields.words?.slice(0, MAX_WORDS_LENGTH)
    this.counts = fields.counts
  }
}

/** The store could not do what it was asked; nothing of it was done. */
export class StoreError extends SluiceError<StoreCode> {
  override readonly name = 'StoreError'
  readonly stage = 'store'

  constructor(code: StoreCode, message: string, cause?: unknown) {
    super({ code, retry: code === 'STORE_UNAVAILABLE' || code === 'STORE_FULL' ? 'later' : 'never', message, cause })
  }
}
