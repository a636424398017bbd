/** Carries out work after a while, once. The host's timer; in tests nothing, and time moves by hand. */
export type Schedule = (afterMs: number, work: () => void) => void

interface Job {
  readonly dueAtMs: number
  readonly work: () => Promise<void> | void
}

/** What the mocks still have to do: loads to process, callbacks to send, replies that are late. */
export class Agenda {
  readonly #nowMs: () => number
  readonly #schedule: Schedule | undefined
  readonly #jobs = new Set<Job>()

  /**
   * @param schedule - Without it nothing happens by itself: only {@link runDue} and {@link runAll} do the work.
   */
  constructor(nowMs: () => number, schedule: Schedule | undefined) {
    this.#nowMs = nowMs
    this.#schedule = schedule
  }

  /** Counts what is still to be done. */
  get size(): number {
    return this.#jobs.size
  }

  /** Puts work on the agenda. It must not fail. */
  after(ms: number, work: () => Promise<void> | void): void {
    const job = { dueAtMs: this.#nowMs() + ms, work }
    this.#jobs.add(job)
    this.#schedule?.(ms, () => void this.#run(job))
  }

  /** Resolves after a while. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve))
  }

  /** Does what is due by now, earliest first, and what becomes due by doing it; returns how many jobs that were. */
  runDue(): Promise<number> {
    return this.#runWhile(({ dueAtMs }) => dueAtMs <= this.#nowMs())
  }

  /** Does all that waits, whatever its time. */
  runAll(): Promise<number> {
    return this.#runWhile(() => true)
  }

  async #runWhile(isDue: (job: Job) => boolean): Promise<number> {
    let count = 0
    for (let next = this.#next(isDue); next !== undefined; next = this.#next(isDue)) {
      await this.#run(next)
      count += 1
    }
    return count
  }

  #next(isDue: (job: Job) => boolean): Job | undefined {
    // Sorting keeps the order of two jobs that are due at the same time.
    return [...this.#jobs].filter(isDue).toSorted((one, other) => one.dueAtMs - other.dueAtMs)[0]
  }

  async #run(job: Job): Promise<void> {
    if (this.#jobs.delete(job)) await job.work()
  }
}
