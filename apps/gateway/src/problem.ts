import { type DecodeCode, DecodeError, SchemaError, StoreError, VerifyError } from '@sluice/errors'
import type { Issue } from '@sluice/errors'
import { HTTPException } from 'hono/http-exception'

/** Everything that the HTTP API itself can refuse. */
export type RequestCode =
  | 'BODY_TOO_LARGE'
  | 'BODY_INCOMPLETE'
  | 'BODY_TIMEOUT'
  | 'BODY_ENCODING_INVALID'
  | 'FORM_ENCODING'
  | 'FORM_FORBIDDEN_NAME'
  | 'FORM_REPEATED_NAME'
  | 'FORM_TOO_MANY_FIELDS'
  | 'BATCH_EMPTY'
  | 'BATCH_TOO_MANY_ITEMS'
  | 'BATCH_REFUSED'
  | 'BATCH_INCOMPLETE'
  | 'CONTENT_TYPE_UNSUPPORTED'
  | 'CONTENT_ENCODING_UNSUPPORTED'
  | 'METHOD_NOT_ALLOWED'
  | 'HOST_INVALID'
  | 'URI_TOO_LONG'
  | 'HEADERS_TOO_LARGE'
  | 'IDEMPOTENCY_KEY_INVALID'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'IDEMPOTENCY_KEY_IN_PROGRESS'
  | 'CALLBACK_UNKNOWN'
  | 'CALLBACK_MISMATCH'
  | 'CALLBACK_CONFLICT'
  | 'MAPPING_REFUSED'
  | 'PARAMETER_INVALID'
  | 'CURSOR_INVALID'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'KEY_UNKNOWN'
  | 'KEY_ENDED'
  | 'KEY_NAME_TAKEN'
  | 'KEY_CONFIGURED'
  | 'KEY_LAST_OPERATOR'
  | 'KEYS_TOO_MANY'
  | 'ALIAS_UNKNOWN'
  | 'SOURCE_UNKNOWN'
  | 'EVENT_UNKNOWN'
  | 'EVENT_SOURCE_GONE'
  | 'EVENT_UNREADABLE'
  | 'JOB_UNKNOWN'
  | 'JOB_ENDED'
  | 'JOB_FILTER_EMPTY'
  | 'ATTEMPT_UNKNOWN'
  | 'STREAM_GAP'
  | 'STREAMS_TOO_MANY'
  | 'DELIVERY_UNKNOWN'
  | 'DELIVERY_NOT_RESOLVABLE'
  | 'DESTINATION_UNKNOWN'
  | 'DESTINATION_NOT_TESTABLE'
  | 'DESTINATION_WITHOUT_ALIASES'
  | 'NOT_FOUND'
  | 'NOT_CONFIGURED'
  | 'NOT_ACCEPTABLE'
  | 'DESTINATION_AMBIGUOUS'
  | 'DESTINATION_CLOSED'
  | 'DESTINATION_NOT_CONFIGURED'
  | 'IDEMPOTENCY_KEY_UNSURE'
  | 'IDEMPOTENCY_ANSWER_NOT_KEPT'
  | 'LOAD_TOO_LARGE'
  | 'LOAD_UNKNOWN'
  | UpstreamProblem

/** How a call by hand failed at its upstream. */
export type UpstreamProblem =
  | 'UPSTREAM_REFUSED'
  | 'UPSTREAM_NOT_FOUND'
  | 'UPSTREAM_CONFLICT'
  | 'UPSTREAM_UNSURE'
  | 'UPSTREAM_PARTIAL'
  | 'UPSTREAM_BUSY'
  | 'UPSTREAM_UNREACHABLE'
  | 'UPSTREAM_UNAUTHORIZED'
  | 'UPSTREAM_FAILED'
  | 'UPSTREAM_TIMEOUT'

/** Every code that a problem document may carry. */
export type ProblemCode = RequestCode | DecodeCode | 'SCHEMA_MISMATCH' | 'STORE_UNAVAILABLE' | 'STORE_FULL' | 'INTERNAL'

