import { type DecodeCode, DecodeError, SchemaError, StoreError, VerifyError } from '@sluice/errors'
import type { Issue } from '@sluice/errors'
import { HTTPException } from 'hono/http-exception'

/** Everything that the HTTP API itself can refuse. */
export type RequestCode =
  | 'BODY_TOO_LARGE'
  | 'BODY_INCOMPLETE'
  | 'CONTENT_TYPE_UNSUPPORTED'
  | 'CONTENT_ENCODING_UNSUPPORTED'
  | 'METHOD_NOT_ALLOWED'
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
  | 'SOURCE_UNKNOWN'
  | 'EVENT_UNKNOWN'
  | 'EVENT_SOURCE_GONE'
  | 'EVENT_UNREADABLE'
  | 'JOB_UNKNOWN'
  | 'JOB_ENDED'
  | 'JOB_FILTER_EMPTY'
  | 'ATTEMPT_UNKNOWN'
  | 'STREAM_GAP'
  | 'DELIVERY_UNKNOWN'
  | 'DELIVERY_NOT_RESOLVABLE'
  | 'DESTINATION_UNKNOWN'
  | 'DESTINATION_NOT_TESTABLE'
  | 'NOT_FOUND'
  | 'NOT_CONFIGURED'

/** Every code that a problem document may carry. */
export type ProblemCode = RequestCode | DecodeCode | 'SCHEMA_MISMATCH' | 'STORE_UNAVAILABLE' | 'STORE_FULL' | 'INTERNAL'

/** A request that the HTTP API refuses. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: RequestCode
  readonly issues: readonly Issue[]

  constructor(code: RequestCode, issues: readonly Issue[] = []) {
    super(code)
    this.code = code
    this.issues = issues
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
}

/** Seconds after which a sender should try again when the store could not write. */
const STORE_RETRY_SECONDS = 5

/** Turns what a request ended with into the answer: a status, a body and its headers. Never says what was in the request. */
export function problemOf(error: unknown): {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>
} {
  const code = codeOf(error)
  const { status, title } = PROBLEMS[code]
  const problem: Problem = { type: `urn:sluice:problem:${code}`, title, status, code, ...details(error) }
  return { problem, headers: headersOf(code, status) }
}

function codeOf(error: unknown): ProblemCode {
  if (error instanceof RequestError) return error.code
  // Hono's own refusal of a body that is no JSON.
  if (error instanceof HTTPException && error.status === 400) return 'PARAMETER_INVALID'
  // One answer for every reason: an attacker learns nothing from it.
  if (error instanceof VerifyError) return 'UNAUTHENTICATED'
  if (error instanceof DecodeError) return error.code
  if (error instanceof SchemaError) return error.code
  if (error instanceof StoreError && error.retry === 'later') {
    return error.code === 'STORE_FULL' ? 'STORE_FULL' : 'STORE_UNAVAILABLE'
  }
  return 'INTERNAL'
}

function details(error: unknown): Pick<Problem, 'detail' | 'errors'> {
  if (error instanceof SchemaError || error instanceof RequestError) {
    return error.issues.length === 0 ? {} : { errors: error.issues }
  }
  if (error instanceof DecodeError) return { detail: error.message }
  return {}
}

function headersOf(code: ProblemCode, status: number): Readonly<Record<string, string>> {
  if (code === 'IDEMPOTENCY_KEY_IN_PROGRESS') return { 'retry-after': '1' }
  if (status === 401) return { 'www-authenticate': 'Bearer' }
  return status === 503 ? { 'retry-after': String(STORE_RETRY_SECONDS) } : {}
}

/** Every code with its status and its words: the one place that decides about them. */
const PROBLEMS: Readonly<Record<ProblemCode, { readonly status: number; readonly title: string }>> = {
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
  DESTINATION_UNKNOWN: { status: 404, title: 'There is no such destination.' },
  EVENT_UNKNOWN: { status: 404, title: 'There is no such event.' },
  JOB_UNKNOWN: { status: 404, title: 'There is no such job.' },
  NOT_FOUND: { status: 404, title: 'There is nothing here.' },
  SOURCE_UNKNOWN: { status: 404, title: 'There is no such source.' },
  CALLBACK_CONFLICT: { status: 409, title: 'Another callback was believed before.' },
  DESTINATION_NOT_TESTABLE: {
    status: 409,
    title: 'The upstream of this destination has no call that tests the credentials and changes nothing.',
  },
  EVENT_SOURCE_GONE: { status: 409, title: 'The source of the event is no longer configured.' },
  JOB_ENDED: { status: 409, title: 'The job has ended.' },
  IDEMPOTENCY_KEY_IN_PROGRESS: {
    status: 409,
    title: 'A request with this idempotency key is being worked on. Send it again after `Retry-After`.',
  },
  DELIVERY_NOT_RESOLVABLE: {
    status: 409,
    title:
      'The delivery is in no state for that: it is being worked on or has ended; or only a dead or parked one is acknowledged, and only one that is parked or waits for a callback is taken for delivered.',
  },
  STREAM_GAP: {
    status: 410,
    title:
      'Changes after this id are no longer kept, or it is none of this gateway: read the lists, then begin without an id.',
  },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This path does not take that method; `Allow` lists those that it takes.' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is larger than this source accepts.' },
  CSV_TOO_LARGE: { status: 413, title: 'The body is larger than this source accepts.' },
  JSON_TOO_LARGE: { status: 413, title: 'The body is larger than this source accepts.' },
  XML_TOO_LARGE: { status: 413, title: 'The body is larger than this source accepts.' },
  CONTENT_ENCODING_UNSUPPORTED: { status: 415, title: 'Send the body as it is, without Content-Encoding.' },
  CONTENT_TYPE_UNSUPPORTED: {
    status: 415,
    title: 'Send the body as application/json or application/xml, encoded as it says.',
  },
  CALLBACK_MISMATCH: { status: 422, title: 'The callback is not about the call whose address this is.' },
  EVENT_UNREADABLE: { status: 422, title: 'The body of the event is no longer what its source takes.' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'This idempotency key was used before with another body.' },
  MAPPING_REFUSED: {
    status: 422,
    title: 'A route cannot map the body to what its destination takes. Nothing of the event was kept.',
  },
  SCHEMA_MISMATCH: { status: 422, title: 'The body does not have the shape that this source asks for.' },
  INTERNAL: { status: 500, title: 'Something went wrong here.' },
  NOT_CONFIGURED: { status: 503, title: 'The gateway is not configured: `/readyz` says what is missing.' },
  STORE_FULL: { status: 503, title: 'The disk is full. Nothing of the event was kept: send it again.' },
  STORE_UNAVAILABLE: { status: 503, title: 'The event could not be stored. Nothing of it was kept: send it again.' },
}

/** Every code that a problem document may carry, for the document of the API. */
export const PROBLEM_CODES: readonly string[] = Object.keys(PROBLEMS)
