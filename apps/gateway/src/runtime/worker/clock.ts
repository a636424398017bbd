import type { Outbox } from '../../flow/lease.ts'
import type { Now, Ports } from '../../ports.ts'
import type { Egress } from './egress.ts'

/** What of the outbox the clock needs. */
type WokenOutbox = Pick<Outbox, 'wake' | 'reopened' | 'isBusy' | 'settled'>

/** The one clock of an object: its alarm. */
export interface Clock {
  readonly wakeAt: Ports['wakeAt']
  /** Has a destination looked at, or all: by the alarm that is at work, or else by one at once. */
  soon(destination?: string): void
  /** The same, for a destination whose gate may let through more than it did. */
  reopened(destination: string): void
  /** Rings where a call from outside needs more than its invocation may do. */
  assist(call: Promise<unknown>): void
  /**
   * What the alarm does: looks for what is due, and waits until that is done; what becomes due meanwhile is looked for in time, since
   * something that hangs must keep nothing else waiting. Where it takes too long, or needs more than one invocation may do,
   * another alarm goes on at once; what is under way goes on meanwhile.
   */
  ring(outbox: WokenOutbox): Promise<void>
  /** Whether the stored alarm rings by when something is due, null for whenever. */
  isSet(dueAtMs: number | null): Promise<boolean>
  /** Sets the alarm where it was lost. True where it was. */
  rearm(dueAtMs: number | null): Promise<boolean>
}

/** An alarm that is late by so much is lost. The platform tries one that failed again for about half as long. */
const OVERDUE_MS = 120_000

/** A wait that can be ended early, so that it keeps no object in memory. */
export interface Timer {
  readonly over: Promise<void>
  cancel(): void
}

export interface ClockOptions {
  readonly alarm: {
    /** When the stored alarm rings; null for never. */
    read(): Promise<number | null>
    /** Stores when the alarm is to ring; null for never. Never throws. */
    write(atMs: number | null): Promise<void>
  }
  readonly nowMs: Now
  readonly timer: (afterMs: number) => Timer
  readonly egress: Pick<Egress, 'begin' | 'exhausted'>
  readonly roundMs: number
}

/** Creates the clock of an object. */
export function createClock({ alarm, nowMs, timer, egress, roundMs }: ClockOptions): Clock {
  let storedMs: number | null = null
  /** When the engine wants to be woken. */
  let wantedMs: number | null = null
  /** Since when somebody waits for the alarm to ring; null when it has rung since. */
  let askedMs: number | null = null
  let atWork: WokenOutbox | null = null
  const reopened = new Set<string>()
  /** What the next alarm looks at beside what is due then: at first everything. */
  let asked: Set<string> | 'all' = 'all'
  let wakeDue = (): void => undefined
  /** Rings for what becomes due while an alarm is at work: only then may there be a timer. */
  let within: Timer | null = null

  const stopWithin = (): void => {
    within?.cancel()
    within = null
  }

  /** A later call replaces an earlier one. What is due after the round is for the next alarm. */
  const ringWithin = (): void => {
    stopWithin()
    const delayMs = wantedMs === null ? Infinity : Math.max(0, wantedMs - nowMs())
    if (delayMs > roundMs) return
    const started = timer(delayMs)
    within = started
    void started.over.then(() => {
      if (within === started) wakeDue()
    })
  }

  /** Stores when to ring next. An alarm at work does so when it ends; should it not come to that, the platform rings again. */
  const store = async (): Promise<void> => {
    const nextMs = askedMs ?? wantedMs
    if (atWork !== null || nextMs === storedMs) return
    storedMs = nextMs
    await alarm.write(nextMs)
  }

  const ringNow = (): void => {
    askedMs ??= nowMs()
    void store()
  }

  const isSet = async (dueAtMs: number | null): Promise<boolean> => {
    const now = nowMs()
    const setForMs = await alarm.read()
    // One that should have rung long ago is as lost as one that is not there.
    return setForMs !== null && setForMs <= Math.max(dueAtMs ?? Infinity, now) && setForMs > now - OVERDUE_MS
  }

  return {
    isSet,
    wakeAt(atMs, wake) {
      wantedMs = atMs
      wakeDue = wake
      if (atWork === null) void store()
      else ringWithin()
    },
    soon(destination) {
      if (atWork !== null) {
        atWork.wake(destination)
        return
      }
      if (destination === undefined) asked = 'all'
      else if (asked !== 'all') asked.add(destination)
      ringNow()
    },
    reopened(destination) {
      if (atWork !== null) {
        atWork.reopened(destination)
        return
      }
      reopened.add(destination)
      ringNow()
    },
    assist(call) {
      const ended = call.then(
        () => false,
        () => false,
      )
      void Promise.race([ended, egress.exhausted().then(() => true)]).then((waits) => {
        // An alarm at work ends then, and another goes on.
        if (waits && atWork === null) ringNow()
      })
    },
    async ring(outbox) {
      atWork = outbox
      askedMs = null
      egress.begin()
      const round = timer(roundMs)
      const isOver = Promise.race([round.over, egress.exhausted()]).then(() => 'over' as const)
      if (asked === 'all') outbox.wake()
      else for (const destination of asked) outbox.wake(destination)
      asked = new Set()
      wakeDue()
      for (const destination of reopened) outbox.reopened(destination)
      reopened.clear()
      while (outbox.isBusy()) {
        if ((await Promise.race([outbox.settled(), isOver])) === 'over') break
      }
      round.cancel()
      stopWithin()
      atWork = null
      if (outbox.isBusy()) askedMs = nowMs()
      // One that has rung is stored no more, so that the same time is stored again.
      storedMs = null
      await store()
    },
    async rearm(dueAtMs) {
      if (atWork !== null || dueAtMs === null) return false
      if (await isSet(dueAtMs)) return false
      await alarm.write(dueAtMs)
      storedMs = dueAtMs
      return true
    },
  }
}
