import { eventually } from '../../stories/eventually.ts'
import { loneOf } from '../contacts.ts'
import type { ShownAttempt } from '../gateway-client.ts'
import { holds, same } from '../same.ts'
import type { Story } from '../story.ts'

/** The second attempt comes 5 s after the first, with a fifth of it either way. */
const EARLIEST_MS = 4000
const LATEST_MS = 6000
/** What a busy machine may add. */
const SLACK_MS = 5000
const BREAKER_FAILURES = 5

const between = (one: ShownAttempt | undefined, next: ShownAttempt | undefined): number =>
  Date.parse(next?.startedAt ?? '') - Date.parse(one?.endedAt ?? '')

interface ShownDestination {
  readonly name: string
  readonly gate: { readonly state: string; readonly reason: string | null; readonly closedUntil: string | null }
}

/** When something is tried again. */
export const WAIT: readonly Story[] = [
  {
    name: 'Retry-After is obeyed, for the whole destination, and counts for nothing',
    short: true,
    async play({ gateway, sandbox }) {
      await sandbox.arm('datatalks', 'status-429', { times: 2, retryAfterSeconds: 1 })
      const { attempts, attemptCount, countedAttemptCount } = await gateway.in(
        'delivered',
        await gateway.posted('single', loneOf(1)),
      )
      same([attemptCount, countedAttemptCount], [3, 1])
      same(
        attempts.map(({ outcome }) => outcome),
        ['busy', 'busy', 'delivered'],
      )
      const times = (await sandbox.requests('datatalks')).map(({ atMs }) => atMs)
      for (const [index, atMs] of times.slice(1).entries()) {
        // Both clocks are this machine's; the first one read its own a moment before it answered.
        holds(atMs - (times[index] ?? 0) >= 1000, `request ${index + 2} came no sooner than a second later`)
      }
    },
  },
  {
    name: 'what was busy is tried again on time: 5 s later, give or take a fifth',
    async play({ gateway, sandbox }) {
      await sandbox.arm('datatalks', 'status-500')
      const id = await gateway.posted('single', loneOf(1))
      const waiting = await eventually('the first attempt', async () => {
        const found = await gateway.delivery(id)
        return found.attemptCount === 1 && found.state === 'pending' ? found : undefined
      })
      const plannedMs = Date.parse(waiting.dueAt ?? '') - Date.parse(waiting.attempts[0]?.endedAt ?? '')
      holds(plannedMs >= EARLIEST_MS && plannedMs <= LATEST_MS, `it is due in 4 to 6 s, not ${plannedMs} ms`)
      const { attempts } = await gateway.in('delivered', id)
      same(
        attempts.map(({ outcome, counted }) => [outcome, counted]),
        [
          ['busy', true],
          ['delivered', true],
        ],
      )
      const waitedMs = between(attempts[0], attempts[1])
      holds(waitedMs >= plannedMs, `it did not come early: ${waitedMs} of ${plannedMs} ms`)
      holds(waitedMs <= plannedMs + SLACK_MS, `it did not come late: ${waitedMs} of ${plannedMs} ms`)
    },
  },
  {
    name: 'five failures in a row open the breaker, and what comes then waits',
    async play({ gateway, sandbox }) {
      await sandbox.arm('datatalks', 'status-500', { times: BREAKER_FAILURES })
      for (let number = 1; number <= BREAKER_FAILURES; number += 1) await gateway.posted('single', loneOf(number))
      const { gate } = await eventually('the breaker is open', async () => {
        const { destinations } = await gateway.call<{ destinations: readonly ShownDestination[] }>(
          'GET',
          '/v1/destinations',
        )
        const found = destinations.find(({ name }) => name === 'datatalks')
        return found?.gate.reason === 'breaker' ? found : undefined
      })
      same(gate.state, 'closed')
      const late = await gateway.posted('single', loneOf(BREAKER_FAILURES + 1))
      same((await gateway.delivery(late)).state, 'pending')
      await gateway.call('POST', '/v1/destinations/datatalks/resume')
      await gateway.in('delivered', late)
    },
  },
]
