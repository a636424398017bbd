import { BATCH_ROWS } from './batch-rows.ts'
import { RETENTION_SLICES } from './ended-data.ts'
import { MIGRATION_STATEMENTS } from './old-data.ts'
import { drawFrom1, type Random, seededRandom, shuffled } from './random.ts'

/**
 * The named moments at which the gateway kills itself. A new one needs a line here, in `mostOccurrences`, and where
 * `die-at-step.ts` comes to it.
 */
export const STEPS = [
  /** A database that an older version left is being brought up to date. A database of its own: it happens once to each. */
  'in-migration',
  /** The leases of the dead process were found; none was taken back. */
  'before-recovery',
  /** The leases of the dead process were taken back; nothing is leased yet. */
  'after-recovery',
  /** An event is about to be stored. */
  'before-commit',
  /** An event was given to the store; another thread kills the process while it commits. */
  'in-commit',
  /** An event is on disk; its sender has no answer yet. */
  'after-commit',
  /** Deliveries are leased; nothing was sent. */
  'after-lease',
  /** An upstream's reply arrived; the gateway has not looked at it. */
  'after-upstream-received',
  /** A result is about to be recorded. */
  'before-record',
  /** A result is on disk; nothing else has happened since. */
  'after-record',
  /** Deliveries that share a call are leased; the batch is not noted. */
  'after-batch-lease',
  /** A batch is about to be noted; nothing was sent. */
  'before-open-batch',
  /** A batch is noted, with its callback's token; nothing was sent. */
  'after-open-batch',
  /** The upstream took a batch; the gateway has not looked at its reply. */
  'after-load-reply',
  /** What the call of a batch made of its deliveries is about to be recorded. */
  'before-record-batch',
  /** The deliveries of a batch wait for its callback. */
  'after-record-batch',
  /** A callback is about to be written. */
  'before-callback',
  /** A callback is on disk, with what it made of its deliveries; the upstream has no answer yet. */
  'after-callback',
  /** A token is about to be asked for, at the start or in place of one that expired. */
  'before-token',
  /** A token arrived; the gateway has not looked at it. */
  'after-token',
  /** Events that ended long ago are about to be removed, a slice of them. */
  'before-retention',
  /** A slice of them is gone. */
  'after-retention',
] as const
export type Step = (typeof STEPS)[number]

/** Those that only come where callbacks are asked for. */
const CALLBACK_STEPS: readonly Step[] = ['before-callback', 'after-callback']

/** The process kills itself the n-th time, within its own life, that it comes to a step. */
export interface StepKill {
  readonly kind: 'step'
  readonly step: Step
  readonly occurrence: number
  /** How long `in-commit` waits after the event was given to the store. */
  readonly delayUs: number
}

/** The process is killed from outside once so many events of the run were answered with 202. */
export interface OutsideKill {
  readonly kind: 'outside'
  readonly afterAccepted: number
  /** How long after that; 0 for at once. */
  readonly delayMs: number
}

/** One kill, and how many events of the run the sender may have begun before it happened. */
export interface PlannedKill {
  readonly eventsAllowed: number
  readonly kill: StepKill | OutsideKill
}

export interface PlanInput {
  readonly seed: number
  readonly kills: number
  /** More than `kills`. */
  readonly events: number
  readonly onUnsure: OnUnsure
  /** Where the gateway runs, `bun` by default: only there has it steps that a test comes to. */
  readonly runtime?: ChaosRuntime
}

/** Where the gateway runs that is killed. */
export type ChaosRuntime = 'bun' | 'worker'

/** Routes of the source: every event becomes so many deliveries. */
export const DELIVERIES_PER_EVENT = 3
/** Of these so many have calls of their own; the other ones share theirs. */
const OWN_CALLS_PER_EVENT = 2
/** Calls at once to one destination, and so the most that one lease takes. */
const CONCURRENCY = 16
/** What a delivery becomes of which nobody knows whether it landed. */
export type OnUnsure = 'park' | 'resend'

