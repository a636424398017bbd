import type { Outbox } from '../../flow/lease.ts'
import type { Now, Ports } from '../../ports.ts'
import type { Egress } from './egress.ts'

/** The one clock of an object: its alarm. */
export interface Clock {
  readonly wakeAt: Ports['wakeAt']
  /** Has what is due looked at, of one destination or of all: by the alarm that is at work, or else by one at once. */
  soon(destination?: string): void
  /** The same, for a destination whose gate may let through more than it did. */
  reopened(destination: string): void
  /**
   * What the alarm does: looks for what is due, and waits until that is done. Where it takes too long, or needs more than
   * one invocation may do, another alarm goes on at once; what is under way goes on meanwhile.
   */
  ring(outbox: Outbox): Promise<void>
  /** Sets the alarm where it was lost. True where it was. */
  rearm(dueAtMs: number | null): Promise<boolean>
}

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
  let wantedMs: number | null = null
  let atWork: Outbox | null = null
  const reopened = new Set<string>()

  /** The write is durable before anything is told to anybody: the promise says no more than that. */
  const store = (atMs: number | null): Promise<void> => {
    storedMs = atMs
    return alarm.write(atMs)
  }

  const ringNow = (): void => {
    const now = nowMs()
    if (storedMs === null || storedMs > now) void store(now)
  }

  return {
    wakeAt(atMs) {
      wantedMs = atMs
      // An alarm at work stores the next one when it ends; should it not come to that, the platform rings again.
      if (atWork === null && wantedMs !== storedMs) void store(wantedMs)
    },
    soon(destination) {
      if (atWork === null) ringNow()
      else atWork.wake(destination)
    },
    reopened(destination) {
      if (atWork !== null) {
        atWork.reopened(destination)
        return
      }
      reopened.add(destination)
      ringNow()
    },
    async ring(outbox) {
      atWork = outbox
      egress.begin()
      const round = timer(roundMs)
      const isOver = Promise.race([round.over, egress.exhausted()]).then(() => 'over' as const)
      outbox.wake()
      for (const destination of reopened) outbox.reopened(destination)
      reopened.clear()
      while (outbox.isBusy()) {
        if ((await Promise.race([outbox.settled(), isOver])) === 'over') break
      }
      round.cancel()
      atWork = null
      await store(outbox.isBusy() ? nowMs() : wantedMs)
    },
    async rearm(dueAtMs) {
      if (atWork !== null || dueAtMs === null) return false
      const setForMs = await alarm.read()
      if (setForMs !== null && setForMs <= Math.max(dueAtMs, nowMs())) return false
      await store(dueAtMs)
      return true
    },
  }
}
