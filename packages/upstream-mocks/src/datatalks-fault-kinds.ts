import { AFTER, BEFORE, type FaultKind, type FaultRest, only } from './fault-kind.ts'

const mine = (does: string, rest: FaultRest = BEFORE): FaultKind => only('datatalks', does, rest)

/** The faults that only Datatalks can have: those of API Gateway, and those of the code behind it. */
export const DATATALKS_FAULTS = {
  'missing-token': mine('answers 403 `Missing Authentication Token`, as to an unsigned call or an unknown path'),
  'incomplete-signature': mine('answers 403 as to an Authorization header without its parts'),
  'signature-expired': mine('answers 403 `Signature expired`'),
  'signature-not-current': mine('answers 403 `Signature not yet current`'),
  'signature-mismatch': mine('answers 403 with the text of a wrong signature'),
  'signature-mismatch-long': mine('answers 403 with the long text of a wrong signature'),
  'wrong-region': mine('answers 403 `Credential should be scoped to a valid region`'),
  'wrong-service': mine('answers 403 `Credential should be scoped to correct service`'),
  'unknown-key': mine('answers 403 `The security token included in the request is invalid.`'),
  'access-denied': mine('answers 403 `User: ... is not authorized`, member spelled Message'),
  forbidden: mine('answers 403 `Forbidden`'),
  'quota-exceeded': mine('answers 429 `Limit Exceeded`'),
  'bare-500': mine('answers 500 without a requestId', {}),
  'bare-502': mine('answers 502 without a requestId', {}),
  'gateway-timeout': mine('answers 504 `Endpoint request timed out` after delayMs', { delayMs: 29_000 }),
  'no-success-200': mine('does the work, then answers a JSON object without success', AFTER),
  'list-expected': mine('answers 400 as to a scalar where a list is mapped'),
} as const satisfies Readonly<Record<string, FaultKind>>