/** To wait its turn, be written and be synced takes an event 4 to 20 ms; the kill falls before, into or right behind that. */
const MAX_COMMIT_US = 20_000
/** From the first call to the last callback an event takes about so long: a kill without a step falls anywhere in that. */
const MAX_DELAY_MS = 400

/**
 * Plans the kills: half at a step, half from outside, in a random order, and every step before any of them a second time.
 * All of them from outside where there are no steps.
 *
 * Each kill has a share of the events, which nobody sends before the kill ahead of it happened. So each comes to pass
 * whatever the speed of the machine: a step is planned for no later an occurrence than its own share causes.
 */
export function planKills({ seed, kills, events, onUnsure, runtime = 'bun' }: PlanInput): readonly PlannedKill[] {
  const random = seededRandom(seed)
  const kinds = shuffled(
    random,
    Array.from({ length: kills }, (_, index) => (index % 2 === 0 && runtime === 'bun' ? 'step' : 'outside')),
  )
  const steps = endlessSteps(random, stepsOf(onUnsure))
  const boundary = (index: number) => Math.floor((index * events) / (kills + 1))
  return kinds.map((kind, index) => {
    const before = boundary(index)
    const share = boundary(index + 1) - before
    const kill =
      kind === 'step' ? stepKill(random, steps.next().value, share) : outsideKill(random, before, share, runtime)
    return { eventsAllowed: before + share, kill }
  })
}

/** Lists the steps that a gateway comes to: where it resends what is unsure it asks for no callbacks. */
export function stepsOf(onUnsure: OnUnsure): readonly Step[] {
  return onUnsure === 'park' ? STEPS : STEPS.filter((step) => !CALLBACK_STEPS.includes(step))
}

/** Deals the steps like cards: all of them, shuffled, then all of them again. */
function* endlessSteps(random: Random, steps: readonly Step[]): Generator<Step, never> {
  for (;;) yield* shuffled(random, steps)
}

function stepKill(random: Random, step: Step, share: number): StepKill {
  return {
    kind: 'step',
    step,
    occurrence: drawFrom1(random, mostOccurrences(step, share)),
    delayUs: step === 'in-commit' ? drawFrom1(random, MAX_COMMIT_US) : 0,
  }
}

function outsideKill(random: Random, before: number, share: number, runtime: ChaosRuntime): OutsideKill {
  return {
    kind: 'outside',
    afterAccepted: before + drawFrom1(random, share),
    delayMs: runtime === 'bun' ? 0 : drawFrom1(random, MAX_DELAY_MS),
  }
}

/** How often a process comes to a step for certain while it works off so many new events. */
function mostOccurrences(step: Step, share: number): number {
  switch (step) {
    case 'in-migration':
      return MIGRATION_STATEMENTS
    case 'before-recovery':
    case 'after-recovery':
    case 'before-token':
    case 'after-token':
      return 1
    case 'before-commit':
    case 'in-commit':
    case 'after-commit':
      return share
    case 'after-lease':
      return OWN_CALLS_PER_EVENT * Math.ceil(share / CONCURRENCY)
    case 'after-upstream-received':
    case 'before-record':
    case 'after-record':
      return OWN_CALLS_PER_EVENT * share
    case 'after-batch-lease':
    case 'before-open-batch':
    case 'after-open-batch':
    case 'after-load-reply':
    case 'before-record-batch':
    case 'after-record-batch':
    case 'before-callback':
    case 'after-callback':
      return Math.ceil(share / BATCH_ROWS)
    case 'before-retention':
    case 'after-retention':
      return RETENTION_SLICES
  }
}

/** Describes a kill in a few words. */
export function describeKill({ kill, eventsAllowed }: PlannedKill): string {
  if (kill.kind === 'outside') {
    const delay = kill.delayMs === 0 ? '' : ` +${kill.delayMs} ms`
    return `from outside after ${kill.afterAccepted} accepted${delay} (of ${eventsAllowed} sent)`
  }
  const delay = kill.delayUs === 0 ? '' : ` +${kill.delayUs} us`
  return `${kill.step} #${kill.occurrence}${delay} (of ${eventsAllowed} sent)`
}
