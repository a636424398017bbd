import { AFTER, BEFORE, everywhere, type FaultKind } from './fault-kind.ts'
import { CALLBACK } from './operations.ts'

const isV2 = (operation: string): boolean => operation.startsWith('v2-')
/** Calls of ContactNow are named after their method, with a point; those of DANAConnect never are. */
const carriesToken = (operation: string): boolean => operation.includes('.') && operation !== 'token.get'

/** The faults that more than one upstream can have. */
export const FAULTS_EVERYWHERE = {
  'status-400': everywhere('answers 400'),
  'status-401': everywhere('answers 401'),
  'status-403': everywhere('answers 403'),
  'status-404': everywhere('answers 404'),
  'status-413': everywhere('answers 413'),
  'status-429': everywhere('answers 429, with Retry-After where retryAfterSeconds is given'),
  'status-500': everywhere('answers 500, with Retry-After where retryAfterSeconds is given'),
  'status-502': everywhere('answers 502, with Retry-After where retryAfterSeconds is given'),
  'status-503': everywhere('answers 503, with Retry-After where retryAfterSeconds is given'),
  'status-504': everywhere('answers 504, with Retry-After where retryAfterSeconds is given'),
  reset: everywhere('breaks the connection off before any effect', BEFORE),
  'reset-after': everywhere('does the work, then breaks the connection off', AFTER),
  timeout: everywhere('never answers, and does nothing', BEFORE),
  'timeout-after': everywhere('does the work, then never answers', AFTER),
  'late-200': everywhere('does the work, and answers after delayMs', { ...AFTER, delayMs: 60_000 }),
  'slow-200': everywhere('does the work, sends half of the reply, and the rest after delayMs', {
    ...AFTER,
    delayMs: 60_000,
  }),
  'html-200': everywhere('answers 200 with a page of HTML'),
  'broken-html-200': everywhere('answers 200 with a page of HTML that is not well formed'),
  'empty-200': everywhere('answers 200 with an empty body'),
  'cut-200': everywhere('does the work, then sends the first half of the reply', AFTER),
  'wrong-format': everywhere('does the work, then answers in XML where JSON is due, or the reverse', AFTER),
  'refusal-200': everywhere("answers 200 with the vendor's own words for a refusal", {
    fits: (operation) => operation !== 'token' && operation !== CALLBACK,
  }),
  'success-false': {
    does: 'answers 200 with success false and no reason',
    upstreams: ['contactnow', 'datatalks'],
    afterEffect: false,
  },
  'expired-token': {
    does: 'says that the token has expired (ContactNow in a 200, DANAConnect v2 with 401)',
    upstreams: ['contactnow', 'danaconnect'],
    afterEffect: false,
    fixed: true,
    fits: (operation) => isV2(operation) || carriesToken(operation),
  },
  'invalid-token': {
    does: 'says that the token is not valid (ContactNow in a 200, DANAConnect v2 with 401)',
    upstreams: ['contactnow', 'danaconnect'],
    afterEffect: false,
    fixed: true,
    fits: (operation) => isV2(operation) || carriesToken(operation),
  },
} as const satisfies Readonly<Record<string, FaultKind>>
