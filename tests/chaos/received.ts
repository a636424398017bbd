import type { UpstreamName } from '@sluice/upstream-mocks'
import { z } from 'zod'

/** Requests per page of the sandbox's log. */
const PAGE = 2000
const CALL_TIMEOUT_MS = 30_000

const LogPage = z.object({
  dropped: z.number(),
  requests: z.array(z.object({ seq: z.number(), query: z.string(), body: z.string(), effect: z.number() })),
})
type Logged = z.infer<typeof LogPage>['requests'][number]

/** How often each upstream took an effect from a request with an email, by upstream and email. */
export type Received = Readonly<Record<UpstreamName, ReadonlyMap<string, number>>>

/**
 * Reads from the log of the sandbox what the upstreams received.
 *
 * @throws Error the log no longer holds all of it.
 */
export async function readReceived(sandboxUrl: string): Promise<Received> {
  const count = async (upstream: UpstreamName) => countEmails(await readLog(sandboxUrl, upstream))
  const [danaconnect, contactnow, datatalks] = await Promise.all([
    count('danaconnect'),
    count('contactnow'),
    count('datatalks'),
  ])
  return { danaconnect, contactnow, datatalks }
}

/** Counts the effects of requests by the emails that they carry: a load carries many. */
export function countEmails(requests: readonly Pick<Logged, 'query' | 'body' | 'effect'>[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { query, body, effect } of requests) {
    if (effect === 0) continue
    const text = `${query} ${body}`.replaceAll('%40', '@')
    for (const [email] of text.matchAll(/event-[0-9]+@chaos\.example/g)) counts.set(email, (counts.get(email) ?? 0) + 1)
  }
  return counts
}

async function readLog(sandboxUrl: string, upstream: UpstreamName): Promise<readonly Logged[]> {
  const log: Logged[] = []
  for (;;) {
    const after = log.at(-1)?.seq ?? 0
    const response = await fetch(`${sandboxUrl}/_sandbox/requests?upstream=${upstream}&after=${after}&limit=${PAGE}`, {
      signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
    })
    const { dropped, requests } = LogPage.parse(await response.json())
    if (dropped > 0) throw new Error('the sandbox received more than its log holds')
    log.push(...requests)
    if (requests.length < PAGE) return log
  }
}
