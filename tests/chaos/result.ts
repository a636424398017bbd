import { UPSTREAM_NAMES } from '@sluice/upstream-mocks'
import { emailOf } from './gateway-api.ts'
import { DELIVERIES_PER_EVENT } from './plan.ts'
import type { Received } from './received.ts'

/** What a run came to. */
export interface ChaosResult {
  readonly kills: number
  /** Events whose 202 was read. */
  readonly accepted: number
  /** Accepted events times upstreams that received them. */
  readonly delivered: number
  /** Deliveries that never arrived, and accepted events that the gateway does not know. */
  readonly lost: number
  /** Accepted events times upstreams that received them more than once. */
  readonly duplicated: number
  /** What else is not as it was promised, a sentence each. */
  readonly problems: readonly string[]
}

/** Counts at how many upstreams the accepted events arrived, and arrived more than once. */
export function countArrivals(
  events: Iterable<number>,
  received: Received,
): Pick<ChaosResult, 'accepted' | 'delivered' | 'lost' | 'duplicated'> {
  let accepted = 0
  let delivered = 0
  let duplicated = 0
  for (const event of events) {
    accepted += 1
    for (const upstream of UPSTREAM_NAMES) {
      const times = received[upstream].get(emailOf(event)) ?? 0
      if (times > 0) delivered += 1
      if (times > 1) duplicated += 1
    }
  }
  return { accepted, delivered, lost: DELIVERIES_PER_EVENT * accepted - delivered, duplicated }
}

/** Says in one line what a run came to. */
export function closingLine({ kills, accepted, delivered, lost, duplicated }: ChaosResult): string {
  return `kills ${kills} accepted ${accepted} delivered ${delivered} lost ${lost} duplicated ${duplicated}`
}

/** Tells whether every promise was kept. Duplicates break none: whoever dies in an attempt cannot know whether it landed. */
export function isKept(result: ChaosResult, planned: { readonly kills: number; readonly events: number }): boolean {
  const { kills, accepted, delivered, lost, problems } = result
  const everything = delivered === DELIVERIES_PER_EVENT * planned.events && lost === 0
  return kills === planned.kills && accepted === planned.events && everything && problems.length === 0
}

/** Says each problem once, with how often it was found. */
export function summarise(problems: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const problem of problems) counts.set(problem, (counts.get(problem) ?? 0) + 1)
  return [...counts].map(([problem, count]) => (count === 1 ? problem : `${problem} (${count} times)`))
}
