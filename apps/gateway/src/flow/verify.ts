import type { Source } from '../config.ts'
import { RequestError } from '../problem.ts'
import type { ReceivedRequest } from '../sources/scheme.ts'

/** IETF draft-ietf-httpapi-idempotency-key-header-07 leaves the length open; Stripe takes 255, and so do we. */
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

/**
 * Checks who sent a request, on its raw bytes, and finds the key under which a repeat of it is known.
 *
 * The scheme's own message id is signed and therefore wins over the `Idempotency-Key` header, and that over a `webhook-id`
 * which nobody signed.
 *
 * @returns the idempotency key, or null when the request has none.
 * @throws VerifyError with the reason, for the log only.
 * @throws RequestError `IDEMPOTENCY_KEY_INVALID`.
 */
export async function verify(source: Source, request: ReceivedRequest, nowMs: number): Promise<string | null> {
  await source.scheme.verify(request, nowMs)
  const { headers } = request
  const key = source.scheme.messageId?.(request) ?? headers.get('idempotency-key') ?? headers.get('webhook-id')
  if (key !== null && !IDEMPOTENCY_KEY.test(key)) throw new RequestError('IDEMPOTENCY_KEY_INVALID')
  return key
}
