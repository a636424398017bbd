import { WORLD_START_MS } from '../../world/world.ts'
import { cryptoActivity, installAmbient } from '../../world/ambient.ts'
import { Clock } from '../../world/clock.ts'
import type { Stage } from './stage.ts'
import type { Upstream } from './upstream.ts'

/** So many turns of the event loop without anything happening mean that only time can bring more. */
const QUIET_TURNS = 8

/** What of the stage moves with the time. */
type PlayedStage = Pick<Stage, 'stand' | 'moveTo' | 'kill' | 'restart'>

/** What a cell is told when nothing happens any more but by time. */
export interface Rest {
  /** Whether an alarm of its gateway rang since it rested last. */
  readonly touched: boolean
  /** When something is due next, of any cell; null for never. */
  readonly nextMs: number | null
}

/**
 * The time of a Worker and of the upstreams of its cells. Cells are played at the same time; when each of them rests, and nothing is under
 * way in the Worker or at an upstream, the time moves to the next moment at which something is due.
 */
export class Lockstep {
  readonly clock = new Clock(WORLD_START_MS)
  readonly #stage: PlayedStage
  readonly #upstreams: readonly Upstream[]
  #activity = 0
  #calls = 0
  #playing = 0
  #isToDie = false
  #resting = new Map<string, (rest: Rest) => void>()
  #touched = new Set<string>()

  constructor(stage: PlayedStage, upstreams: readonly Upstream[]) {
    installAmbient()
    this.#stage = stage
    this.#upstreams = upstreams
  }

  /** Notes that something happened here. */
  note(): void {
    this.#activity += 1
  }

  /** Does work that time must not overtake. */
  async within<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#calls += 1
    this.note()
    try {
      return await work()
    } finally {
      this.#calls -= 1
      this.note()
    }
  }

  /** Resolves when nothing happens any more but by time. */
  rest(cell: string): Promise<Rest> {
    return new Promise((resolve) => this.#resting.set(cell, resolve))
  }

  /** Has workerd killed and started again before the time moves, if nothing else happens before. Asked for at each rest. */
  die(): void {
    this.#isToDie = true
  }

  /** Plays cells at the same time, each a function that rests wherever it waits for something. */
  async play(plays: readonly (() => Promise<void>)[], afterDeath: () => Promise<void>): Promise<void> {
    const failures: unknown[] = []
    this.#playing = plays.length
    for (const play of plays) {
      void play()
        .catch((error: unknown) => failures.push(error))
        .finally(() => {
          this.#playing -= 1
          this.note()
        })
    }
    while (this.#playing > 0 && failures.length === 0) await this.#step(afterDeath)
    if (failures.length > 0) throw failures[0]
  }

  async #step(afterDeath: () => Promise<void>): Promise<void> {
    const nextMs = await this.#settle()
    const before = this.#activity
    this.#isToDie = false
    const resting = this.#resting
    this.#resting = new Map()
    for (const [cell, resolve] of resting) resolve({ touched: this.#touched.delete(cell), nextMs })
    // What a cell does now, it does before the time moves.
    while (this.#resting.size < this.#playing) await new Promise(setImmediate)
    // All cells die at once: one that has just posted an event would die between its lease and its upstream, which is an
    // attempt more than its cell has deaths. What was begun here goes on to its rest first.
    if (this.#activity !== before || this.#playing === 0) return
    if (this.#isToDie) {
      await this.#stage.kill()
      // Before the next life, whose alarms that were at work ring at once, and whose requests have the same numbers.
      for (const upstream of this.#upstreams) upstream.forget()
      await this.#stage.restart(this.clock.nowMs)
      await afterDeath()
      return
    }
    if (nextMs === null) throw new Error('cells wait for something that never comes')
    this.clock.moveTo(nextMs)
    await this.#stage.moveTo(nextMs)
  }

  /** Waits until nothing happens any more but by time. Returns when something is due next. */
  async #settle(): Promise<number | null> {
    let last = Number.NaN
    for (;;) {
      await this.#quietHere()
      const activity = this.#activity
      const { nextDueMs, touched, ...stand } = await this.#stage.stand()
      for (const cell of touched) this.#touched.add(cell)
      const open = new Set(this.#upstreams.flatMap((upstream) => [...upstream.open]))
      const isQuiet = stand.busy === 0 && stand.requests.every((id) => open.has(id)) && this.#activity === activity
      if (isQuiet && stand.activity === last) {
        const times = [nextDueMs, this.clock.nextDueMs()].flatMap((atMs) => atMs ?? [])
        return times.length === 0 ? null : Math.min(...times)
      }
      last = isQuiet ? stand.activity : Number.NaN
    }
  }

  async #quietHere(): Promise<void> {
    let before = Number.NaN
    for (let quiet = 0; quiet < QUIET_TURNS;) {
      await new Promise(setImmediate)
      const { calls, underWay } = cryptoActivity()
      const activity = this.#activity + calls
      const isIdle = this.#calls === 0 && underWay === 0 && this.#resting.size === this.#playing
      quiet = isIdle && activity === before ? quiet + 1 : 0
      before = activity
    }
  }
}
