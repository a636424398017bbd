/** Something that is to happen at a time of the clock. */
export interface Timer {
  readonly dueAtMs: number
  readonly work: () => void
  /** Whose timer it is: all of one owner can be dropped together. */
  readonly owner: object
}

/** A clock that stands still until it is told to move, and the timers that wait for it. */
export class Clock {
  #nowMs: number
  #steps = 0
  readonly #timers = new Set<Timer>()

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** How often the clock was moved. */
  get steps(): number {
    return this.#steps
  }

  /** Sets a timer for a time; one that has passed is due at the next step. */
  at(atMs: number, work: () => void, owner: object): Timer {
    const timer = { dueAtMs: Math.max(atMs, this.#nowMs), work, owner }
    this.#timers.add(timer)
    return timer
  }

  cancel(timer: Timer): void {
    this.#timers.delete(timer)
  }

  /** Drops the timers of an owner that is no more. */
  cancelAll(owner: object): void {
    for (const timer of this.#timers) if (timer.owner === owner) this.#timers.delete(timer)
  }

  /** Whether something of an owner waits. */
  waitsFor(owner: object): boolean {
    return [...this.#timers].some((timer) => timer.owner === owner)
  }

  /** When the next timer is due, or null when none is set. */
  nextDueMs(): number | null {
    let next: number | null = null
    for (const { dueAtMs } of this.#timers) if (next === null || dueAtMs < next) next = dueAtMs
    return next
  }

  /** Moves the clock in one step, and lets every timer ring that is due by then, the earliest first. */
  moveTo(atMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, atMs)
    this.#steps += 1
    const due = [...this.#timers].filter(({ dueAtMs }) => dueAtMs <= this.#nowMs)
    for (const timer of due.toSorted((one, other) => one.dueAtMs - other.dueAtMs)) {
      // An earlier one may have cancelled it.
      if (this.#timers.delete(timer)) timer.work()
    }
  }
}
