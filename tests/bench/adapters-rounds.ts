import { median } from './statistics.ts'

/** One of those that are measured against each other. */
export interface Contender {
  readonly name: string
  /** Does the work once. */
  readonly work: () => unknown
  /** How many are under way at the same time. Default 1. */
  readonly inFlight?: number
}

export interface Effort {
  /** Seconds of one round, shared by those who are measured against each other. */
  readonly seconds: number
  readonly rounds: number
}

/** How often each contender did its work per second, turn by turn; the turns of all contenders alternate. */
export type Turns = ReadonlyMap<string, readonly number[]>

/** How long a contender's turn may take: short, so that whatever else the machine does meets all of them alike. */
const TURN_SECONDS = 0.1

/** How often the clock is not looked at: looking takes as long as parsing a small record. */
const BATCH = 20

/** Measures contenders in turn. */
export async function measureInTurn(contenders: readonly Contender[], effort: Effort): Promise<Turns> {
  const share = effort.seconds / contenders.length
  const turnsPerRound = Math.max(1, Math.round(share / TURN_SECONDS))
  const measured = new Map(contenders.map(({ name }) => [name, [] as number[]]))
  // Once for the compiler of the engine, uncounted.
  for (const contender of contenders) await timesPerSecond(contender, share)
  for (let turn = 0; turn < effort.rounds * turnsPerRound; turn += 1) {
    for (const contender of contenders) {
      measured.get(contender.name)?.push(await timesPerSecond(contender, share / turnsPerRound))
    }
  }
  return measured
}

/** Returns the median of a contender's turns. */
export function perSecond(turns: Turns, name: string): number {
  return median(turns.get(name) ?? [])
}

/** Returns how often one contender did its work while another did it once: the median over their turns. */
export function ratio(turns: Turns, name: string, other: string): number {
  const others = turns.get(other) ?? []
  return median((turns.get(name) ?? []).map((value, turn) => value / (others[turn] ?? Number.NaN)))
}

async function timesPerSecond({ work, inFlight = 1 }: Contender, seconds: number): Promise<number> {
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  const done = await Promise.all(Array.from({ length: inFlight }, () => workUntil(work, endMs)))
  return (done.reduce((sum, times) => sum + times, 0) / (performance.now() - startMs)) * 1000
}

async function workUntil(work: () => unknown, endMs: number): Promise<number> {
  let times = 0
  while (performance.now() < endMs) {
    for (let step = 0; step < BATCH; step += 1) {
      const result = work()
      // Only what is a promise is waited for: a wait costs as much as the smallest works here.
      if (result instanceof Promise) await result
    }
    times += BATCH
  }
  return times
}
