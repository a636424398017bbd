import type { Gatekeeper } from '../../flow/gatekeeper.ts'
import type { SharedTokens } from '../../destinations/destination.ts'
import type { GateSignal } from '../../flow/gate.ts'
import type { Log, Now } from '../../ports.ts'
import { TRANSIT_MS } from './rate-window.ts'
import type { SharedGate } from './shared-gate.ts'

/** A call that was granted begins within this time, or is given back: the gate counts on it. */
const BEGIN_WITHIN_MS = TRANSIT_MS / 2
/** How long a word that must reach the gate waits before it is sent again, should it not get through. */
const AGAIN_AFTER_MS = [100, 1000]

/** Where the gate is. Each call may fail, as any call of another object may. */
export type RemoteGate = Pick<
  SharedGate,
  'take' | 'giveBack' | 'died' | 'leave' | 'request' | 'pause' | 'resume' | 'state'
>

export interface RemoteGatekeeperOptions {
  readonly destination: string
  /** Under which name the calls are held. */
  readonly holder: string
  readonly gate: () => RemoteGate
  /** Whether the gate counts requests, and on their being begun at once. */
  readonly hasRate: boolean
  readonly nowMs: Now
  readonly sleep: (ms: number) => Promise<void>
  readonly log: Log
  readonly tokens?: SharedTokens
}

/**
 * Creates the gatekeeper of a destination whose gate another object keeps. A word that does not reach the gate costs
 * nothing but time: what is held there is taken back when the holder next asks for calls, or runs out.
 */
export function createRemoteGatekeeper(options: RemoteGatekeeperOptions): Gatekeeper {
  const { destination, holder, gate, hasRate, nowMs, sleep, log, tokens } = options
  let closedUntilMs = 0
  let takenAtMs = -Infinity
  /** When each request was granted that was granted with its call and did not go yet, oldest first. */
  let granted: number[] = []
  /** Calls that are under way, or that the gate may not know yet to have ended. */
  let holding = 0
  let taking = 0
  /** The number of the last word. A holder that lives again goes on above what it said before. */
  let lastWord = nowMs() * 1000

  const admit = async (): Promise<void> => {
    // The gate counts on it that what is older went long ago.
    granted = granted.filter((grantedAtMs) => nowMs() - grantedAtMs <= BEGIN_WITHIN_MS)
    if (granted.shift() !== undefined) return
    for (let atMs = await gate().request(); atMs !== null; atMs = await gate().request()) {
      await sleep(Math.max(1, atMs - nowMs()))
    }
  }

  /** Sends a word under a number of its own, by which the gate knows it when it comes twice. */
  const tell = async (what: string, say: (word: number) => Promise<void>): Promise<void> => {
    const word = (lastWord += 1)
    for (let tries = 0; ; tries += 1) {
      try {
        await say(word)
        return
      } catch (error) {
        const afterMs = AGAIN_AFTER_MS[tries]
        if (afterMs === undefined) {
          const name = error instanceof Error ? error.name : 'unknown'
          log('error', 'gate not reached', { destination, what, error: name })
          return
        }
        await sleep(afterMs)
      }
    }
  }

  return {
    async take(calls) {
      const askedAtMs = nowMs()
      // What another answer that is on its way grants is not known here.
      const known = taking === 0 ? holding : null
      taking += 1
      try {
        const grant = await gate().take(holder, calls, known, (lastWord += 1))
        closedUntilMs = grant.closedUntilMs
        holding += grant.calls
        if (grant.calls > 0) takenAtMs = askedAtMs
        if (hasRate) granted.push(...Array.from({ length: grant.calls }, () => askedAtMs))
        return { calls: grant.calls, opensAtMs: grant.opensAtMs, test: false }
      } finally {
        taking -= 1
      }
    },
    async giveBack(calls) {
      granted = granted.slice(0, Math.max(0, granted.length - calls))
      await tell('give back', (word) => gate().giveBack(holder, calls, word))
      holding -= calls
    },
    isOpen: () => closedUntilMs <= nowMs() && (!hasRate || nowMs() - takenAtMs <= BEGIN_WITHIN_MS),
    async leave({ outcome, throttled, retryAfterMs }, requests) {
      const signal: GateSignal = { outcome, throttled, retryAfterMs }
      if (retryAfterMs !== null) closedUntilMs = Math.max(closedUntilMs, nowMs() + retryAfterMs)
      if (requests === 0) granted.shift()
      await tell('leave', async (word) => {
        closedUntilMs = await gate().leave(holder, signal, requests, word)
      })
      holding -= 1
      return null
    },
    died: () => tell('died', (word) => gate().died(holder, word)),
    // The object that keeps the gate tests the credentials itself.
    tested: () => Promise.resolve(null),
    async pause(word) {
      await gate().pause(word)
      return null
    },
    async resume(word) {
      await gate().resume(word)
      return null
    },
    state: () => gate().state(),
    ...(hasRate ? { admit } : {}),
    ...(tokens === undefined ? {} : { tokens }),
  }
}