/** What is known of a call that failed: where it went, and what the upstream said, without secrets. */
export interface UpstreamFacts {
  readonly destination: string
  readonly operation: string
  /** The upstream's own code; null where there is none. */
  readonly code: string | null
  /** Where to look whether it landed; null where nothing shows it. */
  readonly lookAt: string | null
}

/** What a refusal says beside its code. */
export interface RequestDetails {
  readonly detail?: string
  readonly upstream?: UpstreamFacts
}

/** A request that the HTTP API refuses. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: RequestCode
  readonly issues: readonly Issue[]
  /** Headers of the answer, beside those of its code. */
  readonly headers: Readonly<Record<string, string>>
  readonly details: RequestDetails

  constructor(
    code: RequestCode,
    issues: readonly Issue[] = [],
    headers: Readonly<Record<string, string>> = {},
    details: RequestDetails = {},
  ) {
    super(code)
    this.code = code
    this.issues = issues
    this.headers = headers
    this.details = details
  }
}

/** A problem document. RFC 9457 section 3.1 https://www.rfc-editor.org/rfc/rfc9457#section-3.1 */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail?: string
  readonly errors?: readonly Issue[]
  /** Names the request. */
  readonly instance?: string
  readonly upstream?: UpstreamFacts
}

/** Seconds after which a sender should try again when the store could not write. */
const STORE_RETRY_SECONDS = 5

/** Turns what a request ended with into the answer: a status, a body and its headers. Never says what was in the request. */
export function problemOf(error: unknown): {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>
} {
  const { problem, headers } = problemFor(codeOf(error))
  const own = error instanceof RequestError ? error.headers : {}
  return { problem: { ...problem, ...details(error) }, headers: { ...headers, ...own } }
}

function codeOf(error: unknown): ProblemCode {
  if (error instanceof RequestError) return error.code
  if (error instanceof HTTPException) return codeOfHono(error)
  // One answer for every reason: an attacker learns nothing from it.
  if (error instanceof VerifyError) return 'UNAUTHENTICATED'
  if (error instanceof DecodeError) return error.code
  if (error instanceof SchemaError) return error.code
  if (error instanceof StoreError && error.retry === 'later') {
    return error.code === 'STORE_FULL' ? 'STORE_FULL' : 'STORE_UNAVAILABLE'
  }
  return 'INTERNAL'
}

/** Hono itself refuses a body that is no JSON, and one of another type than the route takes. */
function codeOfHono({ status }: HTTPException): ProblemCode {
  if (status === 415) return 'CONTENT_TYPE_UNSUPPORTED'
  return status === 400 ? 'PARAMETER_INVALID' : 'INTERNAL'
}

function details(error: unknown): Pick<Problem, 'detail' | 'errors' | 'upstream'> {
  if (error instanceof SchemaError || error instanceof RequestError) {
    const { detail, upstream } = error instanceof RequestError ? error.details : {}
    return {
      ...(detail === undefined ? {} : { detail }),
      ...(upstream === undefined ? {} : { upstream }),
      ...(error.issues.length === 0 ? {} : { errors: error.issues }),
    }
  }
  if (error instanceof DecodeError) return { detail: error.message }
  // It is the routes of JSON bodies that Hono reads for us.
  if (error instanceof HTTPException && error.status === 415) return { detail: 'Send the body as application/json.' }
  if (error instanceof HTTPException && error.status === 400) return { detail: 'The body is not well-formed JSON.' }
  return {}
}

function headersOf(code: ProblemCode, status: number): Readonly<Record<string, string>> {
  // RFC 9110 sections 12.5.3 and 15.5.9.
  if (code === 'CONTENT_ENCODING_UNSUPPORTED') return { 'accept-encoding': 'gzip, deflate' }
  if (status === 408) return { connection: 'close' }
  // Of a rate, whoever answers says how long it is.
  if (code === 'IDEMPOTENCY_KEY_IN_PROGRESS' || code === 'RATE_LIMITED') return { 'retry-after': '1' }
  // About when a stream is ended that nobody reads any more.
  if (code === 'STREAMS_TOO_MANY') return { 'retry-after': '60' }
  if (status === 401) return { 'www-authenticate': 'Bearer' }
  // Where more is taken, whoever answers says so instead.
  if (code === 'METHOD_NOT_ALLOWED') return { allow: 'POST' }
  return status === 503 ? { 'retry-after': String(STORE_RETRY_SECONDS) } : {}
}

