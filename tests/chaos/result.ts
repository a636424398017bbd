import type { Counts } from './audit.ts'
import { DELIVERIES_PER_EVENT, type OnUnsure } from './plan.ts'

/** What a run came to. */
export interface ChaosResult extends Counts {
  readonly kills: number
  /** Events whose 202 was read. */
  readonly accepted: number
  /** Deliveries of accepted events that are neither delivered nor parked. */
  readonly lost: number
  /** What else is not as it was promised, a sentence each. */
  readonly problems: readonly string[]
}

/** What a run was to come to. */
export interface Planned {
  readonly kills: number
  readonly events: number
  readonly onUnsure: OnUnsure
}

/** Counts what is missing: each accepted event is so many deliveries. */
export function countLost(accepted: number, { delivered, parked }: Pick<Counts, 'delivered' | 'parked'>): number {
  return DELIVERIES_PER_EVENT * accepted - delivered - parked
}

/** Says in one line what a run came to. */
export function closingLine({ kills, accepted, delivered, parked, lost, duplicated }: ChaosResult): string {
  return `kills ${kills} accepted ${accepted} delivered ${delivered} parked ${parked} lost ${lost} duplicated ${duplicated}`
}

/**
 * Tells whether every promise was kept. Duplicates break one, unless the routes say that what is unsure is sent again: then
 * each must be explained by a kill, which the audit checks.
 */
export function isKept({ kills, accepted, lost, duplicated, problems }: ChaosResult, planned: Planned): boolean {
  const allHappened = kills === planned.kills && accepted === planned.events
  const onceEach = duplicated === 0 || planned.onUnsure === 'resend'
  return allHappened && lost === 0 && onceEach && problems.length === 0
}

/** Says each problem once, with how often it was found. */
export function summarise(problems: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const problem of problems) counts.set(problem, (counts.get(problem) ?? 0) + 1)
  return [...counts].map(([problem, count]) => (count === 1 ? problem : `${problem} (${count} times)`))
}
