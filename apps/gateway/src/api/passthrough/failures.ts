import type { CallFailure, FailureCause } from '../../flow/call.ts'
import { type RequestCode, RequestError, type UpstreamFacts } from '../../problem.ts'

/**
 * What a call that has no result is answered with: the first code where the same call twice has the effect of one, as any
 * read, the second where it has not. docs/api.md prints it, with the statuses that `problem.ts` gives the codes.
 */
export const FAILURES: Readonly<Record<FailureCause, readonly [repeatable: RequestCode, other: RequestCode]>> = {
  refused: ['UPSTREAM_REFUSED', 'UPSTREAM_REFUSED'],
  'not-found': ['UPSTREAM_NOT_FOUND', 'UPSTREAM_NOT_FOUND'],
  conflict: ['UPSTREAM_CONFLICT', 'UPSTREAM_CONFLICT'],
  partial: ['UPSTREAM_PARTIAL', 'UPSTREAM_UNSURE'],
  failed: ['UPSTREAM_FAILED', 'UPSTREAM_UNSURE'],
  timeout: ['UPSTREAM_TIMEOUT', 'UPSTREAM_UNSURE'],
  unreachable: ['UPSTREAM_UNREACHABLE', 'UPSTREAM_UNREACHABLE'],
  unauthorized: ['UPSTREAM_UNAUTHORIZED', 'UPSTREAM_UNAUTHORIZED'],
  busy: ['UPSTREAM_BUSY', 'UPSTREAM_BUSY'],
  closed: ['DESTINATION_CLOSED', 'DESTINATION_CLOSED'],
}

/** Said of a call that may have landed: what to do, and above all what not to do. */
const NOBODY_KNOWS = 'Nobody knows whether it took effect. Do not send it again before somebody has looked.'
const PERSON_LOOKS = 'Only a person on the platform can see it.'

/**
 * Makes the problem of a call that has no result.
 *
 * @param lookAt - Where to look whether it landed, such as `GET /v1/contactnow/datasets`; null where nothing shows it.
 */
export function problemOfCall(
  { cause, repeatable, code, detail, retryAfterMs }: CallFailure,
  { destination, operation, lookAt }: Omit<UpstreamFacts, 'code'>,
): RequestError {
  const problem = FAILURES[cause][repeatable ? 0 : 1]
  const unsure = problem === 'UPSTREAM_UNSURE'
  const words = [
    ...(unsure ? [NOBODY_KNOWS, lookAt === null ? PERSON_LOOKS : `Look for it by ${lookAt}.`] : []),
    ...(detail === null ? [] : [unsure ? `What is known: ${detail}` : detail]),
  ]
  // A busy upstream that named no time closed the gate for a second at least.
  const afterMs = cause === 'busy' ? (retryAfterMs ?? 1000) : retryAfterMs
  // Whoever reads `Retry-After` sends it again.
  return new RequestError(problem, [], unsure ? {} : retryHeader(afterMs), {
    ...(words.length === 0 ? {} : { detail: words.join(' ') }),
    upstream: { destination, operation, code, lookAt: unsure ? lookAt : null },
  })
}

/** In whole seconds, rounded up: who comes earlier only finds the door closed. RFC 9110 section 10.2.3 */
function retryHeader(afterMs: number | null): Readonly<Record<string, string>> {
  return afterMs === null ? {} : { 'retry-after': String(Math.max(1, Math.ceil(afterMs / 1000))) }
}