/** Every code with its status and its words: the one place that decides about them. */
const PROBLEMS = {
  BATCH_EMPTY: { status: 400, title: 'The batch holds no item.' },
  BODY_ENCODING_INVALID: { status: 400, title: 'The body is not compressed as its Content-Encoding says.' },
  BODY_INCOMPLETE: { status: 400, title: 'The body ended before it was complete.' },
  CSV_ENCODING: { status: 400, title: 'The body is not encoded as it says.' },
  CSV_FIELD_TOO_LARGE: { status: 400, title: 'The body is more deeply or widely built than is accepted.' },
  CSV_HEADER: { status: 400, title: 'The header of the body is not the one that is expected.' },
  CSV_NUL: { status: 400, title: 'The body is not well formed.' },
  CSV_ROW_LENGTH: { status: 400, title: 'The rows of the body are not equally long.' },
  CSV_SYNTAX: { status: 400, title: 'The body is not well formed.' },
  CSV_TOO_MANY_COLUMNS: { status: 400, title: 'The body is more deeply or widely built than is accepted.' },
  CSV_TOO_MANY_ROWS: { status: 400, title: 'The body is more deeply or widely built than is accepted.' },
  CURSOR_INVALID: { status: 400, title: 'The cursor is not one that this API gave.' },
  FORM_ENCODING: { status: 400, title: 'The body is not encoded as it says.' },
  FORM_FORBIDDEN_NAME: { status: 400, title: 'The body holds a name that is not accepted.' },
  FORM_REPEATED_NAME: { status: 400, title: 'The body holds one name twice.' },
  FORM_TOO_MANY_FIELDS: { status: 400, title: 'The body is more deeply or widely built than is accepted.' },
  HOST_INVALID: { status: 400, title: 'The host or the target of the request is no address.' },
  IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'An idempotency key is 1 to 255 printable ASCII characters.' },
  JOB_FILTER_EMPTY: {
    status: 400,
    title: 'An empty filter means every dead and parked delivery: say so with `all: true`, and only then.',
  },
  JSON_DUPLICATE_KEY: { status: 400, title: 'The body holds one name twice.' },
  JSON_ENCODING: { status: 400, title: 'The body is not encoded as it says.' },
  JSON_FORBIDDEN_KEY: { status: 400, title: 'The body holds a name that is not accepted.' },
  JSON_NUMBER_RANGE: { status: 400, title: 'The body holds a number that cannot be kept exactly.' },
  JSON_SYNTAX: { status: 400, title: 'The body is not well formed.' },
  JSON_TOO_DEEP: { status: 400, title: 'The body is more deeply or widely built than is accepted.' },
  PARAMETER_INVALID: { status: 400, title: 'A parameter is not what it should be.' },
  XML_DOCTYPE: { status: 400, title: 'The body holds a document type or an entity, which are not accepted.' },
  XML_DUPLICATE_ATTRIBUTE: { status: 400, title: 'The body holds one name twice.' },
  XML_ENCODING: { status: 400, title: 'The body is not encoded as it says.' },
  XML_ENTITY: { status: 400, title: 'The body holds a document type or an entity, which are not accepted.' },
  XML_FORBIDDEN_NAME: { status: 400, title: 'The body holds a name that is not accepted.' },
  XML_SYNTAX: { status: 400, title: 'The body is not well formed.' },
  XML_TOO_DEEP: { status: 400, title: 'The body is more deeply or widely built than is accepted.' },
  XML_TOO_MANY_ATTRIBUTES: { status: 400, title: 'The body is more deeply or widely built than is accepted.' },
  XML_TOO_MANY_NODES: { status: 400, title: 'The body is more deeply or widely built than is accepted.' },
  UNAUTHENTICATED: { status: 401, title: 'The request is not authenticated.' },
  FORBIDDEN: { status: 403, title: 'This key may not do that.' },
  ATTEMPT_UNKNOWN: { status: 404, title: 'There is no such attempt.' },
  CALLBACK_UNKNOWN: { status: 404, title: 'No callback is waited for at this address, or no longer.' },
  DELIVERY_UNKNOWN: { status: 404, title: 'There is no such delivery.' },
  ALIAS_UNKNOWN: { status: 404, title: 'There is no such alias.' },
  DESTINATION_UNKNOWN: { status: 404, title: 'There is no such destination.' },
  EVENT_UNKNOWN: { status: 404, title: 'There is no such event.' },
  JOB_UNKNOWN: { status: 404, title: 'There is no such job.' },
  KEY_UNKNOWN: { status: 404, title: 'There is no such key.' },
  NOT_FOUND: { status: 404, title: 'There is nothing here.' },
  SOURCE_UNKNOWN: { status: 404, title: 'There is no such source.' },
  DESTINATION_NOT_CONFIGURED: { status: 404, title: 'No account of this upstream is configured.' },
  LOAD_UNKNOWN: { status: 404, title: 'There is no such load.' },
  UPSTREAM_NOT_FOUND: { status: 404, title: 'The upstream knows nothing of that name.' },
  NOT_ACCEPTABLE: {
    status: 406,
    title: 'The answer comes as application/json or application/xml, and `Accept` takes neither.',
  },
  DESTINATION_AMBIGUOUS: {
    status: 409,
    title: 'Several accounts of this upstream are configured: choose one by `destination`.',
  },
  IDEMPOTENCY_ANSWER_NOT_KEPT: {
    status: 409,
    title:
      'The first request with this idempotency key was answered, and its answer is not kept: it holds a secret that is shown once, or is too large. Nothing was done again.',
  },
  IDEMPOTENCY_KEY_UNSURE: {
    status: 409,
    title: 'The first request with this idempotency key was never answered, and nobody knows whether it took effect.',
  },
  UPSTREAM_CONFLICT: { status: 409, title: 'The upstream says that it contradicts what is there.' },
  UPSTREAM_UNSURE: {
    status: 409,
    title: 'Nobody knows whether the call took effect at the upstream. Look there before it is sent again.',
  },
  CALLBACK_CONFLICT: { status: 409, title: 'Another callback was believed before.' },
  DESTINATION_NOT_TESTABLE: {
    status: 409,
    title: 'The upstream of this destination has no call that tests the credentials and changes nothing.',
  },
  DESTINATION_WITHOUT_ALIASES: { status: 409, title: 'This kind of destination has no aliases.' },
  EVENT_SOURCE_GONE: { status: 409, title: 'The source of the event is no longer configured.' },
  JOB_ENDED: { status: 409, title: 'The job has ended.' },
  IDEMPOTENCY_KEY_IN_PROGRESS: {
    status: 409,
    title: 'A request with this idempotency key is being worked on. Send it again after `Retry-After`.',
  },
  KEY_CONFIGURED: { status: 409, title: 'This key is one of the configuration: change it there.' },
  KEY_ENDED: { status: 409, title: 'The key was revoked or has expired. Create another one.' },
  KEY_LAST_OPERATOR: {
    status: 409,
    title: 'No other key could operate then, so nobody could create one: say so with `evenIfLast: true`.',
  },
  KEY_NAME_TAKEN: { status: 409, title: 'A key that is not revoked has this name.' },
  KEYS_TOO_MANY: { status: 409, title: 'There are as many keys as can be. Revoke those that are not used.' },
  DELIVERY_NOT_RESOLVABLE: {
    status: 409,
    title:
      'The state of the delivery does not allow that. `resend` is for a dead, parked or pending one; `delivered` for one that is parked or awaits its callback; `drop` for any of these; `acknowledge` for a dead or parked one. What is being sent, was delivered or was dropped stays as it is.',
  },
  STREAM_GAP: {
    status: 410,
    title:
      'Changes after this id are no longer kept, or it is none of this gateway: read the lists, then begin without an id.',
  },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This path does not take that method; `Allow` lists those that it takes.' },
  BODY_TIMEOUT: { status: 408, title: 'The body did not come in time.' },
  BATCH_TOO_MANY_ITEMS: { status: 413, title: 'The batch holds more items than this source accepts.' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is larger than is accepted here.' },
  CSV_TOO_LARGE: { status: 413, title: 'The body is larger than is accepted here.' },
  JSON_TOO_LARGE: { status: 413, title: 'The body is larger than is accepted here.' },
  XML_TOO_LARGE: { status: 413, title: 'The body is larger than is accepted here.' },
  LOAD_TOO_LARGE: { status: 413, title: 'The load has more rows than one call takes. Send them in several.' },
  URI_TOO_LONG: {
    status: 414,
    title: 'The path or the query is longer, or has more parameters, than anything that is meant here.',
  },
  CONTENT_ENCODING_UNSUPPORTED: { status: 415, title: 'Send the body as it is, or compressed with gzip or deflate.' },
  CONTENT_TYPE_UNSUPPORTED: {
    status: 415,
    title: 'The body is of no type that is taken here, or not encoded as it says. `detail` says what is taken.',
  },
  CALLBACK_MISMATCH: { status: 422, title: 'The callback is not about the call whose address this is.' },
  BATCH_REFUSED: {
    status: 422,
    title: 'Nothing of the batch was kept: `items` lists what is wrong with it.',
  },
  EVENT_UNREADABLE: { status: 422, title: 'The body of the event is no longer what its source takes.' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'This idempotency key was used before with another body.' },
  MAPPING_REFUSED: {
    status: 422,
    title: 'A route cannot map the body to what its destination takes. Nothing of the event was kept.',
  },
  SCHEMA_MISMATCH: { status: 422, title: 'The body does not have the shape that is asked for here.' },
  UPSTREAM_REFUSED: { status: 422, title: 'The upstream understood the call and refused it, or it cannot be sent.' },
  STREAMS_TOO_MANY: {
    status: 429,
    title: 'Too many streams are open, by this key or by all of them: close one, or come again after `Retry-After`.',
  },
  RATE_LIMITED: { status: 429, title: 'This key was used too often. Send it again after `Retry-After`.' },
  HEADERS_TOO_LARGE: { status: 431, title: 'There are more or longer header fields than are accepted.' },
  INTERNAL: { status: 500, title: 'Something went wrong here.' },
  UPSTREAM_FAILED: { status: 502, title: 'The upstream failed. The same call may be sent again.' },
  UPSTREAM_PARTIAL: { status: 502, title: 'The upstream took a part of it. The same call may be sent again.' },
  UPSTREAM_UNAUTHORIZED: { status: 502, title: 'The upstream does not accept the credentials of this gateway.' },
  UPSTREAM_UNREACHABLE: { status: 502, title: 'The upstream was not reached: nothing was sent.' },
  DESTINATION_CLOSED: { status: 503, title: 'The gate of the destination is closed: nothing was sent.' },
  UPSTREAM_BUSY: { status: 503, title: 'The upstream asks to be left alone until `Retry-After`.' },
  UPSTREAM_TIMEOUT: { status: 504, title: 'The upstream did not answer in time. The same call may be sent again.' },
  BATCH_INCOMPLETE: {
    status: 503,
    title: 'A part of the batch may have been kept: send the same batch again, with the same key.',
  },
  NOT_CONFIGURED: { status: 503, title: 'Nothing is taken as the gateway is configured: `/readyz` says why.' },
  STORE_FULL: { status: 503, title: 'The disk is full. Nothing of the request was kept: send it again.' },
  STORE_UNAVAILABLE: {
    status: 503,
    title: 'The store does not answer. Nothing of the request was kept: send it again.',
  },
} as const satisfies Readonly<Record<ProblemCode, { readonly status: number; readonly title: string }>>

/** The status that a code is answered with. */
export type StatusOf<Code extends ProblemCode> = (typeof PROBLEMS)[Code]['status']

/** What is always the same in the answer to a code: the problem without its details, and the headers. */
export function problemFor(code: ProblemCode): {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>
} {
  const { status, title } = PROBLEMS[code]
  return { problem: { type: `urn:sluice:problem:${code}`, title, status, code }, headers: headersOf(code, status) }
}

/** Every code that a problem document may carry, for the document of the API. */
export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[]
