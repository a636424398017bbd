import type { Ask } from './expected.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** The published schedule: so many attempts count. */
export const MAX_ATTEMPTS = 10
/** Seconds before the second attempt, the third, and so on. */
const SCHEDULE = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
/** How long a 429 that names no time closes the gate, the first time and at most. */
const FIRST_WAIT_MS = SECOND
const LONGEST_WAIT_MS = MINUTE
const NAMED_WAIT_MS = 2 * MINUTE
/** How long credentials that are not accepted close the gate: once, twice, and every time after. */
const PAUSES_MS = [MINUTE, 5 * MINUTE, 30 * MINUTE]

/** Longer than the whole schedule with its jitter: 75 h 35 min and a fifth. */
export const SCHEDULE_HORIZON_MS = 100 * HOUR
/** A closed gate lets a delivery wait for ever, so it is watched until its waits grow no longer. */
const GATE_HORIZON_MS = 70 * MINUTE

/** What of a reply decides how long a delivery waits. */
export interface Struck {
  readonly outcome: string
  readonly asks: Ask
}

/** How long a delivery has to be watched until its end, or until nothing new can come. */
export function horizonMs(struck: Struck | null): number {
  const waitsAtGate = struck !== null && (struck.outcome === 'unauthorized' || isTurnedAway(struck))
  return waitsAtGate ? GATE_HORIZON_MS : SCHEDULE_HORIZON_MS
}

/** Whether the upstream asks to wait and did nothing: such an attempt uses up none of the ten. What may have landed counts. */
export function isTurnedAway({ outcome, asks }: Struck): boolean {
  return asks.startsWith('wait') && outcome !== 'unsure'
}

/** The clock of one delivery: it waits by the schedule, and behind a gate that closes for longer each time. */
export class Waits {
  nowMs = 0
  #asked = 0
  #pauses = 0

  /** Waits as long as the upstream asks for. */
  asked(ask: Ask): void {
    this.nowMs += ask === 'wait' ? Math.min(FIRST_WAIT_MS * 2 ** this.#asked, LONGEST_WAIT_MS) : NAMED_WAIT_MS
    this.#asked += 1
  }

  /** Waits until credentials that were not accepted are tried again. */
  paused(): void {
    this.nowMs += PAUSES_MS[Math.min(this.#pauses, PAUSES_MS.length - 1)] ?? 0
    this.#pauses += 1
  }

  /** Waits for the next attempt, after so many that count, and until the gate is open that the last one closed. */
  scheduled(counted: number, ask: Ask = ''): void {
    this.after((SCHEDULE[counted - 1] ?? 0) * SECOND, ask)
  }

  /** Waits so long, and until the gate is open. */
  after(waitMs: number, ask: Ask): void {
    this.nowMs += Math.max(waitMs, ask === 'wait 120 s' ? NAMED_WAIT_MS : 0)
  }
}
