import type { Admission } from '../control/desk.ts'

/** What the policy is called in the headers. */
const POLICY = '"key"'

/**
 * Says what is left of a key's rate. Where nothing is, `t` is when there is: the same as `Retry-After`.
 *
 * @see draft-ietf-httpapi-ratelimit-headers-10 https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export function rateHeaders({
  holder,
  left,
  resetSeconds,
}: Omit<Admission, 'calls'>): Readonly<Record<string, string>> {
  return {
    'ratelimit-policy': `${POLICY};q=${holder.ratePerMinute};w=60`,
    ratelimit: `${POLICY};r=${left};t=${resetSeconds}`,
  }
}
