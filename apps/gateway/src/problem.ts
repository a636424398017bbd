import { type DecodeCode, DecodeError, SchemaError, StoreError, VerifyError } from '@sluice/errors'
import type { Issue } from '@sluice/errors'

/** Everything that the HTTP API itself can refuse. */
export type RequestCode =
  | 'BODY_TOO_LARGE'
  | 'BODY_INCOMPLETE'
  | 'CONTENT_TYPE_UNSUPPORTED'
  | 'IDEMPOTENCY_KEY_INVALID'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'PARAMETER_INVALID'
  | 'CURSOR_INVALID'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'SOURCE_UNKNOWN'
  | 'EVENT_UNKNOWN'
  | 'DELIVERY_UNKNOWN'
  | 'NOT_FOUND'

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
  const { status, title } = describe(code)
  const problem: Problem = { type: `urn:sluice:problem:${code}`, title, status, code, ...details(error) }
  return { problem, headers: headersOf(status) }
}

function codeOf(error: unknown): ProblemCode {
  if (error instanceof RequestError) return error.code
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

function headersOf(status: number): Readonly<Record<string, string>> {
  if (status === 401) return { 'www-authenticate': 'Bearer' }
  return status === 503 ? { 'retry-after': String(STORE_RETRY_SECONDS) } : {}
}

function describe(code: ProblemCode): { readonly status: number; readonly title: string } {
  switch (code) {
    case 'JSON_TOO_LARGE':
    case 'XML_TOO_LARGE':
    case 'BODY_TOO_LARGE':
      return { status: 413, title: 'The body is larger than this source accepts.' }
    case 'BODY_INCOMPLETE':
      return { status: 400, title: 'The body ended before it was complete.' }
    case 'CONTENT_TYPE_UNSUPPORTED':
      return { status: 415, title: 'Send the body as application/json or application/xml, encoded as it says.' }
    case 'IDEMPOTENCY_KEY_INVALID':
      return { status: 400, title: 'An idempotency key is 1 to 255 printable ASCII characters.' }
    case 'IDEMPOTENCY_KEY_REUSED':
      return { status: 422, title: 'This idempotency key was used before with another body.' }
    case 'PARAMETER_INVALID':
      return { status: 400, title: 'A parameter is not what it should be.' }
    case 'CURSOR_INVALID':
      return { status: 400, title: 'The cursor is not one that this API gave.' }
    case 'UNAUTHENTICATED':
      return { status: 401, title: 'The request is not authenticated.' }
    case 'FORBIDDEN':
      return { status: 403, title: 'This key may not do that.' }
    case 'SOURCE_UNKNOWN':
      return { status: 404, title: 'There is no such source.' }
    case 'EVENT_UNKNOWN':
      return { status: 404, title: 'There is no such event.' }
    case 'DELIVERY_UNKNOWN':
      return { status: 404, title: 'There is no such delivery.' }
    case 'NOT_FOUND':
      return { status: 404, title: 'There is nothing here.' }
    case 'JSON_ENCODING':
    case 'XML_ENCODING':
      return { status: 400, title: 'The body is not encoded as it says.' }
    case 'JSON_SYNTAX':
    case 'XML_SYNTAX':
      return { status: 400, title: 'The body is not well formed.' }
    case 'JSON_TOO_DEEP':
    case 'XML_TOO_DEEP':
    case 'XML_TOO_MANY_NODES':
    case 'XML_TOO_MANY_ATTRIBUTES':
      return { status: 400, title: 'The body is more deeply or widely built than is accepted.' }
    case 'JSON_DUPLICATE_KEY':
    case 'XML_DUPLICATE_ATTRIBUTE':
      return { status: 400, title: 'The body holds one name twice.' }
    case 'JSON_FORBIDDEN_KEY':
    case 'XML_FORBIDDEN_NAME':
      return { status: 400, title: 'The body holds a name that is not accepted.' }
    case 'JSON_NUMBER_RANGE':
      return { status: 400, title: 'The body holds a number that cannot be kept exactly.' }
    case 'XML_DOCTYPE':
    case 'XML_ENTITY':
      return { status: 400, title: 'The body holds a document type or an entity, which are not accepted.' }
    case 'SCHEMA_MISMATCH':
      return { status: 422, title: 'The body does not have the shape that this source asks for.' }
    case 'STORE_UNAVAILABLE':
      return { status: 503, title: 'The event could not be stored. Nothing of it was kept: send it again.' }
    case 'STORE_FULL':
      return { status: 503, title: 'The disk is full. Nothing of the event was kept: send it again.' }
    case 'INTERNAL':
      return { status: 500, title: 'Something went wrong here.' }
  }
}
